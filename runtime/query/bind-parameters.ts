/** Values for `$1`, `$2`, … as JSON can carry them; the SQL casts each to what it means. */
import type { DuckDBPreparedStatement } from "@duckdb/node-api";
import { Failure } from "../values/failure.ts";
import type { SqlParameter } from "./request.ts";
import { applySplices } from "./splice.ts";
import type { Splice } from "./splice.ts";
import { isMark, tokensOf } from "./sql-tokens.ts";
import type { SqlToken } from "./sql-tokens.ts";

/** Binds the values in order, one for each parameter of the plan. */
export function bindParameters(plan: DuckDBPreparedStatement, values: readonly SqlParameter[]): void {
  for (const [k, value] of values.entries()) bind(plan, k + 1, value);
}

function bind(plan: DuckDBPreparedStatement, index: number, value: SqlParameter): void {
  if (value === null) return plan.bindNull(index);
  const type = parameterType(value, index);
  if (type === "BOOLEAN") plan.bindBoolean(index, value === true);
  else if (type === "VARCHAR") plan.bindVarchar(index, String(value));
  else if (type === "INTEGER") plan.bindInteger(index, Number(value));
  else if (type === "BIGINT") plan.bindBigInt(index, BigInt(value));
  else if (type === "HUGEINT") plan.bindHugeInt(index, BigInt(value));
  else plan.bindDouble(index, Number(value));
}

/** The type a value has by itself; whole numbers the narrowest, as a literal in the text would be. */
export function parameterType(value: SqlParameter, index: number): "BOOLEAN" | "VARCHAR" | "INTEGER" | "BIGINT" | "HUGEINT" | "DOUBLE" {
  if (typeof value === "boolean") return "BOOLEAN";
  if (typeof value === "string" || value === null) return "VARCHAR";
  if (typeof value === "number" && (!Number.isSafeInteger(value) || Object.is(value, -0))) return "DOUBLE";
  const whole = BigInt(value);
  if (BigInt.asIntN(32, whole) === whole) return "INTEGER";
  if (BigInt.asIntN(64, whole) === whole) return "BIGINT";
  if (BigInt.asIntN(128, whole) === whole) return "HUGEINT";
  throw new Failure("PARAMETER_INVALID", `The value of parameter $${index} is beyond 128 bits.`, { hint: "Send it as text.", place: { parameter: String(index) } });
}

/** A parameter in a text: `?` counts up, `$2` says its number. */
export interface ParameterMark { readonly number: number; readonly start: number; readonly end: number }

/** Where the parameters of a text stand, in order. PARAMETER_INVALID for `$name`. */
export function parameterMarks(tokens: readonly SqlToken[]): ParameterMark[] {
  let asked = 0;
  return tokens.flatMap((token, k): ParameterMark[] => {
    if (isMark(token, "?")) return [{ number: (asked += 1), start: token.start, end: token.end }];
    const next = tokens[k + 1];
    if (!isMark(token, "$") || next?.start !== token.end) return [];
    if (!/^[1-9]\d*$/.test(next.text)) {
      throw new Failure("PARAMETER_INVALID", `The query has a parameter $${next.text}.`, { hint: "Parameters are numbered: $1, $2, …", place: { parameter: next.text } });
    }
    return [{ number: Number(next.text), start: token.start, end: next.end }];
  });
}

/** A text whose parameters count from 1 without gaps, and the number each had before. */
export interface NumberedSql { readonly sql: string; readonly splices: readonly Splice[]; readonly numbers: readonly number[] }

/** Numbers the parameters of a text anew. */
export function renumbered(sql: string): NumberedSql {
  const marks = parameterMarks(tokensOf(sql));
  const numbers = [...new Set(marks.map(({ number }) => number))].toSorted((a, b) => a - b);
  if (numbers.every((number, k) => number === k + 1)) return { sql, splices: [], numbers };
  const splices = marks.map(({ number, start, end }) => ({ start, end, text: `$${numbers.indexOf(number) + 1}` }));
  return { sql: applySplices(sql, splices), splices, numbers };
}

/** The values of those numbers. PARAMETER_INVALID for one that was not given. */
export function valuesOf(numbers: readonly number[], values: readonly SqlParameter[]): SqlParameter[] {
  return numbers.map((number) => {
    const value = values[number - 1];
    if (value !== undefined) return value;
    throw new Failure("PARAMETER_INVALID", `The query has a parameter $${number}, but ${values.length === 1 ? "1 value was" : `${values.length} values were`} given.`, { hint: "Give a value for each parameter.", place: { parameter: String(number) } });
  });
}

/** The text with each parameter cast to the type its value has: for where the engine cannot tell it from the text. */
export function typedParameters(sql: string, values: readonly SqlParameter[]): { readonly sql: string; readonly splices: readonly Splice[] } {
  const splices = parameterMarks(tokensOf(sql)).map(({ number, start, end }) => ({ start, end, text: `CAST($${number} AS ${parameterType(values[number - 1] ?? null, number)})` }));
  return { sql: applySplices(sql, splices), splices };
}
