/** Creates a Delta table: version 0 with its protocol and schema, at the lowest protocol that its columns allow, for the widest readership. */
import { randomUUID } from "node:crypto";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { Store } from "../../storage/store.ts";
import type { Action, Metadata } from "../actions/actions.ts";
import { listLog, newestOf } from "../log/log.ts";
import { firstSnapshot } from "../snapshot/snapshot.ts";
import { commitFirst } from "./transaction.ts";
import type { CommitOutcome } from "./transaction.ts";
import { rulesOf } from "../rules/table-rules.ts";
import { schemaText } from "../schema/types.ts";
import { newProtocol, requireProperties } from "./new-protocol.ts";

export interface TableDefinition {
  /** Of tables that have one beside their place. */
  readonly name?: string;
  readonly description: string;
  readonly columns: readonly NamedType[];
  readonly partitionColumns: readonly string[];
  readonly configuration?: { readonly [name: string]: string };
}

/** Creates the table, empty. A conflict when one is there already. DELTA_UNSUPPORTED_FEATURE, PARAMETER_INVALID for properties that a table cannot be created with, constraints that cannot be judged among them. */
export async function createTable(store: Store, location: string, definition: TableDefinition): Promise<CommitOutcome> {
  const metaData = metadataOf(definition);
  requireProperties(metaData.configuration, store.locate(location));
  rulesOf({ metadata: metaData, columns: definition.columns }, store.locate(location));
  const listing = await listLog(store, location);
  const taken = { kind: "conflict", version: 0, about: "exists", reason: "a table is there already" } as const;
  if (newestOf(listing) !== undefined) return taken;
  const actions: Action[] = [{ protocol: newProtocol(definition.columns, metaData.configuration) }, { metaData }];
  const put = await commitFirst(store, location, actions, {
    operation: "CREATE TABLE",
    parameters: { isManaged: "false", description: definition.description, partitionBy: JSON.stringify(definition.partitionColumns), properties: JSON.stringify(metaData.configuration) },
    metrics: {},
  });
  if (put.kind === "lost") return taken;
  if (put.kind === "unknown") return { kind: "unknown", version: 0, cause: put.cause };
  return { kind: "committed", version: 0, snapshot: firstSnapshot(store, location, Date.now(), actions) };
}

function metadataOf(definition: TableDefinition): Metadata {
  return {
    id: randomUUID(),
    ...(definition.name === undefined ? {} : { name: definition.name }),
    ...(definition.description === "" ? {} : { description: definition.description }),
    format: { provider: "parquet", options: {} },
    schemaString: schemaText(definition.columns),
    partitionColumns: definition.partitionColumns,
    configuration: definition.configuration ?? {},
    createdTime: Date.now(),
  };
}
