/** Rows that get new values: the right ones, judged as the table asks, told to those who follow changes, and moved where their partition changes. */
import { describe, expect, test } from "vitest";
import type { ChangeOutcome } from "../../../runtime/delta/commit/computed-change.ts";
import type { RowsChanged } from "../../../runtime/delta/commit/delete.ts";
import { claimOf } from "../../../runtime/delta/commit/stand-back.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { updateRows } from "../../../runtime/delta/commit/update.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { metaData, protocol } from "./log-builder.ts";
import type { LogAction } from "./log-builder.ts";
import { fields, row, tableOf } from "./changed-table.ts";
import { table, tableEach } from "./table-each.ts";

tableEach();

const changing = () => ({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows });
const update = async (base: Snapshot, set: { readonly [column: string]: string }, where: string): Promise<ChangeOutcome<RowsChanged>> =>
  await updateRows(changing(), base, Object.entries(set).map(([column, sql]) => ({ column, sql })), where);
const told = ({ change }: ChangeOutcome<RowsChanged>): object => ({ rows: change?.rows, read: change?.filesRead, removed: change?.filesRemoved, added: change?.filesAdded, vectors: change?.vectorsAdded });

/** `[id, n, p]` of the table's own log, read anew. */
async function rows(snapshot: Snapshot): Promise<unknown[]> {
  const read = await table.snapshot();
  expect([read.version, [...read.files]]).toEqual([snapshot.version, [...snapshot.files]]);
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
  return (await table.rowsOf(read)).map(({ id, n, p }) => [Number(id), n, p]);
}

const forms: readonly (readonly [string, readonly LogAction[], object])[] = [
  ["written anew", [protocol()], {}],
  ["marked by vectors", [protocol(["deletionVectors"], ["deletionVectors", "changeDataFeed"])], { "delta.enableDeletionVectors": "true" }],
];

describe.each(forms)("rows of files that are %s", (_name, first, configuration) => {
  const vectors = "delta.enableDeletionVectors" in configuration;

  test("get new values out of the old ones, and no others do", async () => {
    const base = await tableOf([...first, metaData(fields, { configuration })], [row(1), row(2), row(3)], [row(4), row(5)], [row(6)]);
    const done = await update(base, { N: "id", id: "CAST(n AS BIGINT)", p: "p || '!'" }, "id IN (2, 4, 5)");
    expect(told(done)).toEqual(vectors ? { rows: 3, read: 2, removed: 1, added: 1, vectors: 1 } : { rows: 3, read: 2, removed: 2, added: 1, vectors: 0 });
    expect(await rows(done.snapshot)).toEqual([[1, 10, "a"], [3, 30, "a"], [6, 60, "a"], [20, 2, "a!"], [40, 4, "a!"], [50, 5, "a!"]]);
    const [info] = await readCommit(table.store, "", done.snapshot.version);
    expect(info?.commitInfo).toMatchObject({ operation: "UPDATE", operationParameters: { predicate: '["id IN (2, 4, 5)"]' }, operationMetrics: { numUpdatedRows: "3", numCopiedRows: vectors ? "0" : "2" } });
    expect((await update(done.snapshot, { n: "0" }, "id = 2")).change).toBeUndefined();
    expect(await rows((await update(done.snapshot, { n: "NULL" }, "true")).snapshot)).toEqual([1, 3, 6, 20, 40, 50].map((id) => [id, null, id < 20 ? "a" : "a!"]));
  });

  test("move to the partition that they come to be of, and the changes tell from where to where", async () => {
    const base = await tableOf([...first, metaData(fields, { partitionColumns: ["p"], configuration: { ...configuration, "delta.enableChangeDataFeed": "true" } })], [row(1, "a"), row(2, "a"), row(3, "b=%/é"), row(4, null)]);
    const done = await update(base, { p: "CASE WHEN id = 2 THEN 'c d' WHEN id = 3 THEN NULL ELSE 'b=%/é' END", n: "n + 1" }, "id > 1");
    expect(await rows(done.snapshot)).toEqual([[1, 10, "a"], [2, 21, "c d"], [3, 31, null], [4, 41, "b=%/é"]]);
    const feed = await readChanges(table.store, "", { from: done.snapshot.version });
    const changes = await readAll(table.engine, `SELECT * FROM (${await snapshotSql(table.engine, feed)}) ORDER BY id, n`, feed.columns);
    expect(changes.map(({ id, n, p, _change_type: type }) => [Number(id), n, p, type])).toEqual([
      [2, 20, "a", "update_preimage"], [2, 21, "c d", "update_postimage"], [3, 30, "b=%/é", "update_preimage"], [3, 31, null, "update_postimage"], [4, 40, null, "update_preimage"], [4, 41, "b=%/é", "update_postimage"],
    ]);
    await expect(update(done.snapshot, { p: "''" }, "id = 1")).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("p = ") });
    const inPlace = await update(done.snapshot, { n: "0" }, "id = 1");
    const own = await readChanges(table.store, "", { from: inPlace.snapshot.version });
    expect((await readAll(table.engine, `SELECT * FROM (${await snapshotSql(table.engine, own)}) ORDER BY n`, own.columns)).map(({ id, n, _change_type: type }) => [Number(id), n, type])).toEqual([[1, 0, "update_postimage"], [1, 10, "update_preimage"]]);
  });
});

