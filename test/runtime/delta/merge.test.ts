/** Rows of a source merged into a table: each clause by its condition, told to those who follow changes, judged as the table asks, and from no more files than can hold a row that matches. */
import { describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { ChangeOutcome } from "../../../runtime/delta/commit/computed-change.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import type { MergeOptions, RowsMerged } from "../../../runtime/delta/commit/merge.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import type { MergeClauses } from "../../../runtime/delta/merge-engine.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { metaData, protocol } from "./log-builder.ts";
import type { LogAction } from "./log-builder.ts";
import { mergeInto } from "./merging.ts";
import { append, fields, row, tableOf } from "./changed-table.ts";
import { table, tableEach } from "./table-each.ts";

tableEach();

const sourceColumns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: true }, { name: "n", type: { kind: "int32" }, nullable: true }, { name: "p", type: { kind: "text" }, nullable: true }, { name: "op", type: { kind: "text" }, nullable: true },
];
type Given = readonly [id: number | null, n: number | null, p?: string | null, op?: string];
const merge = async (base: Snapshot, rows: readonly Given[], clauses: MergeClauses, options?: MergeOptions): Promise<ChangeOutcome<RowsMerged>> =>
  await mergeInto(table.store, "", base, { columns: sourceColumns, rows: rows.map(([id, n, p = "s", op = "u"]) => ({ id: id === null ? null : BigInt(id), n, p, op })) }, clauses, options);
const told = ({ change }: ChangeOutcome<RowsMerged>): readonly unknown[] | undefined => change && [change.inserted, change.updated, change.deleted, { read: change.filesRead, removed: change.filesRemoved, added: change.filesAdded, vectors: change.vectorsAdded }];

/** `[id, n, p]` of the table's own log, read anew. */
async function rows(snapshot: Snapshot): Promise<unknown[]> {
  const read = await table.snapshot();
  expect([read.version, [...read.files]]).toEqual([snapshot.version, [...snapshot.files]]);
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings).toEqual([]);
  return (await table.rowsOf(read)).map(({ id, n, p }) => [Number(id), n, p]);
}

const forms: readonly (readonly [string, readonly LogAction[], object])[] = [
  ["written anew", [protocol()], {}],
  ["marked by vectors", [protocol(["deletionVectors"], ["deletionVectors", "changeDataFeed"])], { "delta.enableDeletionVectors": "true" }],
];

