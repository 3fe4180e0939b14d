/**
 * The Catalog: everything the compiler knows after reading an author's files, as plain JSON values.
 * `generated/catalog.json` is this value. The runtime reads it; nothing here refers to TypeScript, files or engines.
 */
import type { ColumnType, NamedType } from "./column-type.ts";
import type { Lineage } from "./lineage.ts";

/** Raised when a reader of an older version would misunderstand the value. */
export const catalogFormat = 1;

export interface Catalog {
  readonly format: typeof catalogFormat;
  /** Sorted by name. */
  readonly databases: readonly Database[];
}

/** Where something was written: file relative to the project with forward slashes, 1-based line and column, length in UTF-16 units, of which the end of a line is one. */
export interface Place { readonly file: string; readonly line: number; readonly column: number; readonly length: number }

export interface Database {
  readonly name: string;
  readonly doc: string;
  readonly owner?: string;
  /** Absent when the folder has no database.ts. */
  readonly place?: Place;
  /** Sorted by name. */
  readonly tables: readonly Table[];
}

/** A word the author wrote, with its literal arguments: `@between(1, 8)` is `{ name: "between", args: [1, 8] }`. */
export interface Word {
  readonly name: string;
  readonly args: readonly WordArgument[];
  readonly place: Place;
  /** Of facts that list columns (`shows`, `clears`): where each name stands, within its quotes. */
  readonly listed?: { readonly [fact: string]: readonly SourceSpan[] };
}
export type WordArgument = null | boolean | number | string
  | { readonly bigint: string }
  | { readonly pattern: string; readonly flags: string }
  | { readonly reference: string }
  | { readonly list: readonly WordArgument[] }
  | { readonly object: { readonly [name: string]: WordArgument } };

export interface Table {
  readonly database: string;
  /** snake_case; with the database the table's name everywhere: `rides.trips`. */
  readonly name: string;
  /** The author's class or method name: `Trips`, `cityPulse`. */
  readonly symbol: string;
  readonly doc: string;
  /** The text of `@deprecated`, possibly empty. */
  readonly deprecated?: string;
  readonly place: Place;
  /** As written, in source order; the facts below are read out of them. */
  readonly words: readonly Word[];
  readonly owner?: string;
  readonly layer?: "bronze" | "silver" | "gold";
  /** Durations as the author wrote them: `15m`, `730d`. */
  readonly freshness?: string;
  readonly retain?: string;
  readonly tags: readonly string[];
  /** Columns of a query that show personal data, and columns made of such that are none any more, as the author accepted them. */
  readonly shows?: readonly string[];
  readonly clears?: readonly string[];
  readonly source: Source;
  /** What feeds a stored table, message by message; `neuralake ingest` runs it. */
  readonly stream?: Stream;
  /** In the author's order. For inferred tables (views, sql functions) filled by bind. */
  readonly columns: readonly Column[];
  /** Column names. */
  readonly key: readonly string[];
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly checks: readonly Check[];
  /** What SQL makes the columns of; filled by bind, for tables that SQL makes. */
  readonly lineage?: Lineage;
}

