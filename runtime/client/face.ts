/** What a caller of a generated client sees, embedded and over HTTP alike. The generated file fills in the three maps of types. */
import type { Table } from "apache-arrow";
import type { ColumnType, Compilable, Kysely, MergeQueryBuilder, MergeResult, RawBuilder } from "kysely";
import type { SqlParameter, WriteResult } from "../query/request.ts";
import type { Filter, FiltersOn } from "./filter.ts";
import type { Changes } from "./changes.ts";
import type { Queries, Query } from "./query.ts";

/** `Calls` of a generated client: what a function table takes and the rows it answers with. */
export interface CallShape { readonly parameters: object; readonly row: object }

/** The database part of the names of `Tables`. */
export type DatabaseName<Tables> = keyof Tables & string extends infer Name ? (Name extends `${infer Database}.${string}` ? Database : never) : never;
/** The table part of the names of `Tables` in one database. */
export type TableName<Tables, Database extends string> = keyof Tables & string extends infer Name ? (Name extends `${Database}.${infer Table}` ? Table : never) : never;

/** The tables of one database, for the short form. */
export interface ClientDatabase<Tables, Database extends string> {
  /** All columns of the rows for which every filter holds; goes on as any query of the builder. */
  table<Name extends TableName<Tables, Database> & string, const Filters extends readonly Filter[]>(
    name: Name,
    filters?: FiltersOn<Tables[`${Database}.${Name}` & keyof Tables], Filters>,
  ): Query<Tables, { [One in `${Database}.${Name}` & keyof Tables]: Tables[One] }, Tables[`${Database}.${Name}` & keyof Tables]>;
}

/** The state of the tables a lake is asked in. A timestamp in RFC 3339, or an instant. */
export type ClientAsOf = { readonly version: number } | { readonly timestamp: string | Temporal.Instant };

/** The arguments of `call`: its object of parameters, which may be left out when all of them may. */
export type CallArguments<Call> = Call extends CallShape ? ({} extends Call["parameters"] ? [parameters?: Call["parameters"]] : [parameters: Call["parameters"]]) : never;
/** The rows a call answers with. */
export type CallRow<Call> = Call extends CallShape ? Call["row"] : never;

/** A column as rows are changed by it: what is read of it, what a new row may leave out, what it may become. */
type ChangedColumn<Value, Appended> = ColumnType<Value, undefined extends Appended ? Value | undefined : Value, Value>;

/** The tables whose rows change, which are those that rows are appended to. */
export type ChangedTables<Tables, Appends> = {
  [Name in keyof Tables & keyof Appends]: { [Column in keyof Tables[Name]]: ChangedColumn<Tables[Name][Column], Column extends keyof Appends[Name] ? Appends[Name][Column] : never> };
};

/** What a merge speaks of: tables that change as such, and all others as sources. */
export type MergedTables<Tables, Appends> = { [Name in keyof Tables]: Name extends keyof Appends ? ChangedTables<Tables, Appends>[Name & keyof ChangedTables<Tables, Appends>] : Tables[Name] };

/**
 * A lake: Kysely's reading half over the catalog's tables, its deletes and updates over those that rows are appended to, and what a lake has besides.
 * A change is one commit, and says of how many rows; its condition and new values speak of the row alone. Every failure is a `Failure` with a code; the same one from both ports.
 */
export interface ClientLake<Tables, Calls, Appends>
  extends Queries<Tables>, Changes<Tables, keyof Tables & keyof Appends & string>, Pick<Kysely<Tables>, "fn" | "case" | "dynamic">, AsyncDisposable {
  /** Merges rows of any table, view or query of the lake into a table, in one commit: `.using("a.b as s", …).whenMatched().thenUpdateSet(…)`. */
  mergeInto<Name extends keyof Tables & keyof Appends & string>(table: Name): MergeQueryBuilder<MergedTables<Tables, Appends>, Name, MergeResult>;
  /** The same lake as it was at a version (for queries of one versioned table) or at a time. It is read only. */
  asOf(state: ClientAsOf): ClientLake<Tables, Calls, Appends>;
  db<Database extends DatabaseName<Tables> & string>(name: Database): ClientDatabase<Tables, Database>;
  /** A function table with its parameters by name; alias it to select from it: `selectFrom(lake.call(…).as("p"))`. */
  call<Name extends keyof Calls & string>(name: Name, ...parameters: CallArguments<Calls[Name]>): RawBuilder<CallRow<Calls[Name]>>;
  /** The whole answer as an Apache Arrow table. */
  arrow(query: Compilable<unknown>): Promise<Table>;
  /** Rows of any SELECT in SQL; the row's type is the caller's word. */
  query<Row extends object = { readonly [column: string]: unknown }>(sql: string, parameters?: readonly SqlParameter[]): Promise<Row[]>;
  /** Adds rows, judged by the table's rules, in one commit; ROWS_REFUSED names the rows that break one. */
  append<Name extends keyof Appends & string>(table: Name, rows: readonly Appends[Name][] | Iterable<Appends[Name]> | AsyncIterable<Appends[Name]>): Promise<WriteResult>;
  close(): Promise<void>;
}
