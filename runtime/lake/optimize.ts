/** Any Delta table's files written anew for whoever reads them: of the catalog, beside it, or by its path. Each run has engines of its own, one at a time, which end with it. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { optimizeTable } from "../delta/maintenance/optimize.ts";
import type { OptimizeGoal, OptimizeRun } from "../delta/maintenance/optimize.ts";
import type { RepackedCommit } from "../delta/maintenance/repacking.ts";
import { rowFinder } from "../query/find-rows.ts";
import { withRewriting } from "../query/rewrite.ts";
import { openEngineRoom } from "./engine-room.ts";
import type { PlacedTables } from "./placed.ts";
import type { Places } from "./places.ts";
import { findDelta } from "./targets.ts";

export interface OptimizeOptions extends OptimizeGoal, OptimizeRun {}

/** What became of a table's files; the same rows are in it. */
export interface OptimizeResult {
  readonly table: string;
  readonly version: number;
  /** Live files of that version. */
  readonly files: number;
  readonly filesRemoved: number;
  readonly filesAdded: number;
  readonly bytesRemoved: number;
  readonly bytesAdded: number;
  /** Files that gave way and had rows deleted by a vector. */
  readonly vectorsRemoved: number;
  readonly commits: number;
  /** Groups of files that somebody else replaced first: they are as others left them. */
  readonly dropped: number;
}

export interface Optimizer {
  /** Writes a table's files anew: small ones together, rows in order, or without deleted rows. PARAMETER_INVALID, SQL_INVALID, DELTA_UNSUPPORTED_FEATURE; what was committed before a failure stays, and is whole. */
  optimize(target: string, options?: OptimizeOptions): Promise<OptimizeResult>;
}

/** Of the catalog's tables, and of any by its path. */
export function openOptimizer(catalog: Catalog, places: Places, tables: PlacedTables): Optimizer {
  return {
    async optimize(target, { signal, tell, ...goal } = {}) {
      const { place, table } = await findDelta(catalog, places, target);
      const room = openEngineRoom([place.store.local]);
      try {
        const base = await tables.readToWriteAt(place);
        const optimizing = { store: place.store, location: place.location, finder: rowFinder(room.engine) };
        const { snapshot, commits, dropped } = await withRewriting(async (rewrite) => await optimizeTable({ ...optimizing, rewrite }, base, goal, { ...(signal === undefined ? {} : { signal }), ...(tell === undefined ? {} : { tell }) }));
        if (snapshot.version > base.version) tables.committed(place, snapshot);
        return { table: table === undefined ? target : fullName(table), version: snapshot.version, files: snapshot.files.length, ...summed(commits), commits: commits.length, dropped };
      } finally {
        await room.close();
      }
    },
  };
}

function summed(commits: readonly RepackedCommit[]): Pick<OptimizeResult, "filesRemoved" | "filesAdded" | "bytesRemoved" | "bytesAdded" | "vectorsRemoved"> {
  const sum = (of: (commit: RepackedCommit) => number): number => commits.reduce((total, commit) => total + of(commit), 0);
  return { filesRemoved: sum(({ before }) => before), filesAdded: sum(({ after }) => after), bytesRemoved: sum(({ bytesBefore }) => bytesBefore), bytesAdded: sum(({ bytesAfter }) => bytesAfter), vectorsRemoved: sum(({ vectors }) => vectors) };
}
