/** The narrowest type that a column of texts is exactly: told by one look over all of them, never by a sample. What would lose a sign, a digit or a leading zero is text. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteText } from "../../compiler/ir/names.ts";
import { textValue } from "./bulk-cells.ts";

/** Which kinds of type come into question: a JSON string of digits is no number. */
export interface Candidates { readonly numbers: boolean; readonly texts: boolean }

/** Aggregates over a cell of text, in the order that `exactType` takes their values. */
export function typeAggregates(cell: string): readonly string[] {
  const all = (pattern: string): string => `bool_and(regexp_full_match(${cell}, ${quoteText(pattern)}))`;
  const is = (type: ColumnType): string => `bool_and(${cell} IS NULL OR ${textValue(type, cell)} IS NOT NULL)`;
  const value = `TRY_CAST(${cell} AS HUGEINT)`;
  return [
    `count(${cell})`,
    all("true|false"),
    `${all("0|-?[1-9]\\d{0,37}")}`,
    `coalesce(bool_and(${value} BETWEEN -2147483648 AND 2147483647), false)`,
    `coalesce(bool_and(${value} BETWEEN -9223372036854775808 AND 9223372036854775807), false)`,
    // A zero with a sign is no decimal.
    `${all("-?(0|[1-9]\\d*)(\\.\\d+)?")} AND NOT bool_or(regexp_full_match(${cell}, '-0(\\.0+)?'))`,
    `max(length(regexp_extract(${cell}, '^-?(\\d+)', 1)))`,
    `max(length(regexp_extract(${cell}, '\\.(\\d+)$', 1)))`,
    `max(length(regexp_replace(regexp_replace(${cell}, '^-?[0.]+|[eE].*$', '', 'g'), '\\D', '', 'g')))`,
    `bool_and(CAST(TRY_CAST(${cell} AS DOUBLE) AS VARCHAR) IN (${cell}, ${cell} || '.0'))`,
    `${is({ kind: "float64" })} AND ${all("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?|-?inf(inity)?|nan|NaN|-?Infinity")} AND bool_or(regexp_matches(${cell}, '\\d'))`,
    `${is({ kind: "day" })} AND NOT bool_or(${cell} LIKE '0000%')`,
    `${is({ kind: "timestamp" })} AND NOT bool_or(${cell} LIKE '0000%') AND bool_and(regexp_matches(${cell}, '(Z|[+-]\\d{2}(:?\\d{2})?)$') AND regexp_matches(${cell}, ':'))`,
    `${is({ kind: "local_timestamp" })} AND NOT bool_or(${cell} LIKE '0000%')`,
    all("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"),
  ];
}

/** How many aggregates there are for each cell. */
export const aggregatesEach = typeAggregates("x").length;

/** Digits that a double tells apart: a longer text which is a double's own was written by one. */
const doubleDigits = 15;

/** The type that the aggregates of a column say; text where there was no value. */
export function exactType(values: readonly unknown[], candidates: Candidates): ColumnType {
  const [count, bool, whole, fitsInt32, fitsInt64, decimal, before, behind, digits, printed, float, day, timestamp, local, uuid] = values;
  if (Number(count) === 0) return { kind: "text" };
  if (candidates.numbers) {
    if (whole === true) return fitsInt32 === true ? { kind: "int32" } : fitsInt64 === true ? { kind: "int64" } : { kind: "decimal", precision: 38, scale: 0 };
    const [precision, scale] = [Number(before) + Number(behind), Number(behind)];
    const fromDouble = Number(digits) > doubleDigits && printed === true;
    if (decimal === true && precision <= 38 && !fromDouble) return { kind: "decimal", precision: precision <= 18 ? 18 : 38, scale };
    if (float === true && (fromDouble || Number(digits) <= doubleDigits + 2)) return { kind: "float64" };
  }
  if (!candidates.texts) return { kind: "text" };
  if (candidates.numbers && bool === true) return { kind: "bool" };
  if (day === true) return { kind: "day" };
  if (timestamp === true) return { kind: "timestamp" };
  if (local === true) return { kind: "local_timestamp" };
  return uuid === true ? { kind: "uuid" } : { kind: "text" };
}
