/** Rules of tables in Spark's SQL: what is understood means to the engine what it means to Spark, and what is not is refused with its reason. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { parseCondition, parseSpark } from "../../../runtime/delta/rules/spark-parser.ts";
import { rulesMark, rulesOf } from "../../../runtime/delta/rules/table-rules.ts";
import { duckType } from "../../../runtime/query/duckdb-types.ts";
import { guardedSql } from "../../../runtime/query/rule-sql.ts";
import { buildTable } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";

const columns: readonly NamedType[] = [
  { name: "b", type: { kind: "int8" }, nullable: true }, { name: "i", type: { kind: "int32" }, nullable: true }, { name: "l", type: { kind: "int64" }, nullable: true },
  { name: "f", type: { kind: "float32" }, nullable: true }, { name: "d", type: { kind: "float64" }, nullable: true },
  { name: "m", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: true }, { name: "t", type: { kind: "text" }, nullable: true }, { name: "ok", type: { kind: "bool" }, nullable: true },
  { name: "day", type: { kind: "day" }, nullable: true }, { name: "at", type: { kind: "timestamp" }, nullable: true }, { name: "clock", type: { kind: "local_timestamp" }, nullable: true },
  { name: "raw", type: { kind: "bytes" }, nullable: true }, { name: "two words", type: { kind: "int32" }, nullable: true },
  { name: "o", type: { kind: "object", fields: [{ name: "Deep", type: { kind: "object", fields: [{ name: "x", type: { kind: "int32" }, nullable: true }] }, nullable: true }] }, nullable: true },
  { name: "list", type: { kind: "array", element: { kind: "int32" }, elementNullable: true }, nullable: true },
];

const values: { readonly [name: string]: string } = {
  b: "127", i: "2147483647", l: "9223372036854775807", f: "0.1", d: "'NaN'", m: "-12.50", t: "'Zürich '", ok: "true", day: "'2024-02-29'", at: "'1969-12-31 23:59:59.5+00'", clock: "'2024-02-29 12:00:00'",
  raw: "'\\x00'", "two words": "3", o: "{'Deep': {'x': 5}}", list: "[1]",
};

let table: BuiltTable;

beforeAll(async () => {
  table = await buildTable();
});

afterAll(async () => {
  await table.close();
});

/** The value of an expression over the one row. */
async function valueOf(sql: string): Promise<unknown> {
  const row = columns.map(({ name, type }) => `CAST(${values[name]} AS ${duckType(type)}) AS "${name}"`).join(", ");
  return (await table.engine.control.runAndReadAll(`SELECT CAST(${guardedSql(parseSpark(sql, columns))} AS VARCHAR) FROM (SELECT ${row})`)).getRows()[0]?.[0];
}

describe("what is understood", () => {
  // Each as Spark 3.5 and 4 have it, with ANSI on.
  test.each([
    ["i > 0", "true"], ["I = 2147483647", "true"], ["`two words` == 3", "true"], ["o.deep.X <> 5", "false"], ["NULL IS NULL", "true"], ["l >= i AND NOT ok = FALSE", "true"],
    // Precedence: a comparison binds tighter than IS, NOT less than either.
    ["NOT i = 1 AND false", "false"], ["i = 1 IS NULL", "false"], ["1 + 2 * 3 = 7", "true"], ["-2 - -3 = 1", "true"], ["true OR false AND false", "true"], ["NOT ok IS NULL", "true"],
    ["i BETWEEN 1 AND 2147483647 AND ok", "true"], ["i NOT BETWEEN 1 AND 5", "true"], ["i IN (1, 2147483647)", "true"], ["i NOT IN (1, NULL)", null], ["t IN ('a', \"Zürich \")", "true"],
    // Three values of truth.
    ["NULL = 1", null], ["NULL AND false", "false"], ["NULL OR true", "true"], ["NULL <=> NULL", "true"], ["i <=> NULL", "false"], ["i IS DISTINCT FROM NULL", "true"], ["(i = NULL) IS NOT TRUE", "true"], ["(i = NULL) IS FALSE", "false"],
    // Single precision against double: 0.1 is not 0.1; NaN equals itself and is above all.
    ["f = CAST(0.1 AS DOUBLE)", "false"], ["d = d", "true"], ["d > 1e308", "true"], ["isnan(d)", "true"], ["isnan(f)", "false"], ["m < -12.4999", "true"], ["m = -12.5", "true"],
    // Texts by their bytes, whole or by characters; a blank is a blank.
    ["t < 'a'", "true"], ["length(t) = 7", "true"], ["length(trim(t)) = 6", "true"], ["t LIKE 'Z_rich%'", "true"], ["t NOT LIKE 'z%'", "true"], ["concat('a', NULL) IS NULL", "true"], ["substring(t, 2, 2) = 'ür'", "true"], ["upper('abc') = 'ABC'", "true"],
    // Arithmetic in the type that Spark gives it.
    ["b + 1 = 128", "true"], ["i % 10 = 7", "true"], ["-7 % 3 = -1", "true"], ["7 / 2 = 3.5", "true"], ["m * 2 = -25", "true"], ["m + 0.005 = -12.495", "true"], ["abs(m) = 12.5", "true"], ["l - 1 > i", "true"], ["3000000000 > i", "true"],
    ["day >= '2024-02-29'", "true"], ["day < DATE '2024-03-01'", "true"], ["year(day) = 2024 AND month(day) = 2 AND day(day) = 29", "true"], ["day IN ('2024-02-28', '2024-02-29')", "true"],
    ["CAST(at AS DATE) = '1969-12-31'", "true"], ["at < TIMESTAMP '1970-01-01 00:00:00Z'", "true"], ["clock = TIMESTAMP_NTZ '2024-02-29 12:00:00'", "true"], ["date(clock) = day", "true"],
    ["CASE WHEN i > 5 THEN 'big' WHEN i > 1 THEN 'small' END = 'big'", "true"], ["if(ok, 1, 2.5) = 1", "true"], ["coalesce(NULL, i, 5) = i", "true"], ["nvl(NULL, 'x') = 'x'", "true"], ["CAST(i AS STRING) = '2147483647'", "true"], ["CAST(i AS DECIMAL(12, 1)) = 2147483647.0", "true"],
    ["raw IS NOT NULL AND isnotnull(list)", "true"], ["at IS NOT NULL", "true"],
  ])("%s is %s", async (sql, expected) => {
    expect(await valueOf(sql)).toBe(expected);
  });

  test.each(["i + 1 > 0", "l * 2 > 0", "abs(-2147483648 - 0) > 0 AND -l - 2 < 0", "upper(t) = 'X'"])("%s fails rather than be wrong", async (sql) => {
    await expect(valueOf(sql)).rejects.toThrow(/bits|ASCII/);
  });
});

