import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTable, metaData, protocol } from "../runtime/delta/log-builder.ts";
import type { BuiltTable } from "../runtime/delta/log-builder.ts";
import { runCommand, type Outcome } from "./command.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
  await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]));
  await table.commit(1, await table.add("a.parquet", "SELECT i AS id FROM range(5) t(i)", { stats: '{"numRecords":5}' }));
});
afterAll(async () => await table.close());

const run = async (...args: readonly string[]): Promise<Outcome> => await runCommand(path.dirname(table.directory), args);

test("rows of any Delta table are deleted by its path, and what became of them is told", async () => {
  const { code, stdout } = await run("delete", "./table", "--where", "id >= 3", "--json");
  expect([code, JSON.parse(stdout)]).toEqual([0, { table: table.directory, version: 2, deleted: 2, filesRead: 1, filesRemoved: 1, filesAdded: 1, vectorsAdded: 0 }]);
  expect(await table.rows()).toEqual([{ id: 0n }, { id: 1n }, { id: 2n }]);
  expect(await run("delete", "./table", "--where", "id = 0")).toMatchObject({ code: 0, stdout: expect.stringMatching(/lost 1 row \(version 3; 1 file removed, 1 file written\)/) });
  expect(await run("delete", "./table", "--where", "id = 0")).toMatchObject({ code: 0, stdout: expect.stringMatching(/has no such row \(version 3\)/) });
});

test("history tells how many rows went, and how many files were written for it", async () => {
  const { stdout } = await run("history", "./table");
  expect(stdout.split("\n").flatMap((line) => line.match(/DELETE\s+(\S+)\s+(\S+)/)?.slice(1, 3).join(" ") ?? [])).toEqual(["1 1", "2 1"]);
});

test("a condition must be there, and be right", async () => {
  expect((await run("delete", "./table")).code).toBe(2);
  const { code, stdout } = await run("delete", "./table", "--where", "ID = 1 OR town = 'x'", "--json");
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "SQL_INVALID", message: expect.stringContaining('"town"'), place: { line: 1, column: 11 } } }]);
  expect((await table.snapshot()).version).toBe(3);
});
