/** Rows of a source merged into a table: each clause by its condition, told to those who follow changes, judged as the table asks, and from no more files than can hold a row that matches. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import type { ChangeOutcome } from "../../../runtime/delta/commit/computed-change.ts";
import { withMade } from "../../../runtime/delta/commit/made-rows.ts";
import type { MergeOptions, RowsMerged } from "../../../runtime/delta/commit/merge.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import type { MergeClauses } from "../../../runtime/delta/merge-engine.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import { valueMaker } from "../../../runtime/query/make-values.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable, LogAction } from "./log-builder.ts";
import { mergeInto } from "./merging.ts";
import { committed } from "./rides.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const fields = [{ name: "id", type: "long", nullable: false }, { name: "n", type: "integer" }, { name: "p", type: "string" }];
const row = (id: number, p: string | null = "a"): Row => ({ id: BigInt(id), n: id * 10, p });

async function tableOf(first: readonly LogAction[], ...files: readonly (readonly Row[])[]): Promise<Snapshot> {
  await table.commit(0, ...first);
  let snapshot = await table.snapshot();
  for (const rows of files) snapshot = await append(snapshot, rows);
  return snapshot;
}

async function append(base: Snapshot, rows: readonly Row[]): Promise<Snapshot> {
  const whole = await withMade(base, rows, "table", valueMaker(async () => table.engine));
  return committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, whole, rowJudge(async () => table.engine))));
}

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
