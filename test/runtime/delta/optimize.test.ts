import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import type { RewriteFiles } from "../../../runtime/delta/engine.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { optimizeTable } from "../../../runtime/delta/maintenance/optimize.ts";
import type { OptimizeGoal, OptimizeRun } from "../../../runtime/delta/maintenance/optimize.ts";
import type { RepackedRun } from "../../../runtime/delta/maintenance/repacking.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { filesFor } from "../../../runtime/delta/statistics/skipping.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable, LogAction } from "./log-builder.ts";
import { inlineVector } from "./roaring-writer.ts";

let table: BuiltTable;
beforeEach(async () => { table = await buildTable(); });
afterEach(async () => {
  vi.unstubAllEnvs();
  await table.close();
});

const vectors = ["deletionVectors"];
const kb = 1024;

async function optimize(goal: OptimizeGoal = {}, run: OptimizeRun = {}, rewrite: RewriteFiles = rewriteFiles): Promise<RepackedRun> {
  return await optimizeTable({ store: table.store, location: "", finder: rowFinder(async () => table.engine), rewrite }, await table.snapshot(), goal, run);
}

/** Files whose rows have the ids of a range each, with what the log says of them. */
async function filesOf(...ranges: readonly (readonly [from: number, to: number, more?: object])[]): Promise<LogAction[]> {
  const adds: LogAction[] = [];
  for (const [from, to, more = {}] of ranges) adds.push(await table.add(`f${from}.parquet`, `SELECT i AS id FROM range(${from}, ${to}) t(i)`, { stats: `{"numRecords":${to - from}}`, ...more }));
  return adds;
}

const ids = async (): Promise<number[]> => (await table.rows()).map((row) => Number(row["id"]));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k);
const dataFiles = async (): Promise<string[]> => (await readdir(table.directory, { recursive: true })).filter((name) => !name.startsWith("_delta_log"));
const info = async (): Promise<unknown> => (await readHistory(table.store, ""))[0]?.info;

describe("small files", () => {
  test("become one, with what Spark would say of it", async () => {
    await table.commit(0, protocol(vectors), metaData([{ name: "id", type: "long" }]), ...(await filesOf([0, 10], [10, 20, { deletionVector: inlineVector([0, 1, 2]) }], [20, 30])));
    const { commits, dropped } = await optimize();
    expect([commits, dropped]).toMatchObject([[{ version: 1, before: 3, after: 1, vectors: 1 }], 0]);
    expect(await ids()).toEqual([...range(0, 10), ...range(13, 30)]);
    const [file] = (await table.snapshot()).files;
    expect(file).toMatchObject({ dataChange: false });
    expect(await info()).toMatchObject({
      operation: "OPTIMIZE", operationParameters: { predicate: "[]", zOrderBy: "[]", clusterBy: "[]", auto: false }, isBlindAppend: false,
      operationMetrics: { numRemovedFiles: "3", numAddedFiles: "1", minFileSize: String(file?.size), p50FileSize: String(file?.size), maxFileSize: String(file?.size), numAddedBytes: String(file?.size), numDeletionVectorsRemoved: "1" },
    });
    expect(await optimize()).toMatchObject({ commits: [], dropped: 0 });
  });

  test("of chosen partitions alone are put together; a condition over other columns is refused by name", async () => {
    const inPartition = (p: string | null): object => ({ partitionValues: { p } });
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }, { name: "p", type: "string" }], { partitionColumns: ["p"] }),
      ...(await filesOf([0, 1, inPartition("a")], [1, 2, inPartition("a")], [2, 3, inPartition("b")], [3, 4, inPartition("b")], [4, 5, inPartition(null)], [5, 6, inPartition(null)])));
    await expect(optimize({ where: "id = 1 OR P = 'a'" })).rejects.toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("speaks of id,"), place: { parameter: "where", value: "id" } });
    await expect(optimize({ where: "q = 1" })).rejects.toMatchObject({ code: "SQL_INVALID" });
    expect((await optimize({ where: "p IN ('b', 'c') OR p IS NULL" })).commits).toMatchObject([{ before: 4, after: 2 }]);
    expect([...(await table.snapshot()).files].map(({ partitionValues }) => partitionValues["p"]).toSorted()).toEqual(["a", "a", "b", null]);
    expect(await info()).toMatchObject({ operationParameters: { predicate: `["p IN ('b', 'c') OR p IS NULL"]` } });
    expect(await ids()).toEqual(range(0, 6));
  });

  test("are as large as the table says, or whoever asks", async () => {
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }], { configuration: { "delta.targetFileSize": "1kb" } }), ...(await filesOf([0, 10], [10, 20], [20, 30], [30, 40], [40, 50])));
    const size = Math.max(...[...(await table.snapshot()).files].map((file) => file.size));
    expect((await optimize({ targetBytes: size + 1 })).commits).toEqual([]);
    const bins = Math.ceil(5 / Math.floor(kb / size));
    expect((await optimize()).commits.at(0)).toMatchObject({ before: bins === 1 ? 5 : expect.any(Number) });
    expect(await ids()).toEqual(range(0, 50));
  });
});

