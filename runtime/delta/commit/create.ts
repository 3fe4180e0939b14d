/** Creates a Delta table: version 0 with its protocol and schema, at the lowest protocol that its columns allow, for the widest readership. */
import { randomUUID } from "node:crypto";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { Store } from "../../storage/store.ts";
import type { Action, Metadata } from "../actions/actions.ts";
import { listLog, newestOf } from "../log/log.ts";
import { firstSnapshot } from "../snapshot/snapshot.ts";
import { commitFirst } from "./transaction.ts";
import type { CommitOutcome } from "./transaction.ts";
import { isOn } from "../features/property.ts";
import { newRowTrackingColumns } from "../features/row-tracking.ts";
import { rulesOf } from "../rules/table-rules.ts";
import { mapField, mapsColumns, maxColumnIdKey, newPhysicalName } from "../schema/column-mapping.ts";
import type { DeltaField } from "../schema/schema-shape.ts";
import { deltaField, schemaText } from "../schema/types.ts";
import { keepsCommitTimes } from "../snapshot/time-travel.ts";
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
  requireProperties(definition.configuration ?? {}, store.locate(location));
  const metaData = metadataOf(definition);
  rulesOf({ metadata: metaData, columns: definition.columns }, store.locate(location));
  const listing = await listLog(store, location);
  const taken = { kind: "conflict", version: 0, about: "exists", reason: "a table is there already" } as const;
  if (newestOf(listing) !== undefined) return taken;
  const protocol = newProtocol(definition.columns, metaData.configuration);
  const actions: Action[] = [{ protocol }, { metaData }];
  const time = Date.now();
  const put = await commitFirst(store, location, actions, {
    operation: "CREATE TABLE",
    parameters: {
      partitionBy: JSON.stringify(definition.partitionColumns), clusterBy: "[]", description: metaData.description ?? null, isManaged: "false", properties: JSON.stringify(metaData.configuration),
    },
    metrics: {},
  }, keepsCommitTimes(protocol, metaData) ? time : undefined);
  if (put.kind === "lost") return taken;
  if (put.kind === "unknown") return { kind: "unknown", version: 0, cause: put.cause };
  return { kind: "committed", version: 0, snapshot: firstSnapshot(store, location, time, actions) };
}

function metadataOf({ name, description, columns, partitionColumns, configuration = {} }: TableDefinition): Metadata {
  const own = isOn({ configuration }, "delta.enableRowTracking") ? newRowTrackingColumns() : {};
  const mapped = mapsColumns({ configuration }) ? mappedFields(columns) : undefined;
  return {
    id: randomUUID(),
    ...(name === undefined ? {} : { name }),
    ...(description === "" ? {} : { description }),
    format: { provider: "parquet", options: {} },
    schemaString: mapped === undefined ? schemaText(columns) : JSON.stringify({ type: "struct", fields: mapped.fields }),
    partitionColumns,
    configuration: { ...configuration, ...own, ...(mapped === undefined ? {} : { [maxColumnIdKey]: String(mapped.last) }) },
    createdTime: Date.now(),
  };
}

/** The fields of columns that are mapped from the first version on, and the last id that was given. */
function mappedFields(columns: readonly NamedType[]): { readonly fields: readonly DeltaField[]; readonly last: number } {
  const ids = { last: 0 };
  return { fields: columns.map((column) => mapField(deltaField(column), ids, newPhysicalName)), last: ids.last };
}
