/** The day that a `@dayOf` column holds: in UTC for an instant, the calendar's own for a wall clock. */
import { quoteName } from "../../compiler/ir/names.ts";
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import type { Value } from "../values/value.ts";

/** The day of a time; null for null, undefined for what is not a time. */
export function dayOf(time: Value | undefined): Temporal.PlainDate | null | undefined {
  if (time === null) return null;
  if (time instanceof Temporal.Instant) return time.toZonedDateTimeISO("UTC").toPlainDate();
  return time instanceof Temporal.PlainDateTime ? time.toPlainDate() : undefined;
}

/** The same day in SQL. */
export function dayOfSql(source: string, type: ColumnType): string {
  return type.kind === "timestamp" ? `CAST(${quoteName(source)} AT TIME ZONE 'UTC' AS DATE)` : `CAST(${quoteName(source)} AS DATE)`;
}
