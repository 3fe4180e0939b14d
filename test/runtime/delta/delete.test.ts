/** Rows deleted by a condition: the right ones, by as little work as the log allows, and never beside what others did first. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import type { RowsChanged } from "../../../runtime/delta/commit/delete.ts";
import type { ChangeOutcome } from "../../../runtime/delta/commit/computed-change.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readDeletionVector } from "../../../runtime/delta/deletion-vectors/deletion-vector.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { liveFilesOf } from "../../../runtime/delta/actions/live-files.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable, LogAction } from "./log-builder.ts";
import { inlineVector } from "./roaring-writer.ts";
import { committed } from "./rides.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const fields = [{ name: "id", type: "long" }, { name: "city", type: "string" }];
const withVectors = { configuration: { "delta.enableDeletionVectors": "true" } };

/** A table with a file for each list of ids. */
async function tableOf(files: readonly (readonly number[])[], first: readonly LogAction[] = [protocol(), metaData(fields)]): Promise<Snapshot> {
  await table.commit(0, ...first);
  let snapshot = await table.snapshot();
  for (const ids of files) snapshot = await append(snapshot, ...ids);
  return snapshot;
}

async function append(base: Snapshot, ...ids: readonly number[]): Promise<Snapshot> {
  return committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, ids.map((id): Row => ({ id: BigInt(id), city: id % 2 === 0 ? "even" : null })))));
}

const remove = async (base: Snapshot, where: string): Promise<ChangeOutcome<RowsChanged>> => await deleteRows({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows }, base, where);
const idsOf = async (snapshot: Snapshot): Promise<readonly number[]> => (await table.rowsOf(snapshot)).map(({ id }) => Number(id));
const told = ({ change }: ChangeOutcome<RowsChanged>): object => ({ rows: change?.rows, read: change?.filesRead, removed: change?.filesRemoved, added: change?.filesAdded, vectors: change?.vectorsAdded });

/** What the table's own log comes to, read anew, and that nothing in it is broken or left over. */
async function whole(snapshot: Snapshot): Promise<Snapshot> {
  const read = await table.snapshot();
  expect([read.version, [...read.files]]).toEqual([snapshot.version, [...snapshot.files]]);
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
  return read;
}

describe("rows are deleted", () => {
  test("and only files that may hold one are opened; of the others nothing changes", async () => {
    const base = await tableOf([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
    const done = await remove(base, "id = 5");
    expect(told(done)).toEqual({ rows: 1, read: 1, removed: 1, added: 1, vectors: 0 });
    expect(await idsOf(await whole(done.snapshot))).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
    const [info] = await readCommit(table.store, "", done.snapshot.version);
    expect(info?.commitInfo).toMatchObject({ operation: "DELETE", operationParameters: { predicate: '["id = 5"]' }, operationMetrics: { numDeletedRows: "1", numCopiedRows: "2", numRemovedFiles: "1", numAddedFiles: "1" }, isBlindAppend: false, isolationLevel: "Serializable" });
  });

  test("with whole files, unread, where statistics say that all of their rows match", async () => {
    const done = await remove(await tableOf([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), "id > 3 AND id < 8");
    expect(told(done)).toEqual({ rows: 4, read: 1, removed: 2, added: 1, vectors: 0 });
    expect(await idsOf(await whole(done.snapshot))).toEqual([1, 2, 3, 8, 9]);
    // A null is in no range, so that a file with one is opened.
    const more = await remove(done.snapshot, "city >= 'a'");
    expect(told(more)).toMatchObject({ rows: 2, read: 2 });
    expect(await idsOf(await whole(more.snapshot))).toEqual([1, 3, 9]);
  });

  test("with whole partitions by any condition over these, and nothing is opened", async () => {
    await table.commit(0, protocol(), metaData([...fields, { name: "day", type: "date" }], { partitionColumns: ["day"] }));
    const base = await table.snapshot();
    const days = ["2025-12-31", "2026-01-01", "2026-02-01", null].map((day, k): Row => ({ id: BigInt(k), city: "x", day: day === null ? null : Temporal.PlainDate.from(day) }));
    const snapshot = committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, days)));
    const done = await remove(snapshot, "year(day) = 2026");
    expect(told(done)).toEqual({ rows: 2, read: 0, removed: 2, added: 0, vectors: 0 });
    expect(await idsOf(await whole(done.snapshot))).toEqual([0, 3]);
    expect(told(await remove(done.snapshot, "day IS NULL OR id = 0"))).toMatchObject({ rows: 2, removed: 2, added: 0 });
  });

  test("all of them, by true; and none where none matches, which writes nothing", async () => {
    const base = await tableOf([[1, 2], [3]]);
    const none = await remove(base, "id = 2 AND city = 'odd'");
    expect([told(none), none.snapshot]).toEqual([told({ change: undefined, snapshot: base, again: 0 }), base]);
    const done = await remove(base, "true");
    expect([told(done), await idsOf(await whole(done.snapshot))]).toEqual([{ rows: 3, read: 0, removed: 2, added: 0, vectors: 0 }, []]);
  });

  test("and a null is no match, whatever is asked of it", async () => {
    const base = await tableOf([[1, 2, 3]]);
    expect(await idsOf((await remove(base, "city <> 'even'")).snapshot)).toEqual([1, 2, 3]);
    expect(await idsOf((await remove(base, "NOT (city = 'even')")).snapshot)).toEqual([1, 2, 3]);
    expect(await idsOf((await remove(base, "city IS NULL")).snapshot)).toEqual([2]);
  });
});

