/** Rules of Delta tables as SQL of the engine. Types and conversions were settled where the rule was understood (`runtime/delta/rules`); here they are only spelled. */
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { Expression, Operation, RowRule, ValueType } from "../delta/rules/expression.ts";
import { duckType } from "./duckdb-types.ts";

/** True where a row meets the rule, else false. */
export function ruleSql({ condition }: RowRule): string {
  return `coalesce(${guardedSql(condition)}, false)`;
}

/** An expression over columns under their own names, which fails where Spark would, or where engines differ. The optimizer must not see through it: of `a + 1 > 0` it makes `a > -1`. */
export function guardedSql(expression: Expression): string {
  const guards = guardsOf(expression);
  const sql = expressionSql(expression);
  return guards.length === 0 ? sql : `CASE ${guards.map(([fits, why]) => `WHEN (${fits}) IS FALSE THEN error(${quoteText(why)})`).join(" ")} ELSE ${sql} END`;
}

/** What must not be false for the expression to have an answer, and what to say when it is. */
function guardsOf(expression: Expression): (readonly [sql: string, why: string])[] {
  if (expression.kind === "cast") return guardsOf(expression.of);
  if (expression.kind !== "operation") return [];
  const inner = expression.of.flatMap(guardsOf);
  const { operation, type, of: [first] } = expression;
  const bits = wholeBits[type.kind];
  if (bits !== undefined && counting.has(operation)) return [...inner, [`${expressionSql(expression)} BETWEEN ${-(2n ** (bits - 1n))} AND ${2n ** (bits - 1n) - 1n}`, `${bits} bits do not hold a number that it counts`]];
  if ((operation !== "upper" && operation !== "lower") || first === undefined) return inner;
  const sql = expressionSql(first);
  return [...inner, [`strlen(${sql}) = length(${sql})`, `it calls ${operation}() on a text with letters beyond ASCII, which engines spell differently`]];
}

const wholeBits: { readonly [kind: string]: bigint } = { int8: 8n, int16: 16n, int32: 32n, int64: 64n };
const counting: ReadonlySet<Operation> = new Set(["+", "-", "*", "negate", "abs"]);

/** The values that a rule speaks of, as text: `fare = -1.00, tip = null`. */
export function ruleValuesSql({ columns }: RowRule): string {
  const shown = columns.map((name) => `${quoteText(`${name} = `)} || left(coalesce(CAST(${quoteName(name)} AS VARCHAR), 'null'), 100)`);
  return shown.length === 0 ? "''" : `concat_ws(', ', ${shown.join(", ")})`;
}

function expressionSql(expression: Expression): string {
  switch (expression.kind) {
    case "column": return `${quoteName(expression.path[0] ?? "")}${expression.path.slice(1).map((field) => `[${quoteText(field)}]`).join("")}`;
    case "constant": return constantSql(expression.text, expression.type);
    case "cast": return castSql(expressionSql(expression.of), expression.type);
    case "operation": return `(${operations[expression.operation](expression.of.map(expressionSql), expression.type)})`;
  }
}

function castSql(sql: string, type: ValueType): string {
  return type.kind === "null" ? sql : `CAST(${sql} AS ${duckType(type)})`;
}

function constantSql(text: string, type: ValueType): string {
  return type.kind === "null" ? "NULL" : castSql(quoteText(text), type);
}

/** Whole numbers are counted wide, so that a guard sees what their type cannot hold. */
function counted(sql: (args: readonly string[]) => string): Printer {
  return (args, type) => (type.kind in wholeBits ? sql(args.map((arg) => `CAST(${arg} AS HUGEINT)`)) : castSql(sql(args), type));
}

type Printer = (args: readonly string[], type: ValueType) => string;

const between = (sign: string): Printer => (args) => args.join(` ${sign} `);
const call = (name: string): Printer => (args, type) => castSql(`${name}(${args.join(", ")})`, type);

const operations: { readonly [operation in Operation]: Printer } = {
  and: between("AND"), or: between("OR"), not: ([condition]) => `NOT ${condition}`,
  "=": between("="), "<>": between("<>"), "<": between("<"), "<=": between("<="), ">": between(">"), ">=": between(">="),
  "is not distinct from": between("IS NOT DISTINCT FROM"),
  "is null": ([value]) => `${value} IS NULL`, "is true": ([value]) => `${value} IS TRUE`, "is false": ([value]) => `${value} IS FALSE`,
  in: ([value, ...items]) => `${value} IN (${items.join(", ")})`,
  like: between("LIKE"),
  "+": counted(([left, right]) => `${left} + ${right}`), "-": counted(([left, right]) => `${left} - ${right}`), "*": counted(([left, right]) => `${left} * ${right}`),
  "/": between("/"), "%": between("%"),
  negate: counted(([value]) => `-${value}`), abs: counted(([value]) => `abs(${value})`),
  coalesce: call("coalesce"),
  if: ([condition, yes, no]) => `CASE WHEN ${condition} THEN ${yes} ELSE ${no} END`,
  "is nan": ([value]) => `coalesce(isnan(${value}), false)`,
  length: call("length"), upper: call("upper"), lower: call("lower"),
  // Blanks alone, as Spark's.
  trim: ([text]) => `trim(${text}, ' ')`,
  concat: between("||"),
  substring: call("substring"),
  year: call("year"), month: call("month"), day: call("day"),
};
