/** Expressions of Spark's SQL over one row, and what they are: to the engine, and to Spark. */
import type { NamedType } from "../../../compiler/ir/column-type.ts";

export const ruleColumns: readonly NamedType[] = [
  { name: "b", type: { kind: "int8" }, nullable: true }, { name: "i", type: { kind: "int32" }, nullable: true }, { name: "l", type: { kind: "int64" }, nullable: true },
  { name: "f", type: { kind: "float32" }, nullable: true }, { name: "d", type: { kind: "float64" }, nullable: true },
  { name: "m", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: true }, { name: "t", type: { kind: "text" }, nullable: true }, { name: "ok", type: { kind: "bool" }, nullable: true },
  { name: "day", type: { kind: "day" }, nullable: true }, { name: "at", type: { kind: "timestamp" }, nullable: true }, { name: "clock", type: { kind: "local_timestamp" }, nullable: true },
  { name: "raw", type: { kind: "bytes" }, nullable: true }, { name: "two words", type: { kind: "int32" }, nullable: true },
  { name: "o", type: { kind: "object", fields: [{ name: "Deep", type: { kind: "object", fields: [{ name: "x", type: { kind: "int32" }, nullable: true }] }, nullable: true }] }, nullable: true },
  { name: "list", type: { kind: "array", element: { kind: "int32" }, elementNullable: true }, nullable: true },
];

/** The row's values as the engine and as Spark spell them. */
export const ruleValues: { readonly [name: string]: { readonly engine: string; readonly spark: string } } = {
  b: { engine: "127", spark: "127Y" }, i: { engine: "2147483647", spark: "2147483647" }, l: { engine: "9223372036854775807", spark: "9223372036854775807L" },
  f: { engine: "0.1", spark: "CAST('0.1' AS FLOAT)" }, d: { engine: "'NaN'", spark: "CAST('NaN' AS DOUBLE)" }, m: { engine: "-12.50", spark: "CAST(-12.50 AS DECIMAL(10, 2))" },
  t: { engine: "'Zürich '", spark: "'Zürich '" }, ok: { engine: "true", spark: "true" }, day: { engine: "'2024-02-29'", spark: "DATE'2024-02-29'" },
  at: { engine: "'1969-12-31 23:59:59.5+00'", spark: "TIMESTAMP'1969-12-31 23:59:59.5Z'" }, clock: { engine: "'2024-02-29 12:00:00'", spark: "TIMESTAMP_NTZ'2024-02-29 12:00:00'" },
  raw: { engine: "'\\x00'", spark: "X'00'" }, "two words": { engine: "3", spark: "3" }, o: { engine: "{'Deep': {'x': 5}}", spark: "named_struct('Deep', named_struct('x', 5))" }, list: { engine: "[1]", spark: "array(1)" },
};

/** What each is, as text; null for null. */
export const ruleCases: readonly (readonly [sql: string, value: string | null])[] = [
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
];
