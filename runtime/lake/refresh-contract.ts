/** Refreshing materialized views, as the lake offers it. */

export interface RefreshOptions {
  /** Works all rows out anew, whatever the log says. */
  readonly full?: boolean;
  /** Says what would be done, and does nothing. */
  readonly check?: boolean;
  /** Stops with nothing changed, until the commit begins; the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** What became of a refresh. */
export interface RefreshResult {
  readonly table: string;
  /** full: all rows anew. incremental: those of new rows beside the old, or put together with them. none: there was nothing new, and nothing was written. */
  readonly mode: "full" | "incremental" | "none";
  /** Goes on after "because". */
  readonly why: string;
  /** That has the rows; with `check` the version there is. */
  readonly version: number;
  /** Rows written; null with `check`. */
  readonly rows: number | null;
  /** Files of the Delta tables in its query that were read, or would be. */
  readonly filesRead: number;
  readonly bytesRead: number;
  /** By `database.table`, the versions of Delta tables that the rows are of. */
  readonly sources: { readonly [table: string]: number };
}

/** How a materialized view stands. */
export interface RefreshState {
  /** Whether its rows are of the query that the catalog has, of another, or of none yet. */
  readonly rows: "current" | "outdated" | "none";
  /** When it was refreshed last, in milliseconds since 1970; null when the log does not tell. */
  readonly refreshed: number | null;
}

export interface Refresher {
  /**
   * Makes the rows of a materialized view those that its query gives now, in one version. TABLE_NOT_REFRESHABLE; ENGINE_MISSING for one that another engine works out; TABLE_NOT_REFRESHED for one it reads that has no rows itself; SCHEMA_DIFFERS
   * for one that is not kept as declared; COMMIT_CONFLICT, and as `query`. Whatever fails leaves it as it was.
   */
  refresh(table: string, options?: RefreshOptions): Promise<RefreshResult>;
  /** Makes the table as it is declared, with the rows of its query, in one version; one that another engine works out is left empty for it. */
  rebuild(table: string, options?: Pick<RefreshOptions, "signal">): Promise<RefreshResult>;
  /** The catalog's materialized views, those that others read first. */
  readonly materialized: readonly string[];
  /** DELTA_TABLE_NOT_FOUND for one that was not created. */
  refreshed(table: string): Promise<RefreshState>;
}
