import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { columnTypeOf, duckType } from "../../../runtime/query/duckdb-types.ts";

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const text: ColumnType = { kind: "text" };
const types: readonly ColumnType[] = [
  ...(["int8", "int16", "int32", "int64", "float32", "float64", "text", "bool", "bytes", "day", "timestamp", "local_timestamp"] as const).map((kind) => ({ kind })),
  { kind: "decimal", precision: 38, scale: 38 }, { kind: "decimal", precision: 1, scale: 0 },
  { kind: "array", element: { kind: "array", element: text, elementNullable: true }, elementNullable: true },
  { kind: "map", key: { kind: "int32" }, value: { kind: "day" }, valueNullable: true },
  { kind: "object", fields: [{ name: 'a "b", c', type: { kind: "int64" }, nullable: true }, { name: "select", type: { kind: "object", fields: [{ name: "x", type: text, nullable: true }] }, nullable: true }] },
];

test.each(types.map((type) => [duckType(type), type] as const))("%s comes back from the engine as it was", async (sql, type) => {
  const plan = await connection.prepare(`SELECT CAST(NULL AS ${sql}) AS c`);
  expect(columnTypeOf(plan.columnType(0), "c")).toEqual(type);
  plan.destroySync();
});

test("a uuid and an enum are text in the engine", () => {
  expect([duckType({ kind: "uuid" }), duckType({ kind: "enum", values: ["a"] })]).toEqual(["VARCHAR", "VARCHAR"]);
});
