/**
 * SQL with values in the place of its parameters. A condition on rows is asked many times, in statements of many texts, and kept in the log as it was
 * meant, so its values stand in it; each is of the type that it would be bound with, and none is read as anything but a value.
 */
import { quoteText } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";
import { parameterMarks, parameterType, valuesOf } from "./bind-parameters.ts";
import type { SqlParameter } from "./request.ts";
import { applySplices, originalOffset } from "./splice.ts";
import { offsetOf, placeOf } from "./sql-problem.ts";
import { tokensOf } from "./sql-tokens.ts";
import { textSql } from "./value-sql.ts";

/** What was written, what is run, and which parameters it had. */
export interface ClosedSql {
  readonly sql: string;
  readonly numbers: readonly number[];
  /** A failure that tells a place in what is run tells the one in what was written instead; any other error is as it was. */
  told(error: unknown): unknown;
}

/** Closes a text over its parameters' values. PARAMETER_INVALID for one without a value. */
export function closedSql(written: string, values: readonly SqlParameter[]): ClosedSql {
  const marks = parameterMarks(tokensOf(written));
  if (marks.length === 0) return { sql: written, numbers: [], told: (error) => error };
  const given = valuesOf(marks.map(({ number }) => number), values);
  const splices = marks.map(({ number, start, end }, k) => ({ start, end, text: literal(given[k] ?? null, number) }));
  const sql = applySplices(written, splices);
  return {
    sql, numbers: marks.map(({ number }) => number),
    told(error) {
      if (!(error instanceof Failure) || error.place?.line === undefined || error.place.column === undefined) return error;
      const place = placeOf(written, originalOffset(splices, offsetOf(sql, error.place.line, error.place.column)));
      return new Failure(error.code, error.message, { ...(error.hint === undefined ? {} : { hint: error.hint }), place: { ...error.place, ...place }, retry: error.retry, cause: error });
    },
  };
}

/** PARAMETER_INVALID where more values were given than the texts have parameters. */
export function requireAllUsed(closed: readonly ClosedSql[], values: readonly SqlParameter[]): void {
  const most = Math.max(0, ...closed.flatMap(({ numbers }) => numbers));
  if (values.length <= most) return;
  throw new Failure("PARAMETER_INVALID", `${values.length} values were given, but there ${most === 1 ? "is 1 parameter" : `are ${most} parameters`}.`, { hint: "Give a value for each parameter.", place: { parameter: String(most + 1) } });
}

function literal(value: SqlParameter, number: number): string {
  if (value === null) return "NULL";
  const type = parameterType(value, number);
  if (type === "BOOLEAN") return String(value);
  if (type === "VARCHAR") return textSql(String(value));
  return `CAST(${quoteText(Object.is(value, -0) ? "-0.0" : String(value))} AS ${type})`;
}