export type Source =
  /** A Delta table at `<root>/<database>/<table>` or at `location`. */
  | { readonly kind: "delta"; readonly location?: string }
  /** Files relative to the project (or absolute, or a URI); a glob is allowed. */
  | { readonly kind: "parquet"; readonly location: string }
  | { readonly kind: "csv"; readonly location: string; readonly header: boolean; readonly delimiter: string; readonly nulls: readonly string[] }
  | { readonly kind: "json"; readonly location: string; readonly lines: boolean }
  /** A table, a view or a foreign table of a PostgreSQL server; the configuration says which server the connection is, and nothing of it stands here. */
  | { readonly kind: "postgres"; readonly connection: string; readonly schema: string; readonly table: string }
  /** The author's function returns rows: exported under `name` by generated/functions/<module>. `lake`: before which of its parameters it is handed the lake, from 0, and `reads` the tables it reads with it, sorted. */
  | { readonly kind: "rows"; readonly module: string; readonly name: string; readonly parameters: readonly Parameter[]; readonly input?: string; readonly lake?: number; readonly reads?: readonly string[] }
  /** The author's function returns SQL and takes parameters (possibly none). `reads` are the tables the SQL names, sorted, filled by bind. */
  | { readonly kind: "sql"; readonly sql: SqlTemplate; readonly parameters: readonly Parameter[]; readonly input?: string; readonly reads?: readonly string[] }
  /** `declared`: the class names its columns and the result is cast to them; else columns are inferred. */
  | { readonly kind: "view"; readonly sql: SqlTemplate; readonly declared: boolean; readonly reads?: readonly string[] }
  /** What a view gives, kept in a Delta table as that of `delta`; `refresh` is how old it may be before it is worked out again, by `engine`. */
  | { readonly kind: "materialized"; readonly sql: SqlTemplate; readonly declared: boolean; readonly refresh: string; readonly engine: "duckdb" | "spark"; readonly location?: string; readonly reads?: readonly string[] };
export type SourceKind = Source["kind"];

/** A topic whose messages become rows; `deadLetter` is a topic for those that cannot. */
export interface Stream { readonly kind: "kafka"; readonly topic: string; readonly format: "json"; readonly deadLetter?: string }

/** A part of a message's envelope. */
export type KafkaPart = "timestamp" | "offset" | "partition" | "key";

export interface Column extends NamedType {
  readonly doc: string;
  readonly deprecated?: string;
  readonly place: Place;
  readonly words: readonly Word[];
  readonly unit?: string;
  readonly pii?: { readonly category: string; readonly mask: string };
  readonly rules: readonly Rule[];
  readonly unique: boolean;
  readonly references?: { readonly table: string; readonly column: string };
  /** The name or dotted path of this column in the files and messages that feed it. */
  readonly from?: string;
  /** Comes from the envelope of the message, not from its content. */
  readonly kafka?: KafkaPart;
  readonly dayOf?: string;
  /** The column's name before this one: a lake that still has that is renamed. */
  readonly was?: string;
  /** The value of rows older than the column, in the JSON spelling of the type. */
  readonly initially?: JsonValue;
}

/** What each value of a column must satisfy; null always passes (nullability is the column's own). */
export type Rule =
  | { readonly kind: "between"; readonly low: string; readonly high: string }
  | { readonly kind: "matches"; readonly pattern: string; readonly flags: string };

export interface Parameter {
  readonly name: string;
  readonly doc: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** In the JSON spelling of the type (surface.md); absent when the parameter is required. */
  readonly default?: JsonValue;
  readonly place: Place;
}
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A condition over one row; a row for which it is false (null passes) fails the check. */
export interface Check { readonly name: string; readonly doc: string; readonly onFail: OnFail; readonly enforce?: "delta"; readonly sql: SqlTemplate; readonly place: Place }
export type OnFail = "reject" | "quarantine" | "warn";

/** SQL text with its references apart, so that nothing is ever concatenated. */
export interface SqlTemplate {
  readonly parts: readonly SqlPart[];
  /** Begins at the first character after the opening backtick. */
  readonly place: Place;
  /** For each part where it begins in that file and how long it is there (a text as its raw source, a reference from `$` to `}`), so that errors inside the SQL can be placed. */
  readonly spans?: readonly SourceSpan[];
}
/** 1-based line and column, length in UTF-16 units, of which the end of a line is one. */
export interface SourceSpan { readonly line: number; readonly column: number; readonly length: number }
export type SqlPart =
  | string
  /** Prints as `"db"."table" AS "alias"`. */
  | { readonly table: string; readonly alias: string }
  /** Prints as `"alias"."column"`; in a check, as `"column"` (alias empty). */
  | { readonly column: string; readonly alias: string }
  | { readonly parameter: string };
