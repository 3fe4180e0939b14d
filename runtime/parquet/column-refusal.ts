/** What is said of a value that its column cannot hold: which row, which column, which value, and why. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import { Failure } from "../values/failure.ts";
import type { Value } from "../values/value.ts";

/** Where values come from, for messages: the column's path, and the row (from 1) of the value at an index. */
export interface Origin { readonly column: string; readonly row: (index: number) => number }

/** The Failure VALUE_INVALID for the value at an index; without `why`, that it is not of the type. */
export function refuse(type: ColumnType, value: Value, origin: Origin, index: number, why?: string): Failure {
  const row = origin.row(index);
  const shown = show(value);
  const reason = why ?? `${shown} is not ${typeName(type)}`;
  return new Failure("VALUE_INVALID", `Row ${row}, column "${origin.column}": ${reason}.`.replace(/\.\.$/, "."), { place: { line: row, parameter: origin.column, value: shown.slice(0, 100) } });
}

/** What a caller without types may hand in as well: an object that has no text of its own. */
function show(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null && !isTime(value) ? `an object with ${Object.keys(value).join(", ") || "nothing"}` : String(value);
}

/** Whether a value is one of the platform's times, which are objects too. */
export function isTime(value: NonNullable<Value>): boolean {
  return value instanceof Temporal.PlainDate || value instanceof Temporal.Instant || value instanceof Temporal.PlainDateTime;
}
