/** Creates a Delta table: version 0 with its protocol and schema, at the lowest protocol that its columns allow, for the widest readership. */
import { randomUUID } from "node:crypto";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { Store } from "../../storage/store.ts";
import type { Action, Metadata, Protocol } from "../actions/actions.ts";
import { listLog, newestOf } from "../log/log.ts";
import { firstSnapshot } from "../snapshot/snapshot.ts";
import { commitFirst } from "./transaction.ts";
import type { CommitOutcome } from "./transaction.ts";
import { hasLocalTimestamp, schemaText } from "../schema/types.ts";

export interface TableDefinition {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly NamedType[];
  readonly partitionColumns: readonly string[];
  readonly configuration?: { readonly [name: string]: string };
}

/** Creates the table, empty. A conflict when one is there already. */
export async function createTable(store: Store, location: string, definition: TableDefinition): Promise<CommitOutcome> {
  const listing = await listLog(store, location);
  const taken = { kind: "conflict", version: 0, about: "exists", reason: "a table is there already" } as const;
  if (newestOf(listing) !== undefined) return taken;
  const metaData = metadataOf(definition);
  const actions: Action[] = [{ protocol: protocolOf(definition.columns) }, { metaData }];
  const put = await commitFirst(store, location, actions, {
    operation: "CREATE TABLE",
    parameters: { isManaged: "false", description: definition.description, partitionBy: JSON.stringify(definition.partitionColumns), properties: JSON.stringify(metaData.configuration) },
    metrics: {},
  });
  if (put.kind === "lost") return taken;
  if (put.kind === "unknown") return { kind: "unknown", version: 0, cause: put.cause };
  return { kind: "committed", version: 0, snapshot: firstSnapshot(store, location, Date.now(), actions) };
}

function protocolOf(columns: readonly NamedType[]): Protocol {
  if (!columns.some((column) => hasLocalTimestamp(column.type))) return { minReaderVersion: 1, minWriterVersion: 2 };
  return { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["timestampNtz"], writerFeatures: ["appendOnly", "invariants", "timestampNtz"] };
}

function metadataOf(definition: TableDefinition): Metadata {
  return {
    id: randomUUID(),
    name: definition.name,
    ...(definition.description === "" ? {} : { description: definition.description }),
    format: { provider: "parquet", options: {} },
    schemaString: schemaText(definition.columns),
    partitionColumns: definition.partitionColumns,
    configuration: definition.configuration ?? {},
    createdTime: Date.now(),
  };
}
