import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet, encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { valueJson } from "../../../runtime/values/json.ts";
import { extremeColumns, extremeRows } from "./extremes.ts";
import { spell } from "./same.ts";

let directory: string;
let connection: DuckDBConnection;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "parquet-file-"));
  await writeFile(path.join(directory, "extremes.parquet"), encodeParquet(buildBatch(extremeColumns, extremeRows)));
  connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`CREATE VIEW extremes AS SELECT * FROM read_parquet('${path.join(directory, "extremes.parquet")}')`);
});

afterAll(async () => {
  connection.closeSync();
  await rm(directory, { recursive: true });
});

async function ask(sql: string): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

test("DuckDB sees each column under its own type", async () => {
  const types = Object.fromEntries((await ask("SELECT column_name, column_type FROM (DESCRIBE extremes)")).map(([name, type]) => [name, type]));
  expect(types).toEqual({
    i8: "TINYINT", i16: "SMALLINT", i32: "INTEGER", i64: "BIGINT", f32: "FLOAT", f64: "DOUBLE", d10: "DECIMAL(10,2)", d18: "DECIMAL(18,18)",
    d38: "DECIMAL(38,0)", text: "VARCHAR", bool: "BOOLEAN", bytes: "BLOB", uuid: "VARCHAR", choice: "VARCHAR", day: "DATE",
    at: "TIMESTAMP WITH TIME ZONE", local: "TIMESTAMP", texts: "VARCHAR[]", lists: "DECIMAL(38,2)[][]", record: "MAP(VARCHAR, FLOAT)",
    map: "MAP(BIGINT, DATE)", point: "STRUCT(x DOUBLE, big BIGINT, tags VARCHAR[])", points: "STRUCT(x DOUBLE, big BIGINT, tags VARCHAR[])[]",
    deep: "STRUCT(\"inner\" STRUCT(x DOUBLE, big BIGINT, tags VARCHAR[]), \"on\" DATE)",
  });
});

/** How DuckDB casts each flat type to text, beside our JSON's spelling of the same value. */
const spelled: readonly (readonly [string, string])[] = [
  ["i8", "i8::VARCHAR"], ["i16", "i16::VARCHAR"], ["i32", "i32::VARCHAR"], ["i64", "i64::VARCHAR"],
  ["d10", "d10::VARCHAR"], ["d18", "d18::DECIMAL(38, 18)::VARCHAR"], ["d38", "d38::VARCHAR"], ["bool", "bool::VARCHAR"], ["bytes", "base64(bytes)"],
  ["uuid", "uuid"], ["choice", "choice"], ["day", "day::VARCHAR"],
];

test.each(spelled)("DuckDB reads %s with every digit", async (name, sql) => {
  const column = extremeColumns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`there is no column ${name}`);
  const expected = extremeRows.map((row) => {
    const json = valueJson(column.type, row[name] ?? null);
    return json.startsWith('"') ? String(JSON.parse(json)) : json === "null" ? null : json;
  });
  expect((await ask(`SELECT ${sql} FROM extremes`)).map(([value]) => value)).toEqual(expected);
});

test("DuckDB reads text byte for byte", async () => {
  const hex = (text: unknown): string | null => (typeof text === "string" ? new TextEncoder().encode(text).toHex().toUpperCase() : null);
  expect((await ask("SELECT hex(encode(text)) FROM extremes")).map(([value]) => value)).toEqual(extremeRows.map((row) => hex(row["text"])));
});

test("DuckDB reads instants and wall-clock times to the microsecond", async () => {
  const micros = (time: unknown): bigint | null => (time instanceof Temporal.Instant ? time.epochNanoseconds / 1_000n : time instanceof Temporal.PlainDateTime ? time.toZonedDateTime("UTC").epochNanoseconds / 1_000n : null);
  expect(await ask('SELECT epoch_us("at"), epoch_us("local") FROM extremes')).toEqual(extremeRows.map((row) => [micros(row["at"]), micros(row["local"])]));
});

