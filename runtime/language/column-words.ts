/** The words over a column. Each is typed against its column: one that does not fit is an error in the editor. */
import { record } from "./facts.ts";
import type { RowClass } from "./sql.ts";
import type { AnyDecimal, Bool, Day, Float32, Float64, Int16, Int32, Int64, Int8, LocalTimestamp, Text, Timestamp, Uuid } from "./types.ts";

/** Fits a column whose values are `Fits`, or null. */
type On<Fits> = <Row extends { [Name in Column]: Fits | null }, Column extends string>(row: Row, column: Column) => void;
/** Fits a column whose values are `Fits`, never null. */
type OnPresent<Fits> = <Row extends { [Name in Column]: Fits }, Column extends string>(row: Row, column: Column) => void;

type Integer = Int8 | Int16 | Int32 | Int64;
type Numeric = Integer | Float32 | Float64 | AnyDecimal;
/** Values that are equal or are not: what a key or a folder may be named after. */
type Discrete = Integer | AnyDecimal | Text | Uuid | Bool | Day | Timestamp | LocalTimestamp;

function onColumn(name: string, ...args: readonly unknown[]): (row: object, column: string) => void {
  return (row, column) => record(row, column, name, args);
}

/** Part of what tells one row from all others. Declared and verified, not enforced on append. */
export function key(): OnPresent<Discrete> {
  return onColumn("key");
}

/** Rows with the same value lie together in files of their own. */
export function partition(): On<Discrete> {
  return onColumn("partition");
}

/** Rows with near values are kept near each other when files are rewritten. */
export function cluster(): On<Discrete | Float32 | Float64> {
  return onColumn("cluster");
}

/** No two rows share a value. Declared and verified, not enforced on append. */
export function unique(): On<Discrete> {
  return onColumn("unique");
}

/** Tells something about a person, and how it is shown to those who may not see it: `redact` unless said otherwise. */
export function pii(category: "email" | "name" | "phone" | "address" | "ip" | "id", facts?: { readonly mask: "hash" | "redact" }): On<Text | Uuid>;
export function pii(category: "birthday", facts?: { readonly mask: "year" | "redact" }): On<Day>;
export function pii(category: "location", facts?: { readonly mask: "round" | "redact" }): On<Float32 | Float64 | AnyDecimal>;
export function pii(category: string, facts?: { readonly mask: string }): (row: object, column: string) => void {
  return onColumn("pii", category, facts);
}

/** What the number counts: `minutes`, `EUR`, `uV`. */
export function unit(name: string): On<Numeric> {
  return onColumn("unit", name);
}

/** The least and the greatest value allowed, both included. A decimal's bound beyond a number's digits is written as text. */
export function between(low: number | bigint | `${number}`, high: number | bigint | `${number}`): On<Numeric> {
  return onColumn("between", low, high);
}

/** The pattern must be found somewhere in the text; anchor it with `^` and `$` to mean all of it. */
export function matches(pattern: RegExp): On<Text> {
  return onColumn("matches", pattern);
}

/** Values are found in a column of another table. The table comes as a function, so that two tables can name each other. */
export function references<Row extends object, Name extends keyof Row & string>(table: () => RowClass<Row>, column: Name): On<NonNullable<Row[Name]>> {
  return onColumn("references", table, column);
}

/** The name, or the dotted path, of this column in the files and messages that feed it. */
export function from(path: string): On<unknown> {
  return onColumn("from", path);
}

/** Comes from the message's envelope, not from its content. */
export function kafka(part: "timestamp"): On<Timestamp>;
export function kafka(part: "offset"): On<Int64>;
export function kafka(part: "partition"): On<Int32>;
export function kafka(part: "key"): On<Text>;
export function kafka(part: string): (row: object, column: string) => void {
  return onColumn("kafka", part);
}

/** The day of another column of the row, in UTC for an instant; filled when it is left out. */
export function dayOf<const Source extends string>(source: Source): <Row extends { [Name in Source]: Timestamp | LocalTimestamp | null } & { [Name in Column]: Day | null }, Column extends string>(row: Row, column: Column) => void {
  return onColumn("dayOf", source);
}

/** The name this column had before: what is kept under it is kept on, under the new one. */
export function was(name: string): On<unknown> {
  return onColumn("was", name);
}

/** The value that rows written before this column existed get. A decimal, a day and a time are written as text. */
export function initially(value: string): On<Text | Uuid | AnyDecimal | Day | Timestamp | LocalTimestamp>;
export function initially(value: number): On<Int8 | Int16 | Int32 | Float32 | Float64>;
export function initially(value: bigint): On<Int64>;
export function initially(value: boolean): On<Bool>;
export function initially(value: unknown): (row: object, column: string) => void {
  return onColumn("initially", value);
}
