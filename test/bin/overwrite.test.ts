import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTable, metaData, protocol } from "../runtime/delta/log-builder.ts";
import type { BuiltTable } from "../runtime/delta/log-builder.ts";
import { runCommand } from "./command.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
  await table.commit(0, protocol(), metaData([{ name: "id", type: "long", nullable: false }, { name: "month", type: "string" }]));
});
afterAll(async () => await table.close());

const folder = (): string => path.dirname(table.directory);
const run = async (...args: readonly string[]): Promise<{ readonly code: number | null; readonly json: unknown }> => {
  const { code, stdout } = await runCommand(folder(), ["load", "./table", ...args, "--json"]);
  return { code, json: stdout === "" ? undefined : JSON.parse(stdout) };
};
const rows = async (): Promise<unknown[]> => (await table.rows()).map(({ id, month }) => [Number(id), month]);

test("files are added to any Delta table by its path, each once", async () => {
  await writeFile(path.join(folder(), "a.csv"), "id,month\n1,june\n2,july\n");
  await writeFile(path.join(folder(), "b.csv"), "id,month\n3,july\n");
  expect(await run("a.csv", "b.csv")).toMatchObject({ code: 0, json: [{ table: table.directory, version: 1, kept: 2, skipped: false }, { version: 2, kept: 1 }] });
  expect(await run("a.csv")).toMatchObject({ code: 0, json: [{ skipped: true }] });
  expect(await rows()).toEqual([[1, "june"], [2, "july"], [3, "july"]]);
});

test("rows that meet a condition give way to those of files, which must meet it, in one version", async () => {
  await writeFile(path.join(folder(), "c.csv"), "id,month\n20,july\n21,july\n");
  await writeFile(path.join(folder(), "d.csv"), "id,month\n22,july\n");
  expect(await run("c.csv", "d.csv", "--mode", "overwrite", "--where", "month = 'july'")).toMatchObject({ code: 0, json: { table: table.directory, version: 3, deleted: 2, files: [{ kept: 2 }, { kept: 1 }] } });
  expect(await rows()).toEqual([[1, "june"], [20, "july"], [21, "july"], [22, "july"]]);
  expect(await run("a.csv", "--mode", "overwrite", "--where", "month = 'july'")).toMatchObject({ code: 1, json: { error: { code: "ROWS_REFUSED", message: expect.stringContaining("month = 'july'") } } });
  expect(await run("a.csv", "--mode", "overwrite", "--where", "town = 'x'")).toMatchObject({ code: 1, json: { error: { code: "SQL_INVALID", place: { line: 1, column: 1 } } } });
  expect((await run("a.csv", "--where", "true")).code).toBe(2);
  expect((await table.snapshot()).version).toBe(3);
});

test("and all rows where no condition is given, also by a file that was loaded before", async () => {
  expect(await runCommand(folder(), ["load", "./table", "b.csv", "--mode", "overwrite"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/took 1 row in the place of 4 rows \(version 4\)/) });
  expect(await rows()).toEqual([[3, "july"]]);
});