test("DuckDB tells NaN, the infinities and the negative zero apart", async () => {
  const kinds = await ask("SELECT f64::VARCHAR, f32::VARCHAR FROM extremes LIMIT 4");
  expect(kinds).toEqual([["nan", "nan"], ["inf", "inf"], ["-inf", "-inf"], ["-0.0", "-0.0"]]);
});

test("DuckDB reads nested values, with nulls at every level", async () => {
  const [first, second, third] = await ask("SELECT lists::VARCHAR, map::VARCHAR, point::VARCHAR, points::VARCHAR, deep::VARCHAR FROM extremes LIMIT 3");
  expect(first).toEqual(["[]", "{}", "{'x': -0.0, 'big': 9223372036854775807, 'tags': [a, NULL]}", "[]", "{'inner': NULL, 'on': 1969-12-31}"]);
  expect(second).toEqual(["[[]]", "{9223372036854775807=0001-01-01, -1=NULL}", "{'x': nan, 'big': NULL, 'tags': NULL}", "[NULL, {'x': 1.5, 'big': NULL, 'tags': []}, NULL]", null]);
  expect(third?.[0]).toBe("[NULL, [NULL, 0.01], [999999999999999999999999999999999999.99]]");
});

test("the file says which columns are never null", async () => {
  const columns = [{ name: "a", type: { kind: "int32" }, nullable: false }, { name: "b", type: { kind: "int32" }, nullable: true }] as const;
  const file = path.join(directory, "required.parquet");
  await writeFile(file, encodeParquet(buildBatch(columns, [{ a: 1, b: null }])));
  expect(await ask(`SELECT name, repetition_type FROM parquet_schema('${file}') WHERE name IN ('a', 'b')`)).toEqual([["a", "REQUIRED"], ["b", "OPTIONAL"]]);
});

test("no column carries a field id, which readers of Delta would take for column mapping", async () => {
  expect(await ask(`SELECT count(field_id) FROM parquet_schema('${path.join(directory, "extremes.parquet")}')`)).toEqual([[0n]]);
});

test("bytes that are no Parquet file are FILE_INVALID and named", () => {
  expect(() => decodeParquet(new Uint8Array([1, 2, 3]), "broken.parquet")).toThrow(expect.objectContaining({ code: "FILE_INVALID", message: expect.stringContaining("broken.parquet") }));
  expect(() => decodeParquet(new Uint8Array(0), "empty.parquet")).toThrow(Failure);
});

test("a column of nothing but nulls is written, of each type and at every depth", async () => {
  const inside: readonly NamedType[] = extremeColumns.flatMap(({ name, type }): NamedType[] => [
    { name, type, nullable: true },
    { name: `${name}_list`, type: { kind: "array", element: type, elementNullable: true }, nullable: true },
    { name: `${name}_object`, type: { kind: "object", fields: [{ name: "f", type, nullable: true }] }, nullable: true },
  ]);
  const rows: readonly Row[] = Array.from({ length: 9 }, (_, index) => (index % 2 === 0 ? {} : Object.fromEntries(inside.map(({ name, type }) => [name, type.kind === "array" && name.endsWith("_list") ? [null] : type.kind === "object" && name.endsWith("_object") ? { f: null } : null]))));
  const batch = buildBatch(inside, rows);
  const expected = readRows(inside, batch).map(spell);
  const bytes = encodeParquet(batch);
  expect(decodeParquet(bytes, "nulls.parquet").flatMap((read) => readRows(inside, read)).map(spell)).toEqual(expected);
  const file = path.join(directory, "nulls.parquet");
  await writeFile(file, bytes);
  expect(await ask(`SELECT count(*), count(bool), count(bool_list), count(bool_list[1]), count(bool_object.f) FROM read_parquet('${file}')`)).toEqual([[9n, 0n, 4n, 0n, 0n]]);
});
