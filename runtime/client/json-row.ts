/** Values as the server's JSON reads them back: digits of a bigint, NaN and infinities by name, bytes in base64, times in RFC 3339. */
import { rawJson } from "../values/json-text.ts";

/** One row as one line of NDJSON. */
export function jsonLine(row: object): string {
  return `${JSON.stringify(jsonValue(row))}\n`;
}

/** A value that JSON.stringify prints without loss; the spelling is the server's (the column's type decides there what it means). */
export function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return rawJson(value.toString());
  if (typeof value === "number") return numberJson(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.toBase64();
  if (Array.isArray(value)) return value.map(jsonValue);
  if (value instanceof Temporal.PlainDate || value instanceof Temporal.PlainDateTime) return value.toString({ calendarName: "never" });
  if (value instanceof Temporal.Instant) return value.toString();
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, jsonValue(inner)]));
}

function numberJson(value: number): unknown {
  if (Object.is(value, -0)) return rawJson("-0.0");
  return Number.isFinite(value) ? value : String(value);
}
