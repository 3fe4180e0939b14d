import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTable, metaData, protocol } from "../runtime/delta/log-builder.ts";
import type { BuiltTable } from "../runtime/delta/log-builder.ts";
import { inlineVector } from "../runtime/delta/roaring-writer.ts";
import { runCommand, type Outcome } from "./command.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
  const vectors = ["deletionVectors"];
  await table.commit(0, protocol(vectors), metaData([{ name: "id", type: "long" }]));
  for (const version of [1, 2]) await table.commit(version, await table.add(`${version}.parquet`, `SELECT i AS id FROM range(${version * 5}, ${version * 5 + 5}) t(i)`, { stats: '{"numRecords":5}', ...(version === 2 ? { deletionVector: inlineVector([0]) } : {}) }));
});
afterAll(async () => await table.close());

const run = async (...args: readonly string[]): Promise<Outcome> => await runCommand(path.dirname(table.directory), ["optimize", ...args]);

test("any Delta table is optimized by its path, once and for all, and what became of it is told", async () => {
  const purged = await run("./table", "--purge", "--json");
  expect([purged.code, JSON.parse(purged.stdout)]).toEqual([0, { table: table.directory, version: 3, files: 2, filesRemoved: 1, filesAdded: 1, bytesRemoved: expect.any(Number), bytesAdded: expect.any(Number), vectorsRemoved: 1, commits: 1, dropped: 0 }]);
  expect(await run("./table")).toMatchObject({ code: 0, stdout: expect.stringMatching(/2 files of \d+ B became 1 of \d+ B \(version 4\)/) });
  expect(await run("./table")).toMatchObject({ code: 0, stdout: expect.stringMatching(/is as it should be \(version 4\)/) });
  expect(await run("./table", "--z-order-by", "id", "--target-size", "1MB")).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 file of .* became 1 of .*version 5/) });
  expect((await table.rows()).map((row) => Number(row["id"]))).toEqual([5, 6, 7, 8, 9, 11, 12, 13, 14]);
});

test("what makes no sense is refused, with nothing changed", async () => {
  expect((await run("./table", "--purge", "--z-order-by", "id")).code).toBe(2);
  expect((await run("./table", "--target-size", "big")).code).toBe(2);
  const { code, stdout } = await run("./table", "--where", "id > 3", "--json");
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "PARAMETER_INVALID", message: expect.stringContaining("speaks of id"), place: { parameter: "where" } } }]);
  expect((await table.snapshot()).version).toBe(5);
});

test("describe says when it pays, with counts", async () => {
  const small = await Promise.all(Array.from({ length: 12 }, async (_, k) => await table.add(`small-${k}.parquet`, `SELECT ${100 + k}::BIGINT AS id`, { stats: '{"numRecords":1}' })));
  await table.commit(6, ...small);
  const described = await runCommand(path.dirname(table.directory), ["describe", "./table"]);
  expect(described.stdout).toMatch(/^pays +13 small files, [\d.]+ k?B \(mean \d+ B\), would become 1: neuralake optimize .*table$/m);
  const { stdout } = await runCommand(path.dirname(table.directory), ["describe", "./table", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ hints: [{ command: "optimize", reason: "small files", counts: { files: 13, becoming: 1 } }] });
  expect(JSON.parse((await run("./table", "--cluster-by", "id", "--json")).stdout)).toMatchObject({ version: 8, filesRemoved: 13, filesAdded: 1 });
  expect(JSON.parse((await run("./table", "--cluster-by", "none", "--json")).stdout)).toMatchObject({ version: 9, filesRemoved: 0 });
});