describe("a purge", () => {
  test("leaves no deleted row in a live file, and no other file touched", async () => {
    await table.commit(0, protocol(vectors), metaData([{ name: "id", type: "long" }]), ...(await filesOf([0, 1000], [1000, 2000, { deletionVector: inlineVector([5]) }], [2000, 2003, { deletionVector: inlineVector([0, 1, 2]) }])));
    const [untouched] = (await table.snapshot()).files;
    expect((await optimize({ purge: true, targetBytes: 1 })).commits).toMatchObject([{ version: 1, before: 2, after: 1, vectors: 2 }]);
    const { files } = await table.snapshot();
    expect([...files]).toMatchObject([{ path: untouched?.path }, { stats: expect.stringContaining('"numRecords":999') }]);
    expect([...files].some(({ deletionVector }) => deletionVector !== undefined)).toBe(false);
    expect(await ids()).toEqual(range(0, 2000).filter((id) => id !== 1005));
    expect(await info()).toMatchObject({ operation: "REORG", operationParameters: { predicate: "[]", applyPurge: true }, operationMetrics: { numDeletionVectorsRemoved: "2" } });
    expect((await optimize({ purge: true })).commits).toEqual([]);
  });

  test("is no order", async () => {
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]));
    await expect(optimize({ purge: true, zOrderBy: ["id"] })).rejects.toMatchObject({ code: "PARAMETER_INVALID", place: { parameter: "purge" } });
  });
});

describe("rows in order", () => {
  const fields = [{ name: "id", type: "long" }, { name: "a", type: "integer" }, { name: "b", type: "string" }, { name: "s", type: { type: "struct", fields: [{ name: "c", type: "timestamp", nullable: true, metadata: {} }] } }, { name: "d", type: "decimal(20,2)" }, { name: "y", type: "boolean" }];
  /** Values that have nothing to do with one another, some of them null, and a fifth of `b` the same. */
  const rowsSql = (from: number, to: number): string => `SELECT i AS id, (hash(i) % 1000)::INTEGER AS a, CASE WHEN i % 97 = 0 THEN NULL WHEN i % 5 = 0 THEN 'often' ELSE 'n' || (hash(i * 31) % 100000) END AS b,
    {'c': TIMESTAMPTZ '2026-01-01 00:00:00Z' + INTERVAL (hash(i * 7) % 100000) SECOND} AS s, ((hash(i * 3) % 1000)::DECIMAL(20,2) / 4)::DECIMAL(20,2) AS d, i % 2 = 0 AS y FROM range(${from}, ${to}) t(i)`;
  const rows = 40_000;

  async function build(configuration: object = {}): Promise<Snapshot> {
    const adds: LogAction[] = [];
    for (let from = 0; from < rows; from += 10_000) adds.push(await table.add(`f${from}.parquet`, rowsSql(from, from + 10_000), { stats: '{"numRecords":10000}' }));
    await table.commit(0, protocol(), metaData(fields, { configuration }), ...adds);
    return await table.snapshot();
  }

  const opened = async (column: string, type: "whole" | "text" | "timestamp", ...texts: readonly string[]): Promise<number> => (filesFor(await table.snapshot(), [{ column, test: "=", values: texts.map((text) => ({ type, text })) }]) ?? []).length;

  test("leave most files out for a value of any of the columns, and all rows stay", async () => {
    const before = await table.rowsOf(await build(), "id");
    const { commits } = await optimize({ zOrderBy: ["A", "b"], targetBytes: 32 * kb });
    const { files } = await table.snapshot();
    expect(commits).toMatchObject([{ before: 4, after: files.length }]);
    expect(files.length).toBeGreaterThanOrEqual(8);
    // On a square of n files a line meets about their root.
    const line = Math.ceil(1.7 * Math.sqrt(files.length));
    const [byA, byB] = [await opened("a", "whole", "500"), await opened("b", "text", "n5000")];
    console.log(`of ${files.length} files ${byA} are opened for a value of a, ${byB} for one of b`);
    expect(byA).toBeLessThanOrEqual(line);
    expect(byB).toBeLessThanOrEqual(line);
    expect(await table.rows(undefined, "id")).toEqual(before);
    expect(await info()).toMatchObject({ operationParameters: { zOrderBy: '["A","b"]' } });
    const sizes = [...files].map(({ size }) => size);
    expect(Math.max(...sizes)).toBeLessThan(32 * kb * 2);
  });

  test("by one column do not overlap", async () => {
    await build();
    await optimize({ zOrderBy: ["s.c"], targetBytes: 32 * kb });
    const { files } = await table.snapshot();
    expect(files.length).toBeGreaterThan(4);
    expect(await opened("id", "whole", "5")).toBeGreaterThan(1);
    const bounds = [...files].map(({ stats = "" }) => JSON.parse(stats) as { minValues: { s: { c: string } }; maxValues: { s: { c: string } } }).map(({ minValues, maxValues }) => [minValues.s.c, maxValues.s.c] as const).toSorted();
    for (const [k, [from]] of bounds.entries()) if (k > 0) expect(from >= (bounds[k - 1]?.[1] ?? "")).toBe(true);
  });

  test("by four columns of different types", async () => {
    const before = await table.rowsOf(await build(), "id");
    await optimize({ zOrderBy: ["a", "b", "s.c", "d"], targetBytes: 32 * kb });
    const { length } = (await table.snapshot()).files;
    expect(await opened("a", "whole", "500")).toBeLessThan(length * 0.8);
    expect(await table.rows(undefined, "id")).toEqual(before);
  });

  test("are refused by columns that nobody could leave a file out by", async () => {
    await build({ "delta.dataSkippingNumIndexedCols": "2" });
    const refusal = async (...zOrderBy: readonly string[]): Promise<unknown> => await optimize({ zOrderBy }).catch((error: unknown) => error);
    expect(await refusal("a", "b")).toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("no statistics of the column b"), place: { value: "b" } });
    expect(await refusal("y")).toMatchObject({ message: expect.stringContaining("column y is of a type") });
    expect(await refusal("s")).toMatchObject({ message: expect.stringContaining("column s is of a type") });
    expect(await refusal("nope")).toMatchObject({ message: "There is no column nope.", hint: "There are id, a, b, s, d, y." });
    expect(await refusal("a", "A")).toMatchObject({ message: expect.stringContaining("twice") });
    expect(await refusal()).toMatchObject({ message: expect.stringContaining("no column to order by") });
    expect((await table.snapshot()).version).toBe(0);
  });
});

