/** What keeps tables quick to read and small: compaction, checkpoints, vacuum; of declared tables, their dead tables, and any other by its path. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import { checkpointWhenDue, writeCheckpoint } from "../delta/checkpoints/checkpoint-writer.ts";
import type { CheckpointOptions, CheckpointResult } from "../delta/checkpoints/checkpoint-writer.ts";
import { cloneTable } from "../delta/maintenance/clone.ts";
import type { Cloned } from "../delta/maintenance/clone.ts";
import { restoreTable } from "../delta/commit/restore.ts";
import type { Restored } from "../delta/commit/restore.ts";
import { undoVersion } from "../delta/commit/undo.ts";
import { cleanLogWhenDue } from "../delta/maintenance/log-cleanup.ts";
import type { CleanedLog } from "../delta/maintenance/log-cleanup.ts";
import { compact } from "../delta/maintenance/compaction.ts";
import type { RepackedCommit, RepackedRun, RepackOptions } from "../delta/maintenance/repacking.ts";
import { targetBytesDefault } from "../delta/maintenance/target-size.ts";
import type { CompactionGoal } from "../delta/maintenance/compaction-plan.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { vacuum } from "../delta/maintenance/vacuum.ts";
import type { VacuumOptions, VacuumResult } from "../delta/maintenance/vacuum.ts";
import { rowFinder } from "../query/find-rows.ts";
import { withRewriting } from "../query/rewrite.ts";
import type { AsOf } from "../values/as-of.ts";
import { openEngineRoom } from "./engine-room.ts";
import type { Place, Places } from "./places.ts";
import type { PlacedTables } from "./placed.ts";
import { findChangeable, findDelta, isPath } from "./targets.ts";

export interface CompactOptions extends RepackOptions {
  /** Whether the table is being written to: see CompactionGoal. A table that rests is compacted until nothing is left to do. */
  readonly growing?: boolean;
  readonly targetBytes?: number;
}

/** What became of one look at a table. */
export interface Compacted {
  readonly table: string;
  readonly version: number;
  /** Live files of that version. */
  readonly files: number;
  readonly commits: readonly RepackedCommit[];
  /** Groups of files that somebody else replaced first. */
  readonly dropped: number;
  /** The version that got a checkpoint just now. */
  readonly checkpoint: number | null;
}

/** A target: `database.table`, or the path or URI of any Delta table; DELTA_TABLE_NOT_FOUND when there is none. */
export interface Upkeep {
  /** Every Delta table of the catalog, materialized views among them, and every dead table, whether or not they are there yet. */
  readonly tables: readonly string[];
  compact(target: string, options?: CompactOptions): Promise<Compacted>;
  /** Writes a checkpoint of the newest version, and cleans the log up as the table's properties ask for (`delta.logRetentionDuration`). */
  checkpoint(target: string, options?: CheckpointOptions): Promise<CheckpointResult & { readonly table: string; readonly cleaned: CleanedLog }>;
  vacuum(target: string, options?: VacuumOptions): Promise<VacuumResult & { readonly table: string; readonly version: number }>;
  /** The table as it was at a version or a time; or without what one version did, all later ones kept. COMMIT_CONFLICT, with nothing changed, where others were in the way; ROWS_REFUSED for a version whose rows break a rule that came since. */
  restore(target: string, wanted: AsOf | { readonly undo: number }): Promise<Omit<Restored, "snapshot"> & { readonly table: string; readonly version: number }>;
  /** A new table at a path or URI with the rows of this one, in copies of its files or in the files themselves. DELTA_TABLE_EXISTS. */
  clone(target: string, destination: string, options?: { readonly shallow?: boolean; readonly asOf?: AsOf; readonly signal?: AbortSignal }): Promise<Cloned & { readonly table: string; readonly version: number; readonly location: string }>;
}

/** Small files of a growing table that are worth a commit. */
const growingFilesMin = 8;