describe.each(forms)("rows of files that are %s", (_name, first, configuration) => {
  const vectors = "delta.enableDeletionVectors" in configuration;
  const start = async (): Promise<Snapshot> => await tableOf([...first, metaData(fields, { configuration })], [row(1), row(2), row(3)], [row(4), row(5)], [row(6)]);

  test("get the source's values where they match, and what matches none is inserted", async () => {
    const done = await merge(await start(), [[2, 0], [5, 1], [7, 2, null]], { on: ["ID"] });
    expect(told(done)).toEqual(vectors ? [1, 2, 0, { read: 2, removed: 0, added: 2, vectors: 2 }] : [1, 2, 0, { read: 2, removed: 2, added: 2, vectors: 0 }]);
    expect(await rows(done.snapshot)).toEqual([[1, 10, "a"], [2, 0, "s"], [3, 30, "a"], [4, 40, "a"], [5, 1, "s"], [6, 60, "a"], [7, 2, null]]);
  });
  test("are given what each value says where every column is set: the source's as they are, and those that speak of the row itself", async () => {
    const set = await merge(await start(), [[2, 5], [4, 6]], { on: ["id"], matched: [{ if: "target.n = 20", update: { ID: "source.id", n: "source.n", p: "target.p || source.p" } }, { update: { ID: "source.id", n: "source.n", p: "source.p" } }] });
    expect(await rows(set.snapshot)).toEqual([[1, 10, "a"], [2, 5, "as"], [3, 30, "a"], [4, 6, "s"], [5, 50, "a"], [6, 60, "a"]]);
    const own = await merge(set.snapshot, [[6, 1], [1, 2]], { on: ["id"], matched: [{ update: { ID: "source.id", n: "source.n", p: "source.p" } }] });
    expect(await rows(own.snapshot)).toEqual([[1, 2, "s"], [2, 5, "as"], [3, 30, "a"], [4, 6, "s"], [5, 50, "a"], [6, 1, "s"]]);
  });
  test("the first clause whose condition is true acts, on rows of either side", async () => {
    const done = await merge(await start(), [[1, 0, "x", "d"], [2, 7, "x"], [4, 1, "x", "keep"], [7, 2, "x", "skip"], [8, 3, "x"], [null, 4, "x"]], {
      on: "target.id = source.id",
      matched: [{ if: "source.op = 'd'", delete: true }, { if: "source.op = 'u'", update: { n: "target.n + source.n", p: "op" } }],
      notMatched: [{ if: "op = 'skip' AND false", insert: "all" }, { if: "op <> 'skip'", insert: { ID: "coalesce(source.id, 0)", n: "n * 2" } }],
      notMatchedBySource: [{ if: "target.n = 30", delete: true }, { if: "n > 50", update: { p: "p || n" } }],
    });
    expect(told(done)?.slice(0, 3)).toEqual([2, 2, 2]);
    expect(await rows(done.snapshot)).toEqual([[0, 8, null], [2, 27, "u"], [4, 40, "a"], [5, 50, "a"], [6, 60, "a60"], [8, 6, null]]);
    const [info] = await readCommit(table.store, "", done.snapshot.version);
    expect(info?.commitInfo).toMatchObject({
      operation: "MERGE",
      operationParameters: {
        predicate: '["target.id = source.id"]', matchedPredicates: JSON.stringify([{ predicate: "source.op = 'd'", actionType: "delete" }, { predicate: "source.op = 'u'", actionType: "update" }]),
        notMatchedBySourcePredicates: JSON.stringify([{ predicate: "target.n = 30", actionType: "delete" }, { predicate: "n > 50", actionType: "update" }]),
      },
      operationMetrics: { numSourceRows: "6", numTargetRowsInserted: "2", numTargetRowsUpdated: "2", numTargetRowsMatchedUpdated: "1", numTargetRowsNotMatchedBySourceUpdated: "1", numTargetRowsDeleted: "2", numTargetRowsMatchedDeleted: "1", numTargetRowsCopied: "0" },
    });
  });

  test("a row that two of the source would change is refused by its key; where no clause acts, and where rows go, it is none's business", async () => {
    const base = await start();
    const twice: readonly Given[] = [[2, 1, "x", "u"], [2, 2, "x", "v"], [9, 1], [9, 1]];
    await expect(merge(base, twice, { on: ["id"] })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("(id = 2) that 2 rows of the source match"), place: { value: "id = 2" } });
    expect((await table.snapshot()).version).toBe(base.version);
    expect((await Array.fromAsync(table.store.list("", { recursive: true }))).filter(({ path }) => !path.startsWith("_delta_log"))).toHaveLength(3);
    const one = await merge(base, twice, { on: ["id"], matched: [{ if: "source.op = 'v'", update: { n: "source.n" } }] });
    expect(told(one)?.slice(0, 3)).toEqual([0, 1, 0]);
    const gone = await merge(one.snapshot, twice, { on: ["id"], matched: [{ delete: true }], notMatched: [{ insert: "all" }] });
    expect(told(gone)?.slice(0, 3)).toEqual([2, 0, 1]);
    expect(await rows(gone.snapshot)).toEqual([[1, 10, "a"], [3, 30, "a"], [4, 40, "a"], [5, 50, "a"], [6, 60, "a"], [9, 1, "s"], [9, 1, "s"]]);
  });

  test("where no clause acts on any row no version is made, and only files are read that can hold a row that matches", async () => {
    const base = await start();
    const none = await merge(base, [[77, 1], [6, 1, "x", "no"]], { on: ["id"], matched: [{ if: "source.op = 'u'", update: "all" }] });
    expect([none.change, none.snapshot.version]).toEqual([undefined, base.version]);
    expect((await merge(base, [], { on: ["id"] })).change).toBeUndefined();
    expect(told(await merge(base, [[null, 1]], { on: ["id"], notMatched: [{ insert: { id: "100" } }] }))).toEqual([1, 0, 0, { read: 0, removed: 0, added: 1, vectors: 0 }]);
    expect(told(await merge(await table.snapshot(), [[6, 1]], { on: "source.id = target.id AND target.n < 100" }))).toMatchObject([0, 1, 0, { read: 1 }]);
    expect(told(await merge(await table.snapshot(), [[6, 1]], { on: "source.id < target.id", matched: [{ if: "target.id = 100", delete: true }], notMatchedBySource: [{ if: "id = 1", delete: true }] }))).toMatchObject([0, 0, 2, { read: 4 }]);
  });
});