describe("many files", () => {
  /** Each of three rows; some lack a column, each third has lost its first row, and no two neighbours are of one partition. */
  async function manyFiles(count: number, first: readonly LogAction[]): Promise<Snapshot> {
    const adds = await Array.fromAsync({ length: count }, async (_, k) => {
      const file = path.join(table.directory, `${k}.parquet`);
      await table.engine.control.run(`COPY (SELECT i + ${k * 3} AS id${k % 2 === 0 ? ", 'even' AS city" : ""} FROM range(3) t(i)) TO '${file}' (FORMAT parquet)`);
      return { add: { path: `${k}.parquet`, partitionValues: { part: String(k % 4) }, size: (await stat(file)).size, modificationTime: 0, dataChange: true, ...(k % 3 === 0 ? { stats: '{"numRecords":3}', deletionVector: inlineVector([0]) } : {}) } };
    });
    await table.commit(0, ...first, ...adds);
    return await table.snapshot();
  }
  const partitioned = { partitionColumns: ["part"] };

  test("are looked through together, and each keeps what is its own", async () => {
    for (const [configuration, expected] of [[{}, { removed: 300, added: 4, vectors: 0 }], [withVectors.configuration, { removed: 0, added: 0, vectors: 300 }]] as const) {
      await table.close();
      table = await buildTable();
      const base = await manyFiles(300, [protocol(["deletionVectors"]), metaData([...fields, { name: "part", type: "string" }], { ...partitioned, configuration })]);
      const done = await remove(base, "id % 3 = 1");
      expect(told(done)).toEqual({ rows: 300, read: 300, ...expected });
      const left = Array.from({ length: 900 }, (_, id) => id).filter((id) => id % 3 === 2 || (id % 3 === 0 && id % 9 !== 0));
      expect(await idsOf(await whole(done.snapshot))).toEqual(left);
      expect((await table.rowsOf(done.snapshot)).every(({ id, part, city }) => part === String(Math.floor(Number(id) / 3) % 4) && city === (Math.floor(Number(id) / 3) % 2 === 0 ? "even" : null))).toBe(true);
    }
  });

  test("of which one is gone, or holds other rows than the log says, are left as they are", async () => {
    const base = await manyFiles(9, [protocol(["deletionVectors"]), metaData([...fields, { name: "part", type: "string" }], partitioned)]);
    const [before] = [(await Array.fromAsync(table.store.list("", { recursive: true }))).length];
    await expect(remove({ ...base, files: liveFilesOf([...base.files].map((file) => ({ ...file, stats: '{"numRecords":4}' }))) }, "id = 4")).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN" });
    await table.store.remove("4.parquet");
    await expect(remove(base, "id = 4")).rejects.toMatchObject({ code: "FILE_NOT_FOUND", place: { file: expect.stringContaining("4.parquet") as string } });
    expect(await Array.fromAsync(table.store.list("", { recursive: true }))).toHaveLength(before - 1);
  });
});

