/** The short form's filters: `filter("paid_with", "in", ["card"])`, typed against the table they are given to. */
import { sql } from "kysely";
import type { RawBuilder } from "kysely";

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";
export type Membership = "in" | "not in";
export type TextOperator = "like" | "ilike" | "contains";
export type NullTest = "is null" | "is not null";
export type FilterOperator = Comparison | Membership | TextOperator | NullTest;

/** One condition on one column. `contains` looks for a piece of a text, or for an element of an array. */
export interface Filter<Column extends string = string, Operator extends FilterOperator = FilterOperator, Value = unknown> {
  readonly column: Column;
  readonly operator: Operator;
  readonly value: Value;
}

/** The filters that were given, where each fits the row; else what they had to be. */
export type FiltersOn<Row, Given extends readonly Filter[]> = Given extends { readonly [Index in keyof Given]: FilterOn<Row, Given[Index]> } ? Given : { readonly [Index in keyof Given]: FilterOn<Row, Given[Index]> };

/** What a filter has to be to fit the row: one of its columns, with a value of that column. */
type FilterOn<Row, Given> = Given extends Filter<infer Column, infer Operator>
  ? Column extends keyof Row ? Filter<Column, OperatorOn<Row[Column] & {}>, ValueAfter<Operator, Row[Column] & {}>> : Filter<keyof Row & string>
  : never;

/** `[]` keeps a union whole: its members are one column's values. */
type OperatorOn<Value> = Comparison | Membership | NullTest | ([Value] extends [string] ? TextOperator : [Value] extends [readonly unknown[]] ? "contains" : never);
type ValueAfter<Operator, Value> =
  Operator extends Membership ? readonly Value[]
  : Operator extends NullTest ? undefined
  : Operator extends TextOperator ? ([Value] extends [readonly (infer Element)[]] ? Element & {} : string)
  : Value;

/** A condition for `table(name, [...])`; all of them must hold. */
export function filter<const Column extends string>(column: Column, operator: NullTest): Filter<Column, NullTest, undefined>;
export function filter<const Column extends string, const Operator extends Exclude<FilterOperator, NullTest>, const Value>(column: Column, operator: Operator, value: Value): Filter<Column, Operator, Value>;
export function filter(column: string, operator: FilterOperator, value?: unknown): Filter {
  return { column, operator, value };
}

const printed: { readonly [Operator in FilterOperator]: (column: RawBuilder<unknown>, value: unknown) => RawBuilder<boolean> } = {
  "=": (column, value) => sql`${column} = ${value}`,
  "!=": (column, value) => sql`${column} != ${value}`,
  "<": (column, value) => sql`${column} < ${value}`,
  "<=": (column, value) => sql`${column} <= ${value}`,
  ">": (column, value) => sql`${column} > ${value}`,
  ">=": (column, value) => sql`${column} >= ${value}`,
  in: (column, value) => sql`${column} in ${list(value)}`,
  "not in": (column, value) => sql`${column} not in ${list(value)}`,
  like: (column, value) => sql`${column} like ${value}`,
  ilike: (column, value) => sql`${column} ilike ${value}`,
  contains: (column, value) => sql`contains(${column}, ${value})`,
  "is null": (column) => sql`${column} is null`,
  "is not null": (column) => sql`${column} is not null`,
};

/** The condition in SQL. */
export function filterExpression(condition: Filter): RawBuilder<boolean> {
  return printed[condition.operator](sql.ref(condition.column), condition.value);
}

function list(value: unknown): RawBuilder<unknown> {
  const values = Array.isArray(value) ? value : [value];
  return values.length === 0 ? sql`(select null where false)` : sql`(${sql.join(values)})`;
}