describe("what a table asks of its rows", () => {
  const id = { name: "id", type: "long", nullable: false };

  test("is asked of new and inserted rows alone, and a refusal leaves nothing behind", async () => {
    const base = await tableOf([{ protocol: { minReaderVersion: 1, minWriterVersion: 3 } }, metaData([id, { name: "n", type: "integer", metadata: { "delta.invariants": '{"expression":{"expression":"n < 100"}}' } }, { name: "p", type: "string" }], { configuration: { "delta.constraints.short": "length(p) < 5" } })], [row(1), row(2)], [row(5)]);
    const refused: readonly (readonly [Given, string])[] = [[[1, 100], "(n = 100): the invariant of n: n < 100"], [[7, 200], "(n = 200): the invariant of n"], [[null, 1], "(id = null): the column id is never null"], [[5, 1, "a long one"], "the constraint short: length(p) < 5"]];
    for (const [given, message] of refused) await expect(merge(base, [[2, 1], given], { on: ["id"] }), message).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining(message) });
    const wrong: readonly (readonly [MergeClauses, object])[] = [
      [{ on: ["town"] }, { code: "SQL_INVALID", place: { parameter: "on", value: "town" } }], [{ on: [] }, { code: "SQL_INVALID" }], [{ on: "id = 1" }, { code: "SQL_INVALID" }], [{ on: "target.id" }, { code: "SQL_INVALID" }], [{ on: "target.id = source.id AND random() < 2" }, { code: "SQL_FORBIDDEN" }],
      [{ on: ["id"], matched: [{ if: "source.id IN (SELECT 1)", delete: true }] }, { code: "SQL_FORBIDDEN", place: { parameter: "matched" } }], [{ on: ["id"], matched: [{ update: { n: "target.town" } }] }, { code: "SQL_INVALID", place: { parameter: "matched.n", line: 1, column: 1 } }],
      [{ on: ["id"], notMatched: [{ insert: { id: "target.id" } }] }, { code: "SQL_INVALID", place: { parameter: "notMatched.id" } }], [{ on: ["id"], notMatchedBySource: [{ if: "source.n = 1", delete: true }] }, { code: "SQL_INVALID", place: { parameter: "notMatchedBySource" } }],
      [{ on: ["id"], matched: [{ delete: true }, { update: "all" }] }, { code: "SQL_INVALID", place: { parameter: "matched" } }], [{ on: ["id"], matched: [{ update: {} }] }, { code: "SQL_INVALID" }], [{ on: ["id"], matched: [{ update: { n: "'x'" } }] }, { code: "SQL_INVALID" }],
    ];
    for (const [clauses, failure] of wrong) await expect(merge(base, [[2, 1]], clauses), JSON.stringify(clauses)).rejects.toMatchObject(failure);
    expect((await table.snapshot()).version).toBe(base.version);
    expect((await Array.fromAsync(table.store.list("", { recursive: true }))).filter(({ path }) => !path.startsWith("_delta_log"))).toHaveLength(2);
  });

  test("and what it makes of other columns, or where one is left out, is made for each row", async () => {
    const generated = [id, { name: "n", type: "integer", metadata: { CURRENT_DEFAULT: "7" } }, { name: "p", type: "string", metadata: { "delta.generationExpression": "concat('n', CAST(n AS STRING))" } }];
    const features = ["allowColumnDefaults", "generatedColumns"];
    const base = await tableOf([protocol([], features), metaData(generated, { partitionColumns: ["p"] })], [{ id: 1n, n: 1 }, { id: 2n, n: 2 }]);
    const done = await merge(base, [[2, 20], [3, 30], [4, 40]], { on: ["id"], matched: [{ update: { n: "source.n" } }], notMatched: [{ if: "id = 3", insert: { id: "id" } }, { insert: { id: "id", n: "n" } }] });
    expect(await rows(done.snapshot)).toEqual([[1, 1, "n1"], [2, 20, "n20"], [3, 7, "n7"], [4, 40, "n40"]]);
    await expect(merge(done.snapshot, [[2, 1, "x"]], { on: ["id"] })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("the generated column p") });
  });

  test("a row keeps its id, whatever file it comes to lie in, and an inserted one gets a new one", async () => {
    const configuration = { "delta.enableRowTracking": "true", "delta.rowTracking.materializedRowIdColumnName": "_id", "delta.rowTracking.materializedRowCommitVersionColumnName": "_version" };
    const base = await tableOf([protocol([], ["rowTracking", "domainMetadata"]), metaData(fields, { configuration, partitionColumns: ["p"] })], [row(1), row(2)]);
    const { snapshot } = await merge(base, [[2, 0, "b"], [3, 1, "a"]], { on: ["id"] });
    const read = async (path: string): Promise<unknown[]> => (await table.engine.control.runAndReadAll(`SELECT * EXCLUDE (n) FROM read_parquet('${table.directory}/${decodeURIComponent(path)}', hive_partitioning = false) ORDER BY id`)).getRowsJson();
    const files = await Promise.all([...snapshot.files].map(async ({ path, partitionValues, baseRowId }) => [partitionValues["p"], baseRowId, await read(path)]));
    expect(files).toEqual([["a", 2, [["1", "0", "1"]]], ["b", 3, [["2", "1", null]]], ["a", 4, [["3"]]]]);
    expect(await rows(snapshot)).toEqual([[1, 10, "a"], [2, 0, "b"], [3, 1, "a"]]);
  });

  test("a table that only grows takes what is inserted and nothing else", async () => {
    const base = await tableOf([protocol(), metaData(fields, { configuration: { "delta.appendOnly": "true" } })], [row(1)]);
    expect(told(await merge(base, [[2, 1]], { on: ["id"] }))?.slice(0, 3)).toEqual([1, 0, 0]);
    await expect(merge(await table.snapshot(), [[1, 1]], { on: ["id"] })).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE" });
    expect((await table.snapshot()).version).toBe(2);
  });
});

