/** Rows put in the place of others: all, those of a partition, those that meet a condition; told as what they are, and judged by the table's rules. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import type { ChangeOutcome } from "../../../runtime/delta/commit/computed-change.ts";
import type { RowsChanged } from "../../../runtime/delta/commit/delete.ts";
import { overwriteRows } from "../../../runtime/delta/commit/overwrite.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed } from "./rides.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const fields = [{ name: "id", type: "long" }, { name: "p", type: "string" }];
const row = (id: number, p: string | null): Row => ({ id: BigInt(id), p });

async function tableOf(configuration: object, partitionColumns: readonly string[], ...files: readonly (readonly Row[])[]): Promise<Snapshot> {
  await table.commit(0, protocol(["deletionVectors"], ["deletionVectors", "changeDataFeed", "appendOnly"]), metaData(fields, { configuration, partitionColumns }));
  let snapshot = await table.snapshot();
  for (const rows of files) snapshot = committed(await appendFiles(table.store, "", snapshot, await writeRows(table.store, "", snapshot, rows)));
  return snapshot;
}

async function overwrite(base: Snapshot, rows: readonly Row[], where?: string): Promise<ChangeOutcome<RowsChanged>> {
  const files = await writeRows(table.store, "", base, rows);
  return await overwriteRows({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows }, base, { files, applications: ["load"], ...(where === undefined ? {} : { where }) });
}

async function idsOf(snapshot: Snapshot): Promise<readonly number[]> {
  const read = await table.snapshot();
  expect([read.version, [...read.files]]).toEqual([snapshot.version, [...snapshot.files]]);
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings).toEqual([]);
  return (await table.rowsOf(read)).map(({ id }) => Number(id));
}

test("all rows give way, unread, and each mark of an application gets its next version", async () => {
  const base = await tableOf({}, [], [row(1, "a")], [row(2, "b")]);
  const first = await overwrite(base, [row(3, "c")]);
  expect([first.change?.rows, first.change?.filesRead, await idsOf(first.snapshot)]).toEqual([2, 0, [3]]);
  const [info] = await readCommit(table.store, "", first.snapshot.version);
  expect(info?.commitInfo).toMatchObject({ operation: "WRITE", operationParameters: { mode: "Overwrite", partitionBy: "[]" }, operationMetrics: { numOutputRows: "1", numDeletedRows: "2", numRemovedFiles: "2" }, isBlindAppend: false });
  const second = await overwrite(first.snapshot, []);
  expect([await idsOf(second.snapshot), second.snapshot.transactions.get("load")]).toEqual([[], 2]);
  expect((await overwrite(second.snapshot, [row(4, "d")])).change?.rows).toBe(0);
  expect((await readCommit(table.store, "", 5))[0]?.commitInfo).toMatchObject({ isBlindAppend: false, isolationLevel: "Serializable" });
});

test("those of a partition give way unread, others by a condition, and the changes are told in full either way", async () => {
  for (const vectors of [false, true]) {
    await table.close();
    table = await buildTable();
    const base = await tableOf({ "delta.enableChangeDataFeed": "true", "delta.enableDeletionVectors": String(vectors) }, ["p"], [row(1, "a"), row(2, "a"), row(3, "b")]);
    const partition = await overwrite(base, [row(30, "b")], "p = 'b'");
    expect([partition.change?.filesRead, await idsOf(partition.snapshot)]).toEqual([0, [1, 2, 30]]);
    const some = await overwrite(partition.snapshot, [row(1, "a"), row(1, "c")], "id = 1");
    expect([some.change?.filesRead, some.change?.rows, await idsOf(some.snapshot)]).toEqual([1, 1, [1, 1, 2, 30]]);
    const feed = await readChanges(table.store, "", { from: partition.snapshot.version });
    const changes = await readAll(table.engine, `SELECT * FROM (${await snapshotSql(table.engine, feed)}) ORDER BY _commit_version, id, p, _change_type`, feed.columns);
    expect(changes.map(({ id, p, _change_type: type }) => [Number(id), p, type])).toEqual([[3, "b", "delete"], [30, "b", "insert"], [1, "a", "delete"], [1, "a", "insert"], [1, "c", "insert"]]);
  }
});

test("rows that came meanwhile and meet the condition give way too; others, and a table that only grows, do not", async () => {
  const base = await tableOf({}, [], [row(1, "a"), row(2, "b")]);
  committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, [row(3, "b")])));
  const done = await overwrite(base, [row(9, "b")], "p = 'b'");
  expect([done.again, await idsOf(done.snapshot)]).toEqual([1, [1, 9]]);
  await table.commit(4, metaData(fields, { configuration: { "delta.appendOnly": "true" } }));
  await expect(overwrite(await table.snapshot(), [row(9, "b")])).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE" });
  await table.commit(5, metaData([...fields, { name: "n", type: "integer" }]));
  await expect(overwrite(base, [row(9, "b")])).rejects.toMatchObject({ code: "COMMIT_CONFLICT", message: expect.stringContaining("schema") });
});
