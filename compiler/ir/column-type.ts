/**
 * The types a column can have, as plain JSON values. Every room maps this one union, by a complete record, to its own
 * world: Delta, Arrow, DuckDB, JSON Schema, TypeScript. A kind added here does not compile until each room has said what it is there.
 */

/** The kinds without arguments. */
export type PlainKind =
  | "int8" | "int16" | "int32" | "int64"
  | "float32" | "float64"
  | "text" | "bool" | "bytes" | "uuid"
  | "day" | "timestamp" | "local_timestamp";

export interface PlainType { readonly kind: PlainKind }

/** Exact decimal; precision 1 to 38 digits in all, scale 0 to precision digits after the point. */
export interface DecimalType { readonly kind: "decimal"; readonly precision: number; readonly scale: number }

/** Text that is one of `values`, in the author's order. */
export interface EnumType { readonly kind: "enum"; readonly values: readonly string[] }

/** A list of `element`. */
export interface ArrayType { readonly kind: "array"; readonly element: ColumnType; readonly elementNullable: boolean }

/** `Record<string, T>` has a `text` key; other keys only come from tables and queries of others. */
export interface MapType { readonly kind: "map"; readonly key: ColumnType; readonly value: ColumnType; readonly valueNullable: boolean }

/** A nested object type with named fields, in order. */
export interface ObjectType { readonly kind: "object"; readonly fields: readonly ObjectField[] }
export interface ObjectField { readonly name: string; readonly type: ColumnType; readonly nullable: boolean; readonly doc?: string }

export type ColumnType = PlainType | DecimalType | EnumType | ArrayType | MapType | ObjectType;
export type ColumnKind = ColumnType["kind"];

/** One handler for each kind; a record of this type that misses a kind does not compile. */
export type ByKind<Result, Extra extends readonly unknown[] = []> = {
  readonly [K in ColumnKind]: (type: Extract<ColumnType, { kind: K }> | (K extends PlainKind ? PlainType : never), ...extra: Extra) => Result;
};

/** Applies the handler of the type's kind. */
export function matchKind<Result, Extra extends readonly unknown[]>(handlers: ByKind<Result, Extra>, type: ColumnType, ...extra: Extra): Result {
  const handler = handlers[type.kind] as (type: ColumnType, ...extra: Extra) => Result;
  return handler(type, ...extra);
}

/** A named, typed slot: of a table, of a query's result. */
export interface NamedType { readonly name: string; readonly type: ColumnType; readonly nullable: boolean; readonly doc?: string }