test.each([
  ["nothing > 1", "no column nothing"], ["i > 'a'", "int32 together with text"], ["t > 1", "text together with int32"], ["i", "no condition"], ["i > 0;", '";"'], ["i > 0 -- fine", "a comment"], ["i /* x */ > 0", "a comment"],
  ["t = 'a\\'b'", "backslash"], ["t = 'a''b'", "quote within quotes"], ["i = 1L", "no plain number"], ["rand() > 0.5", "rand()"], ["current_date() > day", "current_date()"], ["current_date > day", "no column current_date"],
  ["t RLIKE 'a'", "RLIKE"], ["t LIKE t", "LIKE"], ["t LIKE 'a' ESCAPE '/'", "LIKE"], ["i IN (SELECT 1)", "no column SELECT"], ["EXISTS (SELECT 1)", "SELECT"], ["i / i = 1", "/ by something"], ["i % 0 = 1", "% by something"],
  ["at > TIMESTAMP '2024-01-01 00:00:00'", "several moments"], ["day > at", "day together with timestamp"], ["day = '2024-1-1'", "no day"], ["CAST(t AS INT) = 1", "int32 of text"], ["CAST(d AS INT) = 1", "int32 of float64"], ["ok = 1", "bool together with int32"],
  ["list[0] = 1", '"[0]'], ["o = o", "object together"], ["i & 1 = 0", '"&'], ["t || 'a' = 'b'", '"|'], ["i = 99999999999999999999", "64 bits"], ["substring(t, 0, 1) = 'a'", "substring"], ["CASE i WHEN 1 THEN true END", "CASE with a value"],
  ["i > 0) OR (true", '")"'], ["i >", "the end"], ["", "the end"], ["o.nothing = 1", "no column nothing"], ["INTERVAL '1' DAY IS NULL", "no column INTERVAL"], ["m = CAST(1 AS DECIMAL(40, 0))", "40"], ["i LIKE 'a'", "LIKE"], ["NOT i", "int32 for a condition"],
])("%s is refused: %s", (sql, reason) => {
  expect(() => parseCondition(sql, columns)).toThrow(expect.objectContaining({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining(reason) }));
});

describe("the rules of a table", () => {
  const metadata = (configuration: { readonly [name: string]: string }, fields: readonly object[] = []) => ({ id: "1", format: { provider: "parquet", options: {} }, schemaString: JSON.stringify({ type: "struct", fields }), partitionColumns: [], configuration });

  test("are its constraints and its columns' invariants, at any depth, with the columns they speak of", () => {
    const invariant = (expression: string) => ({ "delta.invariants": JSON.stringify({ expression: { expression } }) });
    const fields = [{ name: "i", type: "integer", nullable: true, metadata: invariant("i > 3") }, { name: "o", type: { type: "struct", fields: [{ name: "x", type: "integer", nullable: true, metadata: invariant("i < l") }] }, nullable: true, metadata: {} }];
    const rules = rulesOf({ metadata: metadata({ "delta.constraints.positive": "l > 0", "delta.appendOnly": "true" }, fields), columns }, "/t");
    expect(rules.map(({ name, sql, columns: spoken }) => [name, sql, spoken])).toEqual([["the constraint positive", "l > 0", ["l"]], ["the invariant of i", "i > 3", ["i"]], ["the invariant of o.x", "i < l", ["i", "l"]]]);
    expect(rulesMark({ metadata: metadata({ "delta.appendOnly": "true" }) })).toBeUndefined();
  });

  test("that are not understood are refused with the constraint and the reason", () => {
    expect(() => rulesOf({ metadata: metadata({ "delta.constraints.odd": "my_udf(i)" }), columns }, "/lake/t")).toThrow(expect.objectContaining({
      code: "DELTA_UNSUPPORTED_FEATURE", place: { value: "checkConstraints" }, message: expect.stringMatching(/\/lake\/t.*the constraint odd \(my_udf\(i\)\).*my_udf\(int32\)/),
    }));
  });

  test.each(["no JSON", "{}", "null"])("an invariant that is %s is damage", (text) => {
    expect(() => rulesOf({ metadata: metadata({}, [{ name: "i", type: "integer", nullable: true, metadata: { "delta.invariants": text } }]), columns }, "/t")).toThrow(expect.objectContaining({ code: "DELTA_LOG_BROKEN" }));
  });
});
