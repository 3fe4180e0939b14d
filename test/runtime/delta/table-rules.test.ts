/** Rules of tables in Spark's SQL: what is understood means to the engine what it means to Spark, and what is not is refused with its reason. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseCondition, parseSpark } from "../../../runtime/delta/rules/spark-parser.ts";
import { rulesMark, rulesOf } from "../../../runtime/delta/rules/table-rules.ts";
import { duckType } from "../../../runtime/query/duckdb-types.ts";
import { guardedSql } from "../../../runtime/query/rule-sql.ts";
import { buildTable } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { ruleCases, ruleColumns as columns, ruleValues } from "./rule-cases.ts";

let table: BuiltTable;

beforeAll(async () => {
  table = await buildTable();
});

afterAll(async () => {
  await table.close();
});

/** The value of an expression over the one row. */
async function valueOf(sql: string): Promise<unknown> {
  const row = columns.map(({ name, type }) => `CAST(${ruleValues[name]?.engine} AS ${duckType(type)}) AS "${name}"`).join(", ");
  return (await table.engine.control.runAndReadAll(`SELECT CAST(${guardedSql(parseSpark(sql, columns))} AS VARCHAR) FROM (SELECT ${row})`)).getRows()[0]?.[0];
}

describe("what is understood", () => {
  test.each(ruleCases)("%s is %s", async (sql, expected) => {
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