describe("beside others, and stopped", () => {
  const two = async (): Promise<Snapshot> => {
    const inPartition = (p: string): object => ({ partitionValues: { p } });
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }, { name: "p", type: "string" }], { partitionColumns: ["p"] }), ...(await filesOf([0, 10, inPartition("a")], [10, 20, inPartition("a")], [20, 30, inPartition("b")], [30, 40, inPartition("b")])));
    return await table.snapshot();
  };

  test("a group of files that was taken is dropped and counted, and the others are committed", async () => {
    const base = await two();
    let acted = false;
    const meanwhile: RewriteFiles = async (rewrite) => {
      const written = await rewriteFiles(rewrite);
      if (!acted) await replaceFiles(table.store, "", base, { remove: [...base.files].slice(0, 1), add: [], dataChange: true }, { operation: "DELETE", parameters: {}, metrics: {} });
      acted = true;
      return written;
    };
    expect(await optimize({}, {}, meanwhile)).toMatchObject({ commits: [{ version: 2, before: 2, after: 1 }], dropped: 1 });
    expect(await ids()).toEqual(range(10, 40));
    expect(await dataFiles()).toHaveLength(5 + 2);
  });

  test.each([{ zOrderBy: ["id"] }, {}])("a stop leaves nothing behind that no version names: %j", async (goal) => {
    await two();
    const before = (await dataFiles()).toSorted();
    const temporary = await mkdtemp(path.join(tmpdir(), "spilled-"));
    vi.stubEnv("TMPDIR", temporary);
    const stop = new AbortController();
    let calls = 0;
    const stopping: RewriteFiles = async (rewrite) => {
      if (++calls === 2) stop.abort(new Error("enough"));
      return await rewriteFiles(rewrite);
    };
    await expect(optimize(goal, { signal: stop.signal }, stopping)).rejects.toThrow("enough");
    expect(calls).toBe(2);
    expect((await dataFiles()).filter((name) => name.endsWith(".parquet")).toSorted()).toEqual(before);
    expect(await readdir(temporary)).toEqual([]);
    await rm(temporary, { recursive: true });
    expect((await table.snapshot()).version).toBe(0);
    expect(await ids()).toEqual(range(0, 40));
  });
});
