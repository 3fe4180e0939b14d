/** What the server needs of a lake, and no more; `runtime/lake.ts` fulfils it. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import type { QueryRequest, QueryResult, ReadTable, SqlParameter, WriteResult } from "../query/request.ts";
import type { Row, Value } from "../values/value.ts";

/** A declared table as the lake has it; null where it does not know. `committed` in milliseconds since 1970. */
export interface ServedState {
  readonly table: string;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly files: number | null;
  readonly version: number | null;
  readonly committed: number | null;
}

/** A column and what it becomes: SQL over the row as it was, or this very value. */
export type ServedValue = { readonly column: string; readonly sql: string } | { readonly column: string; readonly value: Value };

/** `version` is the table's newest, which has the change. */
export interface ServedChange { readonly table: string; readonly version: number }

export interface ServedChangeOptions { readonly parameters?: readonly SqlParameter[]; readonly signal?: AbortSignal }

/** Rows of a query over the lake, or rows of the request. */
export type ServedSource = { readonly query: QueryRequest } | { readonly rows: Iterable<Row> };
/** By column, SQL over the rows that meet, or this very value. */
export interface ServedValues { readonly [column: string]: string | { readonly value: Value } }

/** SQL speaks of `target.x` and `source.x`. */
export interface ServedClauses {
  readonly on: readonly string[] | string;
  readonly matched?: readonly ({ readonly if?: string; readonly update: "all" | ServedValues } | { readonly if?: string; readonly delete: true })[];
  readonly notMatched?: readonly { readonly if?: string; readonly insert: "all" | ServedValues }[];
  readonly notMatchedBySource?: readonly ({ readonly if?: string; readonly update: ServedValues } | { readonly if?: string; readonly delete: true })[];
}

export interface ServedLake {
  readonly catalog: Catalog;
  /** Runs one SELECT. */
  query(request: QueryRequest): Promise<QueryResult>;
  /** Judges rows and commits those that stand. */
  append(table: string, rows: Iterable<Row>): Promise<WriteResult>;
  /** Deletes the rows that a condition is true of. */
  deleteRows(table: string, where: string, options: ServedChangeOptions): Promise<ServedChange>;
  /** Gives such rows new values. */
  updateRows(table: string, set: readonly ServedValue[], where: string, options: ServedChangeOptions): Promise<ServedChange>;
  /** Merges rows into a table. */
  mergeRows(table: string, source: ServedSource, clauses: ServedClauses, options: ServedChangeOptions): Promise<ServedChange>;
  /** The newest versions of these tables and of those beneath them; undefined when one has none. */
  versions(tables: readonly string[]): Promise<readonly ReadTable[] | undefined>;
  /** Every table of the catalog. */
  states(): Promise<readonly ServedState[]>;
}
