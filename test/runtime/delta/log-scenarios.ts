/** Tables of each feature that changes what is read of a log, of five versions each: what every state of the log is tried with. */
import type { Row } from "../../../runtime/values/value.ts";
import { metaData, protocol } from "./log-builder.ts";
import type { BuiltTable, LogAction } from "./log-builder.ts";
import { inlineVector } from "./roaring-writer.ts";

const mapped = (name: string, id: number, physical: string) => ({ "delta.columnMapping.id": id, "delta.columnMapping.physicalName": physical });
const stats = (rows: number): object => ({ stats: JSON.stringify({ numRecords: rows }) });

/** Five versions of a table, and the rows of the last. */
export interface Scenario { readonly make: (table: BuiltTable) => Promise<void>; readonly rows: readonly Row[] }

const remove = ({ add }: LogAction, more: object = {}): LogAction => ({ remove: { path: Reflect.get(add ?? {}, "path") as string, deletionTimestamp: 5, dataChange: true, ...more } });

/** Versions 1 to 4: a file, a second one, the first removed, a third. */
async function grow(table: BuiltTable, first: readonly LogAction[], columns: (id: number) => string, more: (id: number) => object = () => ({}), copy: (id: number) => readonly string[] = () => []): Promise<void> {
  await table.commit(0, ...first);
  const added = await table.add("a b.parquet", `SELECT ${columns(1)}`, { ...stats(1), ...more(1) }, ...copy(1));
  await table.commit(1, { commitInfo: { operation: "WRITE" } }, added, { txn: { appId: "app", version: 7 } });
  await table.commit(2, await table.add("é.parquet", `SELECT ${columns(2)}`, { ...stats(1), ...more(2) }, ...copy(2)), { domainMetadata: { domain: "d", configuration: "{}", removed: false } });
  await table.commit(3, remove(added, { deletionVector: Reflect.get(added["add"] ?? {}, "deletionVector") as object | undefined }));
  await table.commit(4, await table.add("c.parquet", `SELECT ${columns(3)}`, { ...stats(1), ...more(3) }, ...copy(3)), { txn: { appId: "app", version: 8 } });
}

/** The last version of each. */
export const lastVersion = 4;

export const scenarios: { readonly [name: string]: Scenario } = {
  "of the oldest protocol": { make: (table) => grow(table, [protocol(), metaData([{ name: "id", type: "long" }])], (id) => `${id} AS id`), rows: [{ id: 2n }, { id: 3n }] },
  "with partitions": {
    make: (table) => grow(table, [protocol(), metaData([{ name: "id", type: "long" }, { name: "p", type: "string" }], { partitionColumns: ["p"] })], (id) => `${id} AS id`, (id) => ({ partitionValues: { p: id === 2 ? null : `p${id}` } })),
    rows: [{ id: 2n, p: null }, { id: 3n, p: "p3" }],
  },
  "with deletion vectors": {
    make: (table) => grow(table, [protocol(["deletionVectors", "v2Checkpoint"]), metaData([{ name: "id", type: "long" }])], (id) => `unnest([${id}, ${id * 10}]) AS id`, () => ({ ...stats(2), deletionVector: inlineVector([0]) })),
    rows: [{ id: 20n }, { id: 30n }],
  },
  "that maps its columns by name": {
    make: (table) => grow(table, [protocol(["columnMapping"]), metaData([{ name: "id", type: "long", metadata: mapped("id", 1, "col-1") }], { configuration: { "delta.columnMapping.mode": "name" } })], (id) => `${id} AS "col-1"`),
    rows: [{ id: 2n }, { id: 3n }],
  },
  // What files call their columns says nothing: here each has other names, and one the other's.
  "that maps its columns by id": {
    make: (table) => grow(
      table, [protocol(["columnMapping"]), metaData([{ name: "id", type: "long", metadata: mapped("id", 3, "col-1") }, { name: "n", type: "string", metadata: mapped("n", 7, "col-2") }], { configuration: { "delta.columnMapping.mode": "id", "delta.columnMapping.maxColumnId": "7" } })],
      (id) => (id === 2 ? `2 AS "col-2", 'two' AS "col-1"` : `${id} AS "x${id}", 'n${id}' AS id`), undefined,
      (id) => [id === 2 ? `FIELD_IDS {'col-2': 3, 'col-1': 7}` : `FIELD_IDS {'x${id}': 3, id: 7}`],
    ),
    rows: [{ id: 2n, n: "two" }, { id: 3n, n: "n3" }],
  },
  "of writer features alone": {
    make: (table) => grow(table, [protocol([], ["appendOnly", "rowTracking", "domainMetadata", "inCommitTimestamp", "clustering", "icebergCompatV2", "somethingNew"]), metaData([{ name: "id", type: "long" }])], (id) => `${id} AS id`, (id) => ({ baseRowId: id, defaultRowCommitVersion: id, clusteringProvider: "liquid" })),
    rows: [{ id: 2n }, { id: 3n }],
  },
  "whose protocol and schema change": {
    async make(table) {
      await grow(table, [protocol(), metaData([{ name: "id", type: "integer" }])], (id) => `${id}::INTEGER AS id`);
      await table.commit(4, protocol(["typeWidening", "vacuumProtocolCheck"]), metaData([{ name: "id", type: "long" }, { name: "late", type: "string" }]), await table.add("c.parquet", "SELECT 3::BIGINT AS id, 'x' AS late", stats(1)), { txn: { appId: "app", version: 8 } });
    },
    rows: [{ id: 2n, late: null }, { id: 3n, late: "x" }],
  },
};