test("columns that the table maps are told in the change feed beside those that it does not", async () => {
  const mapped = fields.map((field, k) => ({ ...field, metadata: { "delta.columnMapping.id": k + 1, "delta.columnMapping.physicalName": `col-${k}` } }));
  const configuration = { "delta.enableChangeDataFeed": "true", "delta.columnMapping.mode": "id", "delta.columnMapping.maxColumnId": "3" };
  const base = await tableOf([protocol(["columnMapping"], ["columnMapping", "changeDataFeed"]), metaData(mapped, { configuration })], [row(1), row(2)]);
  const done = await update(base, { n: "0" }, "id = 1");
  expect(await rows(done.snapshot)).toEqual([[1, 0, "a"], [2, 20, "a"]]);
  const changes = await readChanges(table.store, "", { from: done.snapshot.version });
  const feed = await readAll(table.engine, await snapshotSql(table.engine, changes), changes.columns);
  expect(feed.map((change) => [change["_change_type"], Number(change["id"]), change["n"]]).toSorted()).toEqual([["update_postimage", 1, 0], ["update_preimage", 1, 10]]);
});

test("the infinities partition a table as themselves", async () => {
  const base = await tableOf([protocol(), metaData([fields[0] ?? { name: "", type: "" }, fields[1] ?? { name: "", type: "" }, { name: "p", type: "double" }], { partitionColumns: ["p"] })], [1, 2, 3].map((id) => ({ id: BigInt(id), n: 0, p: 0.5 })));
  const done = await update(base, { p: "CASE id WHEN 1 THEN 'Infinity'::DOUBLE WHEN 2 THEN '-Infinity'::DOUBLE ELSE 'NaN'::DOUBLE END" }, "true");
  expect(await rows(done.snapshot)).toEqual([[1, 0, Number.POSITIVE_INFINITY], [2, 0, Number.NEGATIVE_INFINITY], [3, 0, Number.NaN]]);
});

