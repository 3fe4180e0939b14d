import { rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { restoreTable } from "../../../runtime/delta/commit/restore.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import type { ChangeRange } from "../../../runtime/delta/snapshot/changes.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable, LogAction } from "./log-builder.ts";
import { inlineVector } from "./roaring-writer.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

/** In any case, as all properties that are on. */
const recorded = { configuration: { "delta.enableChangeDataFeed": "True" } };
const id = { name: "id", type: "long" };
const added = (action: LogAction): { readonly path: string; readonly size: number } => action["add"] as { path: string; size: number };
const remove = (action: LogAction, more: object = {}): LogAction => ({ remove: { path: added(action).path, size: added(action).size, partitionValues: {}, dataChange: true, deletionTimestamp: 1, ...more } });
const said = (seconds: number): LogAction => ({ commitInfo: { inCommitTimestamp: seconds * 1_000 } });

/** `[id, change, version]` of each changed row. */
async function changes(range: ChangeRange): Promise<unknown[]> {
  const feed = await readChanges(table.store, "", range);
  const rows = await readAll(table.engine, `SELECT * FROM (${await snapshotSql(table.engine, feed)}) ORDER BY _commit_version, id, _change_type`, feed.columns);
  return rows.map((row) => [Number(row["id"]), row["_change_type"], Number(row["_commit_version"])]);
}

describe("the changes of a table", () => {
  test("are what commits add and remove, and not what they only write anew", async () => {
    await table.commit(0, protocol(), metaData([id], recorded));
    const first = await table.add("a.parquet", "SELECT i AS id FROM range(2) t(i)");
    const second = await table.add("b.parquet", "SELECT 5 AS id, 'insert' AS _change_type");
    await table.commit(1, first);
    await table.commit(2, second, remove(first));
    await table.commit(3, remove(second, { dataChange: false }), { add: { ...added(await table.add("c.parquet", "SELECT 5 AS id")), dataChange: false } });
    await table.commit(4, { txn: { appId: "a", version: 1 } });
    expect(await changes({ from: 0 })).toEqual([[0, "insert", 1], [1, "insert", 1], [0, "delete", 2], [1, "delete", 2], [5, "insert", 2]]);
    expect(await changes({ from: 1, to: 1 })).toEqual([[0, "insert", 1], [1, "insert", 1]]);
    expect(await changes({ from: 3 })).toEqual([]);
    // What a data file says of changes is none of the table's rows.
    expect(await table.rows({ version: 2 })).toEqual([{ id: 5n }]);
  });

  test("are what a commit wrote out, where it did", async () => {
    await table.commit(0, protocol(), metaData([id, { name: "p", type: "string" }], { ...recorded, partitionColumns: ["p"] }));
    const first = await table.add("a.parquet", "SELECT 1 AS id", { partitionValues: { p: "x" } });
    await table.commit(1, first);
    const { add: written } = await table.add("_change_data/c.parquet", "SELECT * FROM (VALUES (1, 'update_preimage'), (2, 'update_postimage')) t(id, _change_type)");
    await table.commit(2, await table.add("b.parquet", "SELECT 2 AS id", { partitionValues: { p: "x" } }), remove(first, { partitionValues: { p: "x" } }), { cdc: { ...written, partitionValues: { p: "x" }, dataChange: false } });
    expect(await changes({ from: 2 })).toEqual([[1, "update_preimage", 2], [2, "update_postimage", 2]]);
    const feed = await readChanges(table.store, "", { from: 1 });
    const rows = await readAll(table.engine, await snapshotSql(table.engine, feed), feed.columns);
    expect(rows.map((row) => row["p"])).toEqual(["x", "x", "x"]);
  });

  test("of a deletion vector are the rows that it names and the one before did not, and the reverse", async () => {
    await table.commit(0, protocol(["deletionVectors"]), metaData([id], recorded));
    const first = await table.add("a.parquet", "SELECT i AS id FROM range(6) t(i)");
    const withVector = (...places: number[]) => ({ add: { ...added(first), deletionVector: inlineVector(places) } });
    await table.commit(1, first);
    await table.commit(2, remove(first), withVector(1, 2));
    await table.commit(3, remove(first, { deletionVector: inlineVector([1, 2]) }), withVector(2, 4));
    await table.commit(4, remove(first, { deletionVector: inlineVector([2, 4]) }));
    expect(await changes({ from: 2 })).toEqual([[1, "delete", 2], [2, "delete", 2], [1, "insert", 3], [4, "delete", 3], [0, "delete", 4], [1, "delete", 4], [3, "delete", 4], [5, "delete", 4]]);
  });

  test("have the times that commits tell, else their files' times", async () => {
    await table.commit(0, said(10), protocol([], ["inCommitTimestamp", "changeDataFeed"]), metaData([id], { configuration: { ...recorded.configuration, "delta.enableInCommitTimestamps": "true" } }));
    await table.commit(1, said(20), await table.add("a.parquet", "SELECT 1 AS id"));
    const feed = await readChanges(table.store, "", { from: 0 });
    const [row] = await readAll(table.engine, await snapshotSql(table.engine, feed), feed.columns);
    expect(row).toEqual({ id: 1n, _change_type: "insert", _commit_version: 1n, _commit_timestamp: Temporal.Instant.from("1970-01-01T00:00:20Z") });
  });

  test("of a tombstone that says nothing of its file are found by the add", async () => {
    await table.commit(0, protocol(), metaData([id, { name: "p", type: "long" }], { ...recorded, partitionColumns: ["p"] }));
    const first = await table.add("a.parquet", "SELECT 1 AS id", { partitionValues: { p: "7" } });
    await table.commit(1, first);
    await table.commit(2, { remove: { path: added(first).path, dataChange: true } });
    expect(await changes({ from: 2 })).toEqual([[1, "delete", 2]]);
  });

  test("are read through added columns, widened types and mapped names", async () => {
    const mapped = (name: string, physical: string, number: number, type: string) => ({ name, type, metadata: { "delta.columnMapping.id": number, "delta.columnMapping.physicalName": physical } });
    const configuration = { ...recorded.configuration, "delta.columnMapping.mode": "name" };
    await table.commit(0, protocol(["columnMapping", "typeWidening"]), metaData([mapped("was", "p-1", 1, "integer")], { configuration }));
    await table.commit(1, await table.add("a.parquet", "SELECT 1::INTEGER AS \"p-1\""));
    await table.commit(2, metaData([mapped("id", "p-1", 1, "long"), mapped("late", "p-2", 2, "string")], { configuration }));
    await table.commit(3, await table.add("b.parquet", "SELECT 2::BIGINT AS \"p-1\", 'x' AS \"p-2\""));
    expect(await changes({ from: 0 })).toEqual([[1, "insert", 1], [2, "insert", 3]]);
  });
});