/** The upkeep of a lake's tables; `catalog` names the dead tables too. */
export function openUpkeep(catalog: Catalog, places: Places, tables: Pick<PlacedTables, "readAt">): Upkeep {
  const paths = new Map<string, Place>();
  const find = async (target: string): Promise<{ readonly place: Place; readonly name: string }> => {
    const { place, table } = isPath(target) ? { place: paths.getOrInsertComputed(target, places.path) } : await findDelta(catalog, places, target);
    return { place, name: table === undefined ? target : fullName(table) };
  };
  const read = async (target: string): Promise<{ readonly place: Place; readonly name: string; readonly snapshot: Snapshot }> => {
    const { place, name } = await find(target);
    return { place, name, snapshot: await tables.readAt(place) };
  };
  /** Snapshots of which it is known that there is nothing to do. */
  const resting = new WeakSet<Snapshot>();

  return {
    tables: allTables(catalog).filter(({ source }) => isKept(source)).map(fullName),
    async compact(target, { growing = false, targetBytes = targetBytesDefault, ...options } = {}) {
      const { place, name, snapshot } = await read(target);
      if (growing && resting.has(snapshot)) return { table: name, version: snapshot.version, files: snapshot.files.length, commits: [], dropped: 0, checkpoint: null };
      const goal = { targetBytes, growing, filesMin: growing ? growingFilesMin : 2 };
      const result = await compactFully(place, snapshot, goal, options);
      const checkpoint = await checkpointWhenDue(place.store, place.location, result.snapshot);
      if (checkpoint?.written === true) await cleanLogWhenDue(place.store, place.location, result.snapshot);
      if (result.commits.length === 0 && result.dropped === 0) resting.add(snapshot);
      return { table: name, version: result.snapshot.version, files: result.snapshot.files.length, commits: result.commits, dropped: result.dropped, checkpoint: checkpoint?.written === true ? checkpoint.version : null };
    },
    async checkpoint(target, options) {
      const { place, name, snapshot } = await read(target);
      const written = await writeCheckpoint(place.store, place.location, snapshot, options);
      return { table: name, ...written, cleaned: await cleanLogWhenDue(place.store, place.location, snapshot) };
    },
    async vacuum(target, options) {
      const { place } = await find(target);
      const seenAt = options?.dryRun === true ? Date.now() : await place.store.now?.() ?? Date.now();
      const { name, snapshot } = await read(target);
      return { table: name, version: snapshot.version, ...(await vacuum(place.store, place.location, snapshot, { seenAt, inHistory: place.store.local === place.store.root, ...options })) };
    },
    async restore(target, wanted) {
      const { place, table, base } = await findChangeable(catalog, places, tables, target);
      const { snapshot: after, ...result } = "undo" in wanted
        ? await undone(place, base, wanted.undo)
        : await restoreTable(place.store, place.location, base, await tables.readAt(place, wanted), wanted);
      return { table: table === undefined ? target : fullName(table), version: after.version, ...result };
    },
    async clone(target, destination, { asOf, ...options } = {}) {
      const { place, name } = await find(target);
      const snapshot = await tables.readAt(place, asOf);
      const to = places.path(destination);
      return { table: name, version: snapshot.version, location: to.directory, ...(await cloneTable(place, snapshot, to, options)) };
    },
  };
}

/** Rows that come back may have to be looked at, for which there is an engine as long as that takes. */
async function undone({ store, location }: Place, snapshot: Snapshot, version: number): Promise<Restored> {
  const room = openEngineRoom([store.local]);
  try {
    return await undoVersion({ store, location, finder: rowFinder(room.engine) }, snapshot, version);
  } finally {
    await room.close();
  }
}

/** Once over a growing table; of one that rests, what came out small is packed again. */
async function compactFully({ store, location }: Place, base: Snapshot, goal: CompactionGoal, options: RepackOptions): Promise<RepackedRun> {
  return await withRewriting(async (rewrite) => {
    const commits: RepackedCommit[] = [];
    let dropped = 0;
    for (let snapshot = base; ; ) {
      const round = await compact(store, location, snapshot, goal, rewrite, options);
      snapshot = round.snapshot;
      commits.push(...round.commits);
      dropped += round.dropped;
      if (goal.growing || round.commits.length === 0 || options.signal?.aborted === true) return { snapshot, commits, dropped };
    }
  });
}