describe("what a table asks of its rows", () => {
  test("is asked of new values, and a refusal leaves nothing behind", async () => {
    const base = await tableOf([{ protocol: { minReaderVersion: 1, minWriterVersion: 3 } }, metaData([fields[0] ?? { name: "id", type: "long" }, { ...fields[1], name: "n", type: "integer", metadata: { "delta.invariants": '{"expression":{"expression":"n < 100"}}' } }, { name: "p", type: "string" }], { configuration: { "delta.constraints.short": "length(p) < 5" } })], [row(1), row(2)]);
    const refused: readonly (readonly [{ readonly [column: string]: string }, object])[] = [
      [{ n: "n * 20" }, { code: "ROWS_REFUSED", message: expect.stringContaining("(n = 200): the invariant of n: n < 100") }],
      [{ p: "'a \"long\" one'" }, { code: "ROWS_REFUSED", message: expect.stringContaining("the constraint short: length(p) < 5") }],
      [{ id: "NULL" }, { code: "ROWS_REFUSED", message: expect.stringContaining("(id = null): the column id is never null") }],
      [{ n: "99999999999" }, { code: "SQL_INVALID" }], [{ n: "'x'" }, { code: "SQL_INVALID" }],
      [{ town: "1" }, { code: "SQL_INVALID", message: "There is no column town.", place: { parameter: "town" } }], [{ n: "town" }, { code: "SQL_INVALID", place: { line: 1, column: 1, parameter: "n" } }],
      [{ n: "1", N: "2" }, { code: "SQL_INVALID" }], [{ n: "random()" }, { code: "SQL_FORBIDDEN" }], [{ n: "max(n)" }, { code: "SQL_INVALID" }], [{}, { code: "SQL_INVALID" }],
    ];
    for (const [set, failure] of refused) await expect(update(base, set, "id = 1"), JSON.stringify(set)).rejects.toMatchObject(failure);
    expect((await table.snapshot()).version).toBe(base.version);
    expect((await Array.fromAsync(table.store.list("", { recursive: true }))).filter(({ path }) => path.endsWith(".parquet"))).toHaveLength(1);
    // Only rows that change are judged.
    expect(await rows((await update(base, { n: "99", p: "NULL || 'x'" }, "false")).snapshot)).toEqual([[1, 10, "a"], [2, 20, "a"]]);
    expect(await rows((await update(base, { n: "99" }, "id = 2")).snapshot)).toEqual([[1, 10, "a"], [2, 99, "a"]]);
  });

  test("and what it makes of other columns is made again", async () => {
    const generated = [fields[0] ?? { name: "id", type: "long" }, { name: "n", type: "integer" }, { name: "p", type: "string", metadata: { "delta.generationExpression": "concat('n', CAST(n AS STRING))" } }];
    const base = await tableOf([{ protocol: { minReaderVersion: 1, minWriterVersion: 4 } }, metaData(generated, { partitionColumns: ["p"] })], [{ id: 1n, n: 1 }, { id: 2n, n: 2 }]);
    const done = await update(base, { n: "7" }, "id = 2");
    expect(await rows(done.snapshot)).toEqual([[1, 1, "n1"], [2, 7, "n7"]]);
    await expect(update(done.snapshot, { p: "'x'" }, "id = 2")).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("the generated column p") });
  });

  test("a row keeps its id, and its version is the one that it changed in", async () => {
    const configuration = { "delta.enableRowTracking": "true", "delta.rowTracking.materializedRowIdColumnName": "_id", "delta.rowTracking.materializedRowCommitVersionColumnName": "_version" };
    const base = await tableOf([protocol([], ["rowTracking", "domainMetadata"]), metaData(fields, { configuration })], [row(1), row(2)]);
    const { snapshot } = await update(base, { n: "0" }, "id = 2");
    const [file] = snapshot.files;
    expect((await table.engine.control.runAndReadAll(`SELECT id, _id, _version FROM read_parquet('${table.directory}/${file?.path}') ORDER BY id`)).getRowsJson()).toEqual([["1", "0", "1"], ["2", "1", null]]);
    expect(file).toMatchObject({ defaultRowCommitVersion: 2 });
  });
});

test("updates and deletions that meet are done one after the other", async () => {
  const base = await tableOf([protocol(), metaData(fields)], [row(1), row(2), row(3)]);
  const [first, second, third] = await Promise.all([update(base, { n: "n + 1" }, "id < 3"), update(base, { n: "n * 2" }, "id > 1"), deleteRows(changing(), base, "id = 3")]);
  expect(first.again + second.again + third.again).toBeGreaterThan(0);
  const n2 = (await rows(await table.snapshot())).find((found) => (found as number[])[0] === 2);
  expect([[2, 42, "a"], [2, 41, "a"]]).toContainEqual(n2);
  expect(await rows(await table.snapshot())).toEqual([[1, 11, "a"], n2]);
});

test("who loses to others again and again has them stand back, and the claim is gone when the rows are changed", async () => {
  const base = await tableOf([protocol(), metaData(fields)], [row(1), row(2)]);
  let others = 0;
  const restless = { ...changing(), change: async (...asked: Parameters<typeof changeRows>) => {
    const changed = await changeRows(...asked);
    const now = await table.snapshot();
    if (claimOf(now.metadata) === undefined) others += (await update(now, { n: "n + 1" }, "id = 2")).change === undefined ? 0 : 1;
    return changed;
  } };
  const done = await updateRows(restless, base, [{ column: "p", sql: "'mine'" }], "true");
  expect([done.again, others, await table.rowsOf(done.snapshot).then((all) => all.map(({ n, p }) => [n, p]))]).toEqual([8, 8, [[10, "mine"], [28, "mine"]]]);
  const operations = await Promise.all(Array.from({ length: 3 }, async (_, k) => (await readCommit(table.store, "", base.version + others + 1 + k))[0]?.commitInfo?.["operation"]));
  expect(operations).toEqual(["SET TBLPROPERTIES", "UPDATE", "UNSET TBLPROPERTIES"]);
  expect((await table.snapshot()).metadata).toEqual(base.metadata);
});
