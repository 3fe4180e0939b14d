/** What is asked of a lake in SQL and what comes back: the pivot every surface stands on (clients, HTTP, command line). */
import type { RecordBatch } from "apache-arrow";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { AsOf } from "../values/as-of.ts";

/** A version may be asked for where the query names exactly one versioned table, a time for any number. */
export type { AsOf } from "../values/as-of.ts";

/** A parameter as JSON can carry it; the SQL casts it to what it means (`CAST($1 AS DATE)`). A bigint is sent as all its digits. */
export type SqlParameter = null | boolean | number | bigint | string;


export interface QueryRequest {
  /** One SELECT statement, DuckDB's dialect. */
  readonly sql: string;
  /** Values of `$1`, `$2`, … */
  readonly parameters?: readonly SqlParameter[];
  readonly asOf?: AsOf;
  /** Stops the query and frees what it holds. */
  readonly signal?: AbortSignal;
}

/** A table the query read, at which version, committed when (milliseconds since 1970). */
export interface ReadTable { readonly table: string; readonly version: number; readonly committed: number }

export interface QueryResult {
  readonly columns: readonly NamedType[];
  /** Versioned tables, sorted by name. */
  readonly tables: readonly ReadTable[];
  /** The same versions may answer differently next time: random(), now(), a row function, a file that has no versions. */
  readonly volatile: boolean;
  /** May be iterated once; ends by an error when the query fails half-way, never silently. Stopping early frees the connection. */
  readonly batches: AsyncIterable<RecordBatch>;
}

/** Rows written and what became of them. */
export interface WriteResult {
  readonly table: string;
  /** The version the rows are in; undefined when no row was kept and nothing was committed. */
  readonly version: number | undefined;
  readonly kept: number;
  readonly quarantined: number;
  /** Checks with `onFail: "warn"` that some rows failed, and how many. */
  readonly warnings: readonly { readonly check: string; readonly rows: number }[];
}
