/** Merging as a lake offers it: rows of files, or of a result, into a table of the catalog or any Delta table. */
import type { MergeClauses } from "../delta/merge-engine.ts";
import type { ChangeOptions } from "../delta/commit/changed-files.ts";

/** What became of a merge. */
export interface MergeResult {
  readonly table: string;
  /** The version that has the change; the newest where no clause acted on any row, and nothing was written. */
  readonly version: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** Files that were looked into: those that can hold a row that matches. */
  readonly filesRead: number;
  readonly filesRemoved: number;
  readonly filesAdded: number;
  /** Files that stay, and say of some of their rows that they are gone. */
  readonly vectorsAdded: number;
}

export interface Merges {
  /**
   * Merges the rows of files into a table, or any Delta table by its path or URI, in one version; where no clause acts on any row, no version is made. Cells are read as `load` reads them, and may be in
   * columns that the table does not have, by which clauses tell what to do. What declared tables ask of appended rows is asked of new ones, and one that fails a check is refused. SQL_INVALID; ROWS_REFUSED, also where two rows
   * would change one; VALUE_INVALID, FILE_INVALID, TABLE_NOT_WRITABLE, COMMIT_CONFLICT leave the table as it was.
   */
  mergeFiles(target: string, files: readonly string[], clauses: MergeClauses, options?: ChangeOptions): Promise<MergeResult>;
  /** The same of rows at hand: those of one local Parquet file, an absolute path, whose columns are taken as they are there. */
  mergeParquet(target: string, file: string, clauses: MergeClauses, options?: ChangeOptions): Promise<MergeResult>;
}
