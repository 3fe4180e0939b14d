/** The types of columns by Delta's own names, for schemas written in a program; a row's TypeScript type follows from them. */
import type { ColumnType, PlainKind } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import type { Value } from "../../values/value.ts";

/** A column of a schema, which may be null unless `notNull` says otherwise. `V` is what its values are in JavaScript. */
export interface ColumnSpec<V extends Value = Value> {
  readonly column: { readonly type: ColumnType; readonly nullable: boolean; readonly doc?: string };
  /** The same column, never null. */
  notNull(): ColumnSpec<Exclude<V, null>>;
  /** The same column, with what it is in words. */
  comment(text: string): ColumnSpec<V>;
  /** For types only; never there. */
  readonly value?: V;
}

/** The rows of a schema by `types`. */
export type RowOf<S extends { readonly [column: string]: ColumnSpec }> = { readonly [K in keyof S]: S[K] extends ColumnSpec<infer V> ? V : never };

function spec<V extends Value>(column: ColumnSpec["column"]): ColumnSpec<V> {
  return { column, notNull: () => spec({ ...column, nullable: false }), comment: (doc) => spec({ ...column, doc }) };
}

function plain<V extends Value>(kind: PlainKind): ColumnSpec<V | null> {
  return spec({ type: { kind }, nullable: true });
}

function decimal(precision: number, scale: number): ColumnSpec<string | null> {
  const fits = Number.isInteger(precision) && Number.isInteger(scale) && precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision;
  if (!fits) throw new Failure("PARAMETER_INVALID", `decimal(${precision}, ${scale}) is no type: a decimal has 1 to 38 digits, and at most all of them behind the point.`, { place: { value: `decimal(${precision}, ${scale})` } });
  return spec({ type: { kind: "decimal", precision, scale }, nullable: true });
}

function array<V extends Value>({ column }: ColumnSpec<V>): ColumnSpec<readonly V[] | null> {
  return spec({ type: { kind: "array", element: column.type, elementNullable: column.nullable }, nullable: true });
}

function map<V extends Value>(key: ColumnSpec<string> | ColumnSpec<string | null>, value: ColumnSpec<V>): ColumnSpec<{ readonly [key: string]: V } | null> {
  return spec({ type: { kind: "map", key: key.column.type, value: value.column.type, valueNullable: value.column.nullable }, nullable: true });
}

function struct<S extends { readonly [field: string]: ColumnSpec }>(fields: S): ColumnSpec<RowOf<S> | null> {
  return spec({ type: { kind: "object", fields: Object.entries(fields).map(([name, { column }]) => ({ name, ...column })) }, nullable: true });
}

/** `types.long` is a bigint, `types.decimal(10, 2)` a string of exact digits, a date a `Temporal.PlainDate`, a timestamp a `Temporal.Instant`, `timestampNtz` a `Temporal.PlainDateTime`. */
export const types = {
  byte: plain<number>("int8"),
  short: plain<number>("int16"),
  integer: plain<number>("int32"),
  long: plain<bigint>("int64"),
  float: plain<number>("float32"),
  double: plain<number>("float64"),
  decimal,
  string: plain<string>("text"),
  boolean: plain<boolean>("bool"),
  binary: plain<Uint8Array>("bytes"),
  date: plain<Temporal.PlainDate>("day"),
  timestamp: plain<Temporal.Instant>("timestamp"),
  timestampNtz: plain<Temporal.PlainDateTime>("local_timestamp"),
  array,
  /** Of texts to values. */
  map,
  struct,
} as const;