describe("a table with deletion vectors", () => {
  test("keeps its files, which say what is deleted of them", async () => {
    const done = await remove(await tableOf([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [protocol(["deletionVectors"]), metaData(fields, withVectors)]), "id IN (2, 5, 6)");
    expect(told(done)).toEqual({ rows: 3, read: 2, removed: 0, added: 0, vectors: 2 });
    expect(await idsOf(await whole(done.snapshot))).toEqual([1, 3, 4, 7, 8, 9]);
    const [first] = [...done.snapshot.files].filter(({ deletionVector }) => deletionVector !== undefined);
    expect(JSON.parse(first?.stats ?? "")).toMatchObject({ numRecords: 3, tightBounds: false, minValues: { id: 1 }, maxValues: { id: 3 } });
    // One file for the vectors of a commit; what it said of a file before is said again.
    const again = await remove(done.snapshot, "id = 3");
    expect(await idsOf(await whole(again.snapshot))).toEqual([1, 4, 7, 8, 9]);
    const [vector] = [...again.snapshot.files].flatMap(({ path, deletionVector }) => (path === first?.path && deletionVector !== undefined ? [deletionVector] : []));
    expect(vector === undefined ? [] : [...(await readDeletionVector(table.store, "", vector))]).toEqual([1, 2]);
    const [, , ...changes] = await readCommit(table.store, "", again.snapshot.version);
    expect(changes).toMatchObject([{ add: { deletionVector: { cardinality: 2 } } }]);
    // The last row of a file takes the file along.
    const last = await remove(again.snapshot, "id = 1");
    expect([told(last), await idsOf(await whole(last.snapshot))]).toEqual([{ rows: 1, read: 1, removed: 1, added: 0, vectors: 0 }, [4, 7, 8, 9]]);
  });

  test("of others keeps numbers that no double holds in its statistics, and gets those it lacks", async () => {
    await table.commit(0, protocol(["deletionVectors"]), metaData(fields, withVectors));
    await table.commit(1, await table.add("a.parquet", "SELECT i AS id, CAST(NULL AS VARCHAR) AS city FROM range(3) t(i)", { stats: '{"numRecords":3,"maxValues":{"id":9007199254740993}}' }), await table.add("b.parquet", "SELECT i + 10 AS id, CAST(NULL AS VARCHAR) AS city FROM range(3) t(i)", { deletionVector: inlineVector([0]) }));
    const done = await remove(await table.snapshot(), "id IN (1, 11)");
    expect(await idsOf(done.snapshot)).toEqual([0, 2, 12]);
    expect([...done.snapshot.files].map(({ stats }) => stats).toSorted()).toEqual(['{"numRecords":3,"maxValues":{"id":9007199254740993},"tightBounds":false}', '{"numRecords":3,"tightBounds":false}']);
  });
});

describe("what a table asks of those who delete is done", () => {
  test("rows that stay keep their ids and versions, in new files and under vectors", async () => {
    const configuration = { "delta.enableRowTracking": "true", "delta.rowTracking.materializedRowIdColumnName": "_id", "delta.rowTracking.materializedRowCommitVersionColumnName": "_version" };
    const base = await tableOf([[1, 2, 3]], [protocol(["deletionVectors"], ["deletionVectors", "rowTracking", "domainMetadata"]), metaData(fields, { configuration })]);
    const done = await remove(base, "id = 2");
    const [file] = done.snapshot.files;
    expect((await table.engine.control.runAndReadAll(`SELECT id, _id, _version FROM read_parquet('${table.directory}/${file?.path}') ORDER BY id`)).getRowsJson()).toEqual([["1", "0", "1"], ["3", "2", "1"]]);
    expect([file?.baseRowId, done.snapshot.domains.get("delta.rowTracking")?.configuration]).toEqual([3, '{"rowIdHighWaterMark":4}']);
    await table.commit(3, metaData(fields, { configuration: { ...configuration, "delta.enableDeletionVectors": "true" } }));
    const marked = await remove(await table.snapshot(), "id = 1");
    expect([...marked.snapshot.files].map(({ path, baseRowId, defaultRowCommitVersion }) => [path, baseRowId, defaultRowCommitVersion])).toEqual([[file?.path, 3, 2]]);
    expect((await readCommit(table.store, "", 4)).some(({ domainMetadata }) => domainMetadata)).toBe(false);
  });

  test("columns have other names in files, in new ones as in old", async () => {
    const mapped = [{ name: "id", type: "long", metadata: { "delta.columnMapping.id": 1, "delta.columnMapping.physicalName": "c1" } }, { name: "box", type: { type: "struct", fields: [{ name: "x", type: "integer", nullable: true, metadata: { "delta.columnMapping.id": 3, "delta.columnMapping.physicalName": "c3" } }] }, metadata: { "delta.columnMapping.id": 2, "delta.columnMapping.physicalName": "c2" } }];
    for (const mode of ["name", "id"]) {
      await table.close();
      table = await buildTable();
      await table.commit(0, protocol(["columnMapping"]), metaData(mapped, { configuration: { "delta.columnMapping.mode": mode, "delta.columnMapping.maxColumnId": "3" } }));
      const empty = await table.snapshot();
      const base = committed(await appendFiles(table.store, "", empty, await writeRows(table.store, "", empty, [1, 2, 3].map((id) => ({ id: BigInt(id), box: id === 3 ? null : { x: id } })))));
      const done = await remove(base, "box.x = 1");
      expect(await table.rowsOf(await whole(done.snapshot))).toEqual([{ id: 2n, box: { x: 2 } }, { id: 3n, box: null }]);
      expect(JSON.parse([...done.snapshot.files][0]?.stats ?? "")).toMatchObject({ numRecords: 2, minValues: { c1: 2 } });
    }
  });

  test("one that only grows refuses, and a wrong condition is told with its place, before anything is written", async () => {
    const base = await tableOf([[1]], [protocol(), metaData(fields, { configuration: { "delta.appendOnly": "true" } })]);
    await expect(remove(base, "id = 1")).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE" });
    await table.commit(2, metaData(fields));
    const open = await table.snapshot();
    const wrong: readonly (readonly [string, object])[] = [
      ["id = 1 AND\n  town = 'x'", { code: "SQL_INVALID", place: { line: 2, column: 3 } }],
      ["id = = 1", { code: "SQL_INVALID", place: { line: 1, column: 6 } }],
      ["id", { code: "SQL_INVALID" }], ["", { code: "SQL_INVALID" }], ["true) OR (", { code: "SQL_INVALID" }], ["true), (true", { code: "SQL_INVALID" }], ["id = ?", { code: "SQL_INVALID" }], ["count(*) > 1", { code: "SQL_INVALID" }],
      ["id IN (SELECT 1)", { code: "SQL_FORBIDDEN", place: { line: 1, column: 4 } }], ["id < random()", { code: "SQL_FORBIDDEN" }], ["read_text('/etc/passwd') = ''", { code: "SQL_FORBIDDEN", place: { line: 1, column: 1 } }],
      ["CAST(city AS INTEGER) = 1", { code: "SQL_INVALID" }],
    ];
    const more = await append(open, 2);
    for (const [sql, failure] of wrong) await expect(remove(more, sql), sql).rejects.toMatchObject(failure);
    expect((await table.snapshot()).version).toBe(more.version);
  });

  test("its changes are told row by row, and those of a commit all in one way", async () => {
    for (const vectors of [false, true]) {
      await table.close();
      table = await buildTable();
      const base = await tableOf([[1, 2, 3], [4, 5], [6, 7]], [protocol(["deletionVectors"], ["deletionVectors", "changeDataFeed"]), metaData(fields, { configuration: { "delta.enableChangeDataFeed": "true", "delta.enableDeletionVectors": String(vectors) } })]);
      const done = await remove(base, "id BETWEEN 3 AND 5");
      expect(await idsOf(await whole(done.snapshot))).toEqual([1, 2, 6, 7]);
      const only = await remove(done.snapshot, "id > 5");
      // Whole files say it themselves.
      expect((await readCommit(table.store, "", only.snapshot.version)).some(({ cdc }) => cdc)).toBe(false);
      const feed = await readChanges(table.store, "", { from: done.snapshot.version });
      const rows = await readAll(table.engine, `SELECT * FROM (${await snapshotSql(table.engine, feed)}) ORDER BY id`, feed.columns);
      expect(rows.map((row) => [Number(row["id"]), row["city"], row["_change_type"], Number(row["_commit_version"])])).toEqual([[3, null, "delete", 4], [4, "even", "delete", 4], [5, null, "delete", 4], [6, "even", "delete", 5], [7, null, "delete", 5]]);
    }
  });
});

describe("a deletion beside others", () => {
  test("follows an append that holds no such row, and looks again where one may", async () => {
    const base = await tableOf([[1, 2, 3]]);
    const behind = await append(base, 10, 11);
    const done = await remove(base, "id < 3");
    expect([done.again, done.snapshot.version]).toEqual([0, behind.version + 1]);
    await append(done.snapshot, 2, 40);
    const more = await remove(done.snapshot, "id = 2 OR id = 3");
    expect([more.again, told(more)]).toMatchObject([1, { rows: 2 }]);
    expect(await idsOf(await whole(more.snapshot))).toEqual([10, 11, 40]);
  });

  test("looks again when what it read was replaced, by the same rows in other files too", async () => {
    for (const first of [[protocol(), metaData(fields)], [protocol(["deletionVectors"]), metaData(fields, withVectors)]]) {
      await table.close();
      table = await buildTable();
      const base = await tableOf([[1, 2, 3], [4, 5, 6]], first);
      const other = await remove(base, "id = 1");
      const done = await remove(base, "id = 2");
      expect([done.again, await idsOf(await whole(done.snapshot))]).toEqual([1, [3, 4, 5, 6]]);
      await compact(table.store, "", done.snapshot, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
      const last = await remove(done.snapshot, "id = 5");
      expect([last.again, other.again, await idsOf(await whole(last.snapshot))]).toEqual([1, 0, [3, 4, 6]]);
      expect(await idsOf(await readSnapshot(table.store, "", { version: other.snapshot.version }))).toEqual([2, 3, 4, 5, 6]);
    }
  });

  test("leaves no file behind that no version names", async () => {
    const base = await tableOf([[1, 2, 3]], [protocol(["deletionVectors"]), metaData(fields, withVectors)]);
    await remove(base, "id = 1");
    await remove(base, "id = 2");
    const names = (await Array.fromAsync(table.store.list("", { recursive: true }))).map(({ path }) => path).filter((path) => path.endsWith(".bin"));
    expect(names).toHaveLength(2);
  });
});
