import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Check, SqlPart } from "../../../compiler/ir/catalog.ts";
import { failedRows } from "../../../runtime/governance/checks.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { column, deltaTable } from "./table.ts";

const place = { file: "catalog/test/rows.ts", line: 1, column: 1, length: 1 };
const check = (name: string, parts: readonly SqlPart[]): Check => ({ name, doc: "", onFail: "reject", sql: { parts, place }, place });
const columns = [column("low", { kind: "int64" }, { nullable: true }), column("high", { kind: "decimal", precision: 10, scale: 2 }, { nullable: true }), column("t", { kind: "text" }, { nullable: true })];
const rows = [{ low: 1n, high: "2.00", t: "a" }, { low: 3n, high: "2.00", t: "a" }, { low: null, high: "2.00", t: "" }, { low: 3n, high: "2.99", t: null }];

let engine: Engine;
let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), "checks-"));
  engine = await openEngine({ readable: [], temporary });
});
afterAll(async () => {
  await engine.close();
  await rm(temporary, { recursive: true, force: true });
});

test("each failing row is told with the checks it fails; what is null passes", async () => {
  const table = deltaTable(columns, { checks: [check("inOrder", [{ column: "low", alias: "" }, " <= ", { column: "high", alias: "" }]), check("isSaid", [{ column: "t", alias: "" }, " <> '' -- never empty"])] });
  const failed = await failedRows(engine, table, buildBatch(columns, rows));
  expect(failed.map(({ row, checks }) => [row, checks.map(({ name }) => name)])).toEqual([[1, ["inOrder"]], [2, ["isSaid"]], [3, ["inOrder"]]]);
  expect((await readdir(temporary)).filter((name) => name.startsWith("judged-"))).toEqual([]);
});

test("a table without checks, and a batch without rows, are not judged at all", async () => {
  expect(await failedRows(engine, deltaTable(columns), buildBatch(columns, rows))).toEqual([]);
  expect(await failedRows(engine, deltaTable(columns, { checks: [check("never", ["false"])] }), buildBatch(columns, []))).toEqual([]);
});

test("a condition that cannot be computed for a row is a failure that names the table", async () => {
  const table = deltaTable(columns, { checks: [check("isNumber", ["CAST(", { column: "t", alias: "" }, " AS INTEGER) > 0"])] });
  await expect(failedRows(engine, table, buildBatch(columns, rows))).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining("test.rows") });
});