describe("changes that cannot be had are refused", () => {
  test("where the feed was off", async () => {
    await table.commit(0, protocol(), metaData([id]));
    await table.commit(1, metaData([id], recorded));
    await table.commit(2, metaData([id]));
    await expect(changes({ from: 0, to: 1 })).rejects.toMatchObject({ code: "DELTA_CHANGES_NOT_RECORDED", message: expect.stringContaining("version 0") });
    await expect(changes({ from: 1, to: 2 })).rejects.toMatchObject({ code: "DELTA_CHANGES_NOT_RECORDED", message: expect.stringContaining("version 2") });
    expect(await changes({ from: 1, to: 1 })).toEqual([]);
  });

  test("where a column is gone or another meanwhile", async () => {
    await table.commit(0, protocol(), metaData([id, { name: "x", type: "string" }], recorded));
    await table.commit(1, metaData([id, { name: "x", type: "long" }], recorded));
    await expect(changes({ from: 0 })).rejects.toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringContaining('"x"') });
    expect(await changes({ from: 1 })).toEqual([]);
  });

  test("where files were vacuumed, a range is none or a version is not there", async () => {
    await table.commit(0, protocol(), metaData([id], recorded));
    const first = await table.add("a.parquet", "SELECT 1 AS id");
    await table.commit(1, first);
    await table.commit(2, remove(first));
    await rm(path.join(table.directory, "a.parquet"));
    await expect(changes({ from: 2 })).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringContaining("a.parquet") });
    await expect(changes({ from: 2, to: 1 })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(changes({ from: 2, to: 9 })).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND" });
  });
});

const dat = path.resolve(import.meta.dirname, "../../../../shared/data/delta/dat-0.0.3/cdf");
test.skipIf(!existsSync(dat))("the feed of a table that Spark wrote adds up to its rows", async () => {
  const store = openFiles(dat);
  const engine = await openEngine({ readable: [dat], temporary: path.dirname(table.directory) });
  try {
    const feed = await readChanges(store, "delta", { from: 1 });
    const rows = await readAll(engine, await snapshotSql(engine, feed), feed.columns);
    expect([...new Set(rows.map((row) => row["_change_type"]))].toSorted()).toEqual(["delete", "insert"]);
    const net = rows.reduce((sum, row) => sum + (row["_change_type"] === "insert" ? 1 : -1), 0);
    expect(net).toBe(sizeOf(await readSnapshot(store, "delta")).rows);
  } finally {
    await engine.close();
  }
});

describe("a version that brings an older schema back", () => {
  const restoreTo = async (version: number): Promise<void> => {
    await restoreTable(table.store, "", await table.snapshot(), await table.snapshot({ version }), { version });
  };

  test("tells of rows what both schemas have", async () => {
    await table.commit(0, protocol(), metaData([id], recorded));
    await table.commit(1, await table.add("a.parquet", "SELECT 1 AS id"));
    await table.commit(2, metaData([id, { name: "more", type: "string" }], recorded), await table.add("b.parquet", "SELECT 2 AS id, 'x' AS more"));
    await restoreTo(1);
    expect(await changes({ from: 3 })).toEqual([[2, "delete", 3]]);
    await expect(changes({ from: 2 })).rejects.toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringContaining('the column "more" is another or gone') });
  });

  test("is refused where the rows that it removed do not fit, and says what may be asked for", async () => {
    const widened = { ...recorded, configuration: { ...recorded.configuration, "delta.enableTypeWidening": "true" } };
    await table.commit(0, protocol(["typeWidening"], ["typeWidening", "changeDataFeed"]), metaData([{ name: "id", type: "integer" }], widened));
    await table.commit(1, await table.add("a.parquet", "SELECT 1::INTEGER AS id"));
    await table.commit(2, metaData([{ ...id, metadata: { "delta.typeChanges": [{ fromType: "integer", toType: "long" }] } }], widened));
    await table.commit(3, await table.add("b.parquet", "SELECT 5000000000 AS id"));
    await restoreTo(1);
    await expect(changes({ from: 4 })).rejects.toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringMatching(/Version 4 of .* removed rows .*the column "id" was of another type at version 3/), hint: expect.stringContaining("up to 3, and for those from 5 on") });
    await table.commit(5, await table.add("c.parquet", "SELECT 7::INTEGER AS id"));
    expect(await changes({ from: 5 })).toEqual([[7, "insert", 5]]);
    expect(await changes({ from: 1, to: 3 })).toEqual([[1, "insert", 1], [5_000_000_000, "insert", 3]]);
    // The other way round the older rows fit.
    await restoreTo(3);
    expect(await changes({ from: 6 })).toEqual([[7, "delete", 6], [5_000_000_000, "insert", 6]]);
  });
});
