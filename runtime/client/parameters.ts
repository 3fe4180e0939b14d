/**
 * A JavaScript value of a query becomes SQL text and parameters that JSON can carry: `CAST($1 AS DATE)` with "2026-08-01".
 * So both ports send the same, and no value loses a digit.
 */
import { quoteText } from "../../compiler/ir/names.ts";
import type { SqlParameter } from "../query/request.ts";
import { Failure } from "../values/failure.ts";

/** A piece of the SQL: text as it is, or a parameter in its place. */
export type SqlPiece = string | { readonly parameter: SqlParameter };

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/** The pieces that mean `value` in SQL; VALUE_INVALID for what no column can hold. */
export function sqlPieces(value: unknown): readonly SqlPiece[] {
  switch (typeof value) {
    case "string":
    case "boolean":
      return [{ parameter: value }];
    case "number":
      return numberPieces(value);
    case "bigint":
      return value >= int64Min && value <= int64Max ? cast(value, "BIGINT") : cast(value, "HUGEINT");
    case "object":
      return value === null ? [{ parameter: null }] : objectPieces(value);
    default:
      throw invalid(String(value), "Leave the condition out, or compare with `is null`.");
  }
}

/** What JSON cannot say, and whole numbers that would not bind as such, travel as text. */
function numberPieces(value: number): readonly SqlPiece[] {
  if (Object.is(value, -0)) return cast("-0.0", "DOUBLE");
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) return cast(String(value), "DOUBLE");
  return [{ parameter: value }];
}

function objectPieces(value: object): readonly SqlPiece[] {
  if (value instanceof Temporal.PlainDate) return cast(withinYears(value.toString({ calendarName: "never" }), value.year), "DATE");
  if (value instanceof Temporal.Instant) {
    return cast(withinYears(microseconds(value.toString(), value), value.toZonedDateTimeISO("UTC").year), "TIMESTAMPTZ");
  }
  if (value instanceof Temporal.PlainDateTime) {
    return cast(withinYears(microseconds(value.toString({ calendarName: "never" }), value), value.year), "TIMESTAMP");
  }
  if (value instanceof Uint8Array) return ["from_base64(", { parameter: value.toBase64() }, ")"];
  if (Array.isArray(value)) return ["[", ...joined(value.map(sqlPieces)), "]"];
  if (isRecord(value)) return ["{", ...joined(Object.entries(value).map(([name, inner]) => [`${quoteText(name)}: `, ...sqlPieces(inner)])), "}"];
  throw invalid(`A ${value.constructor.name}`, value instanceof Date ? "Use a Temporal.Instant, Temporal.PlainDateTime or Temporal.PlainDate." : "Use a value of a column type.");
}

function cast(parameter: SqlParameter, type: string): readonly SqlPiece[] {
  return ["CAST(", { parameter }, ` AS ${type})`];
}

function joined(items: readonly (readonly SqlPiece[])[]): readonly SqlPiece[] {
  return items.flatMap((item, index) => (index === 0 ? item : [", ", ...item]));
}

function isRecord(value: object): value is { readonly [name: string]: unknown } {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function withinYears(text: string, year: number): string {
  if (year >= 1 && year <= 9999) return text;
  throw invalid(text, "Days and times lie between the years 0001 and 9999.");
}

function microseconds(text: string, value: Temporal.Instant | Temporal.PlainDateTime): string {
  const rest = value instanceof Temporal.Instant ? value.epochNanoseconds % 1000n !== 0n : value.nanosecond !== 0;
  if (!rest) return text;
  throw invalid(text, "Times are kept in microseconds. Round it: .round({ smallestUnit: \"microsecond\" })");
}

function invalid(value: string, hint: string): Failure {
  return new Failure("VALUE_INVALID", `${value} is not a value a query can carry.`, { hint, place: { value } });
}
