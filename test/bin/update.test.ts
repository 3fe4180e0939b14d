import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTable, metaData, protocol } from "../runtime/delta/log-builder.ts";
import type { BuiltTable } from "../runtime/delta/log-builder.ts";
import { runCommand, type Outcome } from "./command.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
  await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }, { name: "city", type: "string" }]));
  await table.commit(1, await table.add("a.parquet", "SELECT i AS id, 'Bern' AS city FROM range(3) t(i)", { stats: '{"numRecords":3}' }));
});
afterAll(async () => await table.close());

const run = async (...args: readonly string[]): Promise<Outcome> => await runCommand(path.dirname(table.directory), args);

test("rows of any Delta table get new values by its path, and what became of them is told", async () => {
  const { code, stdout } = await run("update", "./table", "--set", "city=upper(city) || '=' || id", "--set", "id = id + 10", "--where", "id = 1", "--json");
  expect([code, JSON.parse(stdout)]).toEqual([0, { table: table.directory, version: 2, updated: 1, filesRead: 1, filesRemoved: 1, filesAdded: 1, vectorsAdded: 0 }]);
  expect(await table.rows()).toEqual([{ id: 0n, city: "Bern" }, { id: 2n, city: "Bern" }, { id: 11n, city: "BERN=1" }]);
  expect(await run("update", "./table", "--set", "id=1", "--where", "id = 77")).toMatchObject({ code: 0, stdout: expect.stringMatching(/has no such row \(version 2\)/) });
});

test("a column may be named as in SQL, which a sign of equality in its name needs", async () => {
  const odd = await buildTable();
  try {
    await odd.commit(0, protocol(), metaData([{ name: "a=b", type: "long" }, { name: 'q "x"', type: "long" }]));
    await odd.commit(1, await odd.add("a.parquet", 'SELECT 1 AS "a=b", 2 AS "q ""x"""', { stats: '{"numRecords":1}' }));
    expect(await run("update", odd.directory, "--set", '"a=b" = 5', "--set", 'q "x"=6', "--where", '"a=b" = 1')).toMatchObject({ code: 0 });
    expect(await run("update", odd.directory, "--set", '"q ""x"""="a=b" + 2', "--where", "true")).toMatchObject({ code: 0 });
    expect(await odd.rows()).toEqual([{ "a=b": 5n, 'q "x"': 7n }]);
  } finally {
    await odd.close();
  }
});

test("columns and values must be there, and be right", async () => {
  expect((await run("update", "./table", "--where", "true")).code).toBe(2);
  expect((await run("update", "./table", "--set", "id", "--where", "true")).code).toBe(2);
  const { code, stdout } = await run("update", "./table", "--set", "id = 1 + town", "--where", "true", "--json");
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "SQL_INVALID", message: expect.stringContaining('"town"'), place: { parameter: "id", line: 1, column: 5 } } }]);
  expect((await table.snapshot()).version).toBe(2);
});