describe("a merge beside others", () => {
  test("follows an append that holds no row which matches, and is worked out again where one may", async () => {
    const base = await tableOf([protocol(), metaData(fields)], [row(1), row(2)]);
    await append(base, [row(50)]);
    const first = await merge(base, [[2, 0], [9, 1]], { on: ["id"] });
    expect([first.again, told(first)?.slice(0, 3)]).toEqual([0, [1, 1, 0]]);
    await append(first.snapshot, [row(10), row(12)]);
    const second = await merge(first.snapshot, [[10, 0], [11, 1]], { on: ["id"] });
    expect([second.again, told(second)?.slice(0, 3)]).toEqual([1, [1, 1, 0]]);
    expect(await rows(second.snapshot)).toEqual([[1, 10, "a"], [2, 0, "s"], [9, 1, "s"], [10, 0, "s"], [11, 1, "s"], [12, 120, "a"], [50, 500, "a"]]);
  });

  test("of two that insert one key the later one finds it there, and both leave no file that no version names", async () => {
    const base = await tableOf([protocol(["deletionVectors"]), metaData(fields, { configuration: { "delta.enableDeletionVectors": "true" } })], [row(1), row(2)]);
    const clauses: MergeClauses = { on: ["id"], matched: [{ update: { n: "target.n + source.n" } }], notMatched: [{ insert: "all" }] };
    const both = await Promise.all([merge(base, [[2, 1], [7, 1]], clauses), merge(base, [[2, 1], [7, 1]], clauses), deleteRows({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows }, base, "id = 1")]);
    expect(both.reduce((sum, { again }) => sum + again, 0)).toBeGreaterThan(0);
    expect(await rows(await table.snapshot())).toEqual([[2, 22, "a"], [7, 2, "s"]]);
  });

  test("ends by its signal with the table as it was", async () => {
    const base = await tableOf([protocol(), metaData(fields)], [row(1), row(2)]);
    const stop = new AbortController();
    const many: readonly Given[] = Array.from({ length: 3_000 }, (_, k) => [k, k]);
    const merging = merge(base, many, { on: "target.id <= source.id AND length(repeat(source.p, 1000)) > target.n", matched: [{ if: "source.id = 1", delete: true }] }, { signal: stop.signal });
    stop.abort(new Error("stopped by hand"));
    await expect(merging).rejects.toThrow("stopped by hand");
    expect((await table.snapshot()).version).toBe(base.version);
    expect((await verifyTable(table.store, "", countRows(table.engine))).findings).toEqual([]);
  });
});
