/** How a lake's tables are altered, as those see it who use the lake. `alter.ts` does it. */
import type { Alteration } from "../delta/commit/alteration.ts";
import type { ChangeOptions } from "../delta/commit/changed-files.ts";

/** What became of a table. */
export interface AlterResult {
  readonly table: string;
  /** The newest version of it, which has all alterations. */
  readonly version: number;
  /** Those that were made: the last has the alterations, and those before it what they stand on; none where the table was so already. */
  readonly versions: readonly number[];
}

export interface AlterLake {
  /**
   * Alters the schema, properties and constraints of a table, or of any Delta table by its path or URI: all at once, and no data file is touched. PARAMETER_INVALID, DELTA_UNSUPPORTED_FEATURE,
   * ROWS_REFUSED for rows that are not as they are to be, COMMIT_CONFLICT leave it as it was.
   */
  alter(target: string, alterations: readonly Alteration[], options?: ChangeOptions): Promise<AlterResult>;
}
