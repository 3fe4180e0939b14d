/** The words over a class: where a table's rows are, who answers for them, what feeds them. */
import { record } from "./facts.ts";
import type { RowClass, Sql } from "./sql.ts";
import type { Duration } from "./types.ts";

/** What any table may say about itself. */
export interface TableFacts {
  /** Team that answers for it; the database's owner when left out. */
  readonly owner?: string;
  /** How refined it is: bronze as it came, silver clean, gold fit to be shown. */
  readonly layer?: "bronze" | "silver" | "gold";
  /** How old the newest row may be. */
  readonly freshness?: Duration;
  /** How long rows are kept. */
  readonly retain?: Duration;
  readonly tags?: readonly string[];
}

/** What SQL that shows personal data says of it: without it, a column that does is a mistake. */
export interface ShownFacts {
  /** Columns of the result that show personal data and are meant to: they are marked as what they show. (A column that the class declares is marked by `@pii` itself.) */
  readonly shows?: readonly string[];
  /** Columns that are computed from personal data and are none any more, such as the domain of an address. */
  readonly clears?: readonly string[];
}

type OnClass = <Row>(table: RowClass<Row>) => void;
type OnView = <Row>(table: RowClass<Row> & { query(...tables: never[]): Sql }) => void;

function onClass(name: string, ...args: readonly unknown[]): (table: object) => void {
  return (table) => record(table, undefined, name, args);
}

/** A folder of tables under one name; its static methods under `@table()` are computed tables. */
export function database(facts?: { readonly owner?: string }): OnClass {
  return onClass("database", facts);
}

/** A table stored in Delta Lake's format. */
export function deltaTable(facts?: TableFacts & { /** Where it lies when not at `<root>/<database>/<table>`. */ readonly location?: string }): OnClass {
  return onClass("deltaTable", facts);
}

/** Rows of Parquet files: a path from the project's folder (a glob is allowed) or a URI. */
export function parquetTable(facts: TableFacts & { readonly location: string }): OnClass {
  return onClass("parquetTable", facts);
}

/** Rows of CSV files. */
export function csvTable(facts: TableFacts & {
  readonly location: string;
  /** Whether the first line names the columns; it does unless said otherwise. */
  readonly header?: boolean;
  /** Between two cells; a comma unless said otherwise. */
  readonly delimiter?: string;
  /** Cells that mean null, in quotes or not; the empty cell unless said otherwise. (The engine tells quotes apart for all columns of a file or for none, and a number in empty quotes is null.) */
  readonly nulls?: readonly string[];
}): OnClass {
  return onClass("csvTable", facts);
}

/** Rows of JSON files: an array of objects, or one object a line with `lines`. */
export function jsonTable(facts: TableFacts & { readonly location: string; readonly lines?: boolean }): OnClass {
  return onClass("jsonTable", facts);
}

/** Rows of a table or a view in PostgreSQL, read where they are. */
export function postgresTable(facts?: TableFacts & {
  /** Of those that neuralake.config.ts names under `postgres`; `main` when left out. */
  readonly connection?: string;
  /** `public` when left out. */
  readonly schema?: string;
  /** Its name there; the class's in snake_case when left out. */
  readonly table?: string;
}): OnClass {
  return onClass("postgresTable", facts);
}

/** A table in the columnar format of our own. */
export function ncfTable(facts?: TableFacts & { readonly location?: string }): OnClass {
  return onClass("ncfTable", facts);
}

/** A table computed by its `static query` whenever it is asked. */
export function view(facts?: TableFacts & ShownFacts): OnView {
  return onClass("view", facts);
}

/** A table computed by its `static query` and kept in Delta Lake's format, where it is read like any other. */
export function materializedView(facts: TableFacts & ShownFacts & {
  /** How old it may be before it is worked out again: by `neuralake refresh`, or while `neuralake up` runs. */
  readonly refresh: Duration;
  /** What works it out; DuckDB unless said otherwise. */
  readonly engine?: "duckdb" | "spark";
  /** Where it lies when not at `<root>/<database>/<table>`. */
  readonly location?: string;
}): OnView {
  return onClass("materializedView", facts);
}

/** Feeds a stored table from a topic. */
export function fromKafka(facts: {
  readonly topic: string;
  readonly format: "json" | "avro";
  /** Topic for messages that cannot become a row. */
  readonly deadLetter?: string;
}): OnClass {
  return onClass("fromKafka", facts);
}
