/**
 * Which types of PostgreSQL hold only values that a declared type has, exactly: a declared type may be wider than the server's, never narrower. A `numeric`
 * without digits and texts for a choice may hold others; those are met value by value.
 */
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType } from "../../compiler/ir/column-type.ts";
import type { LiveColumn, LiveElement } from "./postgres-columns.ts";

const textual = ["text", "character varying", "character", "name"];
const plain = (...bases: readonly string[]) => () => ({ base }: LiveElement): boolean => bases.includes(base);
const never = () => (): boolean => false;

const fitting: ByKind<(live: LiveElement) => boolean> = {
  int8: never,
  int16: plain("smallint"),
  int32: plain("smallint", "integer"),
  int64: plain("smallint", "integer", "bigint"),
  float32: plain("real"),
  float64: plain("real", "double precision"),
  decimal: ({ precision, scale }) => ({ base, digits: [all, after = 0] }) => base === "numeric" && (all === undefined || (Math.max(after, 0) <= scale && all - after <= precision - scale)),
  text: () => ({ base, labels }) => labels !== undefined || textual.includes(base) || base === "json" || base === "jsonb",
  bool: plain("boolean"),
  bytes: plain("bytea"),
  uuid: plain("uuid"),
  day: plain("date"),
  timestamp: plain("timestamp with time zone"),
  local_timestamp: plain("timestamp without time zone"),
  enum: ({ values }) => ({ base, labels }) => (labels === undefined ? textual.includes(base) : labels.every((label) => values.includes(label))),
  array: never,
  map: never,
  object: never,
};

/** Whether a column of the server can be read as the declared type. */
export function fits(type: ColumnType, live: LiveColumn): boolean {
  if (type.kind === "array") return live.array && type.element.kind !== "array" && matchKind(fitting, type.element)(live);
  return !live.array && matchKind(fitting, type)(live);
}
