/** Values of JavaScript as SQL that means exactly them in a column of a type: what a caller gives as a value is never read as SQL. */
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteText } from "../../compiler/ir/names.ts";
import { fillColumn } from "../parquet/arrow-columns.ts";
import { Failure } from "../values/failure.ts";
import { cellOf } from "../values/value.ts";
import type { Row, Value } from "../values/value.ts";
import { duckType } from "./duckdb-types.ts";

/** The SQL of a value; VALUE_INVALID for one that such a column cannot hold exactly. */
export function valueSql(column: string, type: ColumnType, value: Value): string {
  try {
    fillColumn(type, true, [value], { column, row: () => 1 });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, error.message.replace(/^Row 1, column/, "The new value of column"), { ...(error.hint === undefined ? {} : { hint: error.hint }), place: { parameter: column, ...(error.place?.value === undefined ? {} : { value: error.place.value }) }, cause: error });
  }
  return sqlOf(type, value);
}

/** A text as SQL: the engine reads a statement to its first zero, so a zero within is put together. VALUE_INVALID for half of a surrogate pair, which UTF-8 cannot say. */
export function textSql(text: string): string {
  if (!text.isWellFormed()) throw new Failure("VALUE_INVALID", `${JSON.stringify(text)} holds half of a surrogate pair.`, { hint: "Send text that UTF-8 can say.", place: { value: text.slice(0, 100) } });
  const parts = text.split("\0").map(quoteText);
  return parts.length === 1 ? parts.join("") : `(${parts.join(" || chr(0) || ")})`;
}

type Print = (value: NonNullable<Value>) => string;

function sqlOf(type: ColumnType, value: Value): string {
  return value === null ? "NULL" : matchKind(prints, type)(value);
}

const cast = (type: ColumnType): Print => (value) => `CAST(${quoteText(String(value))} AS ${duckType(type)})`;
/** "-0" would be read as a whole number first. */
const float = (type: ColumnType): Print => (value) => `CAST(${quoteText(Object.is(value, -0) ? "-0.0" : String(type.kind === "float32" ? Math.fround(Number(value)) : value))} AS ${duckType(type)})`;
const text = (): Print => (value) => textSql(String(value));
const calendarText = (type: ColumnType): Print => (value) => cast(type)(value instanceof Temporal.Instant ? value.toString() : (value as Temporal.PlainDate | Temporal.PlainDateTime).toString({ calendarName: "never" }));

const prints: ByKind<Print> = {
  int8: cast, int16: cast, int32: cast, int64: cast,
  float32: float, float64: float, decimal: cast,
  text, enum: text, uuid: text,
  bool: () => String,
  bytes: () => (value) => `from_base64('${(value as Uint8Array).toBase64()}')`,
  day: calendarText, timestamp: calendarText, local_timestamp: calendarText,
  array: (type) => (value) => `CAST([${(value as readonly Value[]).map((element) => sqlOf(type.element, element)).join(", ")}] AS ${duckType(type)})`,
  map: (type) => (value) => {
    const entries = Array.isArray(value) ? (value as readonly { readonly key: Value; readonly value: Value }[]) : Object.entries(value as Row).map(([key, inner]) => ({ key, value: inner }));
    const [keys, values] = [entries.map(({ key }) => sqlOf(type.key, key)), entries.map((entry) => sqlOf(type.value, entry.value))];
    return `CAST(map([${keys.join(", ")}], [${values.join(", ")}]) AS ${duckType(type)})`;
  },
  object: (type) => (value) => `CAST({${type.fields.map((field) => `${quoteText(field.name)}: ${sqlOf(field.type, cellOf(value as Row, field.name) ?? null)}`).join(", ")}} AS ${duckType(type)})`,
};
