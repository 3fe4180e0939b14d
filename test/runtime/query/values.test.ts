/** Every type, at its ends, out of the engine into Arrow. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { spell } from "../parquet/same.ts";
import { catalogOf, newDirectory, openFixture } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";
import type { Value } from "../../../runtime/values/value.ts";

let lake: Fixture;
beforeAll(async () => {
  lake = await openFixture(await newDirectory(), { catalog: catalogOf() });
});
afterAll(() => lake.close());

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);
const local = (text: string): Temporal.PlainDateTime => Temporal.PlainDateTime.from(text);
const long = "é😀".repeat(50);

const cases: readonly (readonly [type: string, literals: readonly string[], values: readonly Value[]])[] = [
  ["TINYINT", ["-128", "127", "NULL"], [-128, 127, null]],
  ["SMALLINT", ["-32768", "NULL", "32767"], [-32768, null, 32767]],
  ["INTEGER", ["-2147483648", "2147483647"], [-2147483648, 2147483647]],
  ["BIGINT", ["-9223372036854775808", "9223372036854775807", "9007199254740993"], [-(2n ** 63n), 2n ** 63n - 1n, 9007199254740993n]],
  ["UTINYINT", ["255"], [255]], ["USMALLINT", ["65535"], [65535]], ["UINTEGER", ["4294967295"], [4294967295n]], ["UBIGINT", ["18446744073709551615"], ["18446744073709551615"]],
  ["HUGEINT", ["-99999999999999999999999999999999999999", "5"], ["-99999999999999999999999999999999999999", "5"]],
  ["FLOAT", ["0.1", "'nan'", "'-inf'", "'-0.0'"], [Math.fround(0.1), Number.NaN, Number.NEGATIVE_INFINITY, -0]],
  ["DOUBLE", ["0.1", "'nan'", "'inf'", "'-0.0'", "5e-324"], [0.1, Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324]],
  ["DECIMAL(4,2)", ["-99.99", "NULL", "0.01"], ["-99.99", null, "0.01"]], ["DECIMAL(9,0)", ["-999999999", "7"], ["-999999999", "7"]], ["DECIMAL(18,3)", ["-999999999999999.999", "1"], ["-999999999999999.999", "1.000"]],
  ["DECIMAL(38,10)", ["-9999999999999999999999999999.9999999999", "0.0000000001"], ["-9999999999999999999999999999.9999999999", "0.0000000001"]],
  ["VARCHAR", ["''", "'twelve bytes'", "'thirteen byte'", `'${long}'`, "NULL", "'a' || chr(0) || 'b'"], ["", "twelve bytes", "thirteen byte", long, null, "a\0b"]],
  ["BLOB", ["''::BLOB", "'\\x00\\xFF'::BLOB", "NULL"], [new Uint8Array(), new Uint8Array([0, 255]), null]],
  ["BOOLEAN", ["true", "false", "NULL"], [true, false, null]],
  ["UUID", ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"], ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]],
  ["ENUM('b', 'a')", ["'a'", "'b'", "NULL"], ["a", "b", null]],
  ["DATE", ["'0001-01-01'", "'9999-12-31'", "'1969-12-31'", "NULL"], [day("0001-01-01"), day("9999-12-31"), day("1969-12-31"), null]],
  ["TIMESTAMPTZ", ["'0001-01-01 00:00:00+00'", "'9999-12-31 23:59:59.999999+00'", "'1969-12-31 23:59:59.999999+00'", "NULL"], [instant("0001-01-01T00:00:00Z"), instant("9999-12-31T23:59:59.999999Z"), instant("1969-12-31T23:59:59.999999Z"), null]],
  ["TIMESTAMP", ["'0001-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'"], [local("0001-01-01T00:00:00"), local("9999-12-31T23:59:59.999999")]],
  ["TIMESTAMP_S", ["'2020-01-01 00:00:01'"], [local("2020-01-01T00:00:01")]], ["TIMESTAMP_MS", ["'2020-01-01 00:00:00.001'"], [local("2020-01-01T00:00:00.001")]], ["TIMESTAMP_NS", ["'2020-01-01 00:00:00.000001'"], [local("2020-01-01T00:00:00.000001")]],
  ["INTEGER[]", ["[1, NULL, 3]", "[]", "NULL", "[4]"], [[1, null, 3], [], null, [4]]],
  ["INTEGER[2]", ["[1, 2]", "NULL"], [[1, 2], null]],
  ["VARCHAR[][]", [`[['${long}'], NULL, []]`, "[[NULL]]"], [[[long], null, []], [[null]]]],
  ["STRUCT(a INTEGER, \"b c\" VARCHAR[])", ["{'a': 1, 'b c': ['x']}", "NULL", "{'a': NULL, 'b c': NULL}"], [{ a: 1, "b c": ["x"] }, null, { a: null, "b c": null }]],
  ["MAP(VARCHAR, STRUCT(n DECIMAL(10,2)))", ["MAP {'k': {'n': 1.5}, 'l': NULL}", "MAP {}", "NULL"], [{ k: { n: "1.50" }, l: null }, {}, null]],
  ["MAP(INTEGER, DATE)", ["MAP {1: DATE '2020-01-01'}"], [[{ key: 1, value: day("2020-01-01") }]]],
];

describe("the engine's values", () => {
  test.each(cases)("%s", async (type, literals, values) => {
    const rows = await lake.rows(`SELECT v FROM (VALUES ${literals.map((literal, k) => `(CAST(${literal} AS ${type}), ${k})`).join(", ")}) t(v, k) ORDER BY k`);
    expect(rows.map((row) => spell(row["v"]))).toEqual(values.map(spell));
  });

  test("a time finer than a microsecond is refused, and cut only when the query says so", async () => {
    await expect(lake.rows("SELECT TIMESTAMP_NS '2020-01-01 00:00:00.000000001' AS v")).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining('"v" holds a time finer than a microsecond') });
    expect(await lake.rows("SELECT CAST(TIMESTAMP_NS '2020-01-01 00:00:00.000000001' AS TIMESTAMP) AS v")).toEqual([{ v: Temporal.PlainDateTime.from("2020-01-01T00:00:00") }]);
  });

  test("survive many chunks, with nulls anywhere, in every kind at once", async () => {
    const rows = await lake.rows("SELECT i, CASE WHEN i % 3 > 0 THEN i::VARCHAR || repeat('x', i % 20) END AS t, CASE WHEN i % 5 > 0 THEN [i, NULL, i + 1] END AS l, CASE WHEN i % 7 > 0 THEN {'a': i % 2 = 0, 'b': i::DECIMAL(18,2)} END AS s FROM range(100000) r(i) WHERE hash(i) % 4 > 0 ORDER BY i");
    expect(rows.length).toBeGreaterThan(70_000);
    for (const { i, t, l, s } of rows) {
      const n = Number(i);
      if (t !== (n % 3 > 0 ? `${n}${"x".repeat(n % 20)}` : null)) expect(t).toBe(n);
      if (n % 5 > 0 ? (l as readonly bigint[])[2] !== BigInt(n + 1) : l !== null) expect(l).toBe(n);
      if (n % 7 > 0 ? (s as { readonly b: string }).b !== `${n}.00` : s !== null) expect(s).toBe(n);
    }
  });

  test("long texts come out whole, in any order and however often they are the same in memory", async () => {
    const rows = await lake.rows("SELECT i, t FROM (SELECT i, CASE WHEN i % 11 = 0 THEN NULL WHEN i % 3 = 0 THEN 'short' ELSE repeat(chr(97 + (i % 26)::INTEGER), 13 + (i % 40)::INTEGER) || i % 1000 END AS t FROM range(20000) r(i)) ORDER BY hash(i)");
    expect(rows).toHaveLength(20_000);
    for (const { i, t } of rows) {
      const n = Number(i);
      expect(t).toBe(n % 11 === 0 ? null : n % 3 === 0 ? "short" : String.fromCharCode(97 + (n % 26)).repeat(13 + (n % 40)) + (n % 1000));
    }
    const same = await lake.rows("SELECT l[1 + (i % 3)::INTEGER] AS t FROM (SELECT ['the first of these texts', 'the second of these texts', 'the third of these texts'] AS l), range(5000) r(i)");
    expect(new Set(same.map(({ t }) => t)).size).toBe(3);
  });

  test("lists that share and repeat their elements come out whole", async () => {
    expect(await lake.rows("SELECT l, l[2:] AS tail FROM (SELECT [1, 2, 3] AS l), range(3)")).toEqual(Array.from({ length: 3 }, () => ({ l: [1, 2, 3], tail: [2, 3] })));
    expect(await lake.rows("SELECT list_reverse(list(i)) AS l FROM range(5) r(i) GROUP BY i % 2 ORDER BY i % 2")).toEqual([{ l: [4n, 2n, 0n] }, { l: [3n, 1n] }]);
  });

  test.each(["TIMESTAMP 'infinity'", "DATE '-infinity'", "TIMESTAMPTZ '10000-01-01 00:00:00+00'", "DATE '0001-01-01 (BC)'", "TIMESTAMP '0001-01-01 00:00:00' - INTERVAL 1 MICROSECOND"])("a time beyond the years is refused: %s", async (literal) => {
    await expect(lake.rows(`SELECT ${literal} AS t`)).rejects.toMatchObject({ code: "VALUE_INVALID", place: { parameter: "t" } });
  });

  test("a whole number beyond 38 digits is refused", async () => {
    await expect(lake.rows("SELECT 170141183460469231731687303715884105727::HUGEINT AS n")).rejects.toMatchObject({ code: "SQL_INVALID" });
  });

  test.each(["TIME '12:00'", "INTERVAL 1 DAY", "'101'::BIT", "union_value(a := 1)", "row(1, 2)", "TIMETZ '12:00+00'"])("a type no column can have is refused: %s", async (literal) => {
    await expect(lake.query(`SELECT ${literal} AS t`)).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining('"t"'), hint: expect.any(String) });
  });
});
