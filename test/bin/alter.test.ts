import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTable, metaData, protocol } from "../runtime/delta/log-builder.ts";
import type { BuiltTable } from "../runtime/delta/log-builder.ts";
import { runCommand, type Outcome } from "./command.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
  await table.commit(0, protocol(), metaData([{ name: "id", type: "integer" }, { name: "city", type: "string" }, { name: "trips", type: { type: "struct", fields: [{ name: "n", type: "integer", nullable: true, metadata: {} }] } }]));
  await table.commit(1, await table.add("a.parquet", "SELECT i::INTEGER AS id, 'Bern' AS city, {n: 1::INTEGER} AS trips FROM range(3) t(i)", { stats: '{"numRecords":3}' }));
});
afterAll(async () => await table.close());

const run = async (...args: readonly string[]): Promise<Outcome> => await runCommand(path.dirname(table.directory), args);

test("any Delta table is altered by its path, in the order that is given, and what that took is told", async () => {
  const { code, stdout } = await run("alter", "./table", "--add", "trips.note decimal(5, 2) comment 'of it'", "--rename", "city=town", "--widen", "id = bigint", "--comment", "town=Where = there", "--comment", "All rides", "--set", "mine=a=b", "--check", "low=id < 9", "--not-null", "town", "--json");
  expect([code, JSON.parse(stdout)]).toEqual([0, { table: table.directory, version: 3, versions: [2, 3] }]);
  expect(await table.rows()).toMatchObject([{ id: 0n, town: "Bern", trips: { n: 1, note: null } }, {}, {}]);
  const { metadata } = await table.snapshot();
  expect([metadata.description, metadata.configuration["mine"], metadata.configuration["delta.constraints.low"], metadata.schemaString]).toEqual(["All rides", "a=b", "id < 9", expect.stringContaining('"comment":"Where = there"')]);
  expect(await run("alter", "./table", "--drop-check", "low", "--nullable", "town", "--unset", "mine", "--drop", "trips.note")).toMatchObject({ code: 0, stdout: expect.stringMatching(/table is altered \(version 4\)/) });
  expect(await run("alter", "./table", "--nullable", "town")).toMatchObject({ code: 0, stdout: expect.stringMatching(/is so already \(version 4\)/) });
});

test("what cannot be is told with the way out, and nothing at all is wrong use", async () => {
  expect((await run("alter", "./table")).code).toBe(2);
  expect((await run("alter", "./table", "--add", "note")).code).toBe(2);
  expect((await run("alter", "./table", "--rename", "id")).code).toBe(2);
  const { code, stdout } = await run("alter", "./table", "--set", "delta.enableDeletionVectors=true", "--drop", "idd", "--json");
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "PARAMETER_INVALID", message: expect.stringContaining("has no column idd"), hint: "Did you mean id?" } }]);
  const refused = await run("alter", "./table", "--check", "high=id > 1", "--json");
  expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { error: { code: "ROWS_REFUSED", message: expect.stringContaining("2 rows break the constraint high (id > 1): 2 in a.parquet"), place: { file: "a.parquet" } } }]);
  expect((await table.snapshot()).version).toBe(4);
});
