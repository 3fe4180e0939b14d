/** Columns of Parquet files as values of a table's types: what is the same value is read, anything else refused. */
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildTable, metaData, protocol } from "../delta/log-builder.ts";
import type { BuiltTable } from "../delta/log-builder.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const struct = (fields: { readonly [name: string]: unknown }) => ({ type: "struct", fields: Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true, metadata: {} })) });
const list = (elementType: unknown) => ({ type: "array", containsNull: true, elementType });
const map = (keyType: unknown, valueType: unknown) => ({ type: "map", keyType, valueType, valueContainsNull: true });

/** The rows of a table with these columns and one file. */
async function read(columns: { readonly [name: string]: unknown }, sql: string): Promise<readonly object[]> {
  await table.commit(0, protocol(["timestampNtz"]), metaData(Object.entries(columns).map(([name, type]) => ({ name, type }))));
  await table.commit(1, await table.add("a.parquet", sql));
  return await table.rows();
}

describe("names", () => {
  test("are found in any letter case, at every depth", async () => {
    const columns = { id: "long", Name: "string", s: struct({ a: "long", late: "date" }), l: list(struct({ x: "long" })), m: map("string", struct({ K: "long" })) };
    expect(await read(columns, "SELECT 1 AS ID, 'n' AS name, {'A': 2, 'gone': 3} AS S, [{'X': 4}] AS L, MAP {'k': {'k': 5}} AS M")).toEqual([
      { id: 1n, Name: "n", s: { a: 2n, late: null }, l: [{ x: 4n }], m: { k: { K: 5n } } },
    ]);
  });

  test("that a file has twice, told apart by letter case alone, are refused", async () => {
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]));
    // The engine writes no such file: the two names are of one length.
    const { add } = await table.add("a.parquet", "SELECT 1 AS id, 2 AS xd") as { readonly add: object };
    const bytes = (await readFile(`${table.directory}/a.parquet`)).toString("latin1").replaceAll("xd", "ID");
    await table.write("b.parquet", Buffer.from(bytes, "latin1"));
    await table.commit(1, { add: { ...add, path: "b.parquet" } });
    await expect(table.rows()).rejects.toMatchObject({ code: "FILE_INVALID", message: expect.stringContaining('more than one column "id"') });
  });
});

describe("records", () => {
  test("that are null stay so beside those whose fields all are", async () => {
    expect(await read({ id: "long", s: struct({ a: "long", late: struct({ b: "long" }) }) }, "SELECT * FROM (VALUES (1, {'a': NULL::BIGINT}), (2, NULL)) AS t(id, s)")).toEqual([{ id: 1n, s: { a: null, late: null } }, { id: 2n, s: null }]);
  });

  test("of which a file has no field at all have null fields", async () => {
    expect(await read({ id: "long", s: struct({ late: "long" }), l: list(struct({ late: "date" })) }, "SELECT 1 AS id, {'gone': 1} AS s, [{'gone': 2}, NULL] AS l")).toEqual([{ id: 1n, s: { late: null }, l: [{ late: null }, null] }]);
  });
});

describe("values", () => {
  test("of text and bytes are one another's UTF-8, since some writers do not say which they write", async () => {
    const columns = { id: "long", t: "string", b: "binary", l: list("string"), s: struct({ t: "string" }), m: map("string", "binary") };
    expect(await read(columns, "SELECT 1 AS id, encode('é\\x41') AS t, 'é\\x41' AS b, [encode('ü'), NULL] AS l, {'t': encode('ö')} AS s, MAP {encode('k'): 'v'} AS m")).toEqual([
      { id: 1n, t: "é\\x41", b: new TextEncoder().encode("é\\x41"), l: ["ü", null], s: { t: "ö" }, m: { k: new TextEncoder().encode("v") } },
    ]);
  });

  test("of unsigned, finer and zoned types are read as what they are", async () => {
    const columns = { id: "long", u: "short", w: "long", d: "decimal(20,0)", at: "timestamp", wall: "timestamp_ntz", ms: "timestamp", uuid: "string" };
    expect(await read(columns, `SELECT 1 AS id, 200::UTINYINT AS u, 4000000000::UINTEGER AS w, 18446744073709551615::UBIGINT AS d, TIMESTAMP '2026-08-01 12:00:00' AS at, '2026-08-01 12:00:00+02'::TIMESTAMPTZ AS wall,
      '2026-08-01 12:00:00.5'::TIMESTAMP_MS AS ms, '3a0d65cd-4056-49b8-937b-95f9e3ee90e5'::UUID AS uuid`)).toEqual([{
      id: 1n, u: 200, w: 4_000_000_000n, d: "18446744073709551615", at: Temporal.Instant.from("2026-08-01T12:00:00Z"), wall: Temporal.PlainDateTime.from("2026-08-01T10:00"),
      ms: Temporal.Instant.from("2026-08-01T12:00:00.5Z"), uuid: "3a0d65cd-4056-49b8-937b-95f9e3ee90e5",
    }]);
  });

  test.each<[string, unknown, string]>([
    ["a fraction for a whole number", "long", "1.5::DOUBLE"], ["double precision for single", "float", "0.1::DOUBLE"], ["text for a number", "integer", "'12'"], ["a number for text", "string", "12"],
    ["more digits behind the point", "decimal(10,2)", "1.239::DECIMAL(10,3)"], ["64 bits for a double", "double", "9007199254740993"], ["a number for a truth", "boolean", "2"], ["a truth for a number", "integer", "true"],
    ["a time for a day", "date", "TIMESTAMP '2026-08-01 10:00:00'"], ["a time of day", "long", "TIME '01:02:03'"], ["a list for a record", struct({ a: "long" }), "[1]"], ["a record for a list", list("long"), "{'a': 1}"],
    ["a list for a map", map("string", "long"), "[{'key': 'k', 'value': 1}]"], ["a list for a number", "long", "[1]"], ["text within a list of numbers", list("long"), "['1']"], ["a fraction within a record", struct({ a: "long" }), "{'a': 1.5::DOUBLE}"],
  ])("of another type are refused and not rounded or guessed: %s", async (_name, type, sql) => {
    await expect(read({ x: type }, `SELECT ${sql} AS x`)).rejects.toMatchObject({ code: "FILE_INVALID", message: expect.stringContaining("the table says") });
  });
});
