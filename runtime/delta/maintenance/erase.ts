/**
 * Rows erased for good, and with them what tells of them: old versions' files, files of changes, the commits with their statistics and conditions, and tombstones,
 * whose partitions and paths may bear a name. What is left is one version with a checkpoint of its own, and a look through all files says whether it is so.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { writeCheckpoint } from "../checkpoints/checkpoint-writer.ts";
import type { ChangeOptions } from "../commit/changed-files.ts";
import { requireChanging } from "../commit/delete.ts";
import { eraseRows } from "../commit/erase.ts";
import { commit } from "../commit/transaction.ts";
import { requireMaintainable } from "../features/features.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { requireCleanClones } from "./erased-clones.ts";
import { lookForErased, textsOf } from "./erased.ts";
import type { ErasedLook, Erasing } from "./erased.ts";
import { cleanLog } from "./log-cleanup.ts";
import { vacuum } from "./vacuum.ts";

export interface EraseOptions extends ChangeOptions {
  /** Says that no query, no other version and no write at work is needed: an erase leaves none of them its files. */
  readonly allowShort?: boolean;
}

export interface Erased {
  readonly version: number;
  /** Rows of the table that are gone. */
  readonly erased: number;
  /** Rows that had been deleted before, and were still in files of the table. */
  readonly hidden: number;
  readonly filesRewritten: number;
  /** Files that the newest version does not need, and their bytes. */
  readonly filesRemoved: number;
  readonly bytesRemoved: number;
  /** Commits, checkpoints and what else of the log went. */
  readonly logFilesRemoved: number;
  /** What was found when all files were looked through afterwards. */
  readonly look: ErasedLook;
}

/** Times that a version is committed to be the last, where somebody writes a checkpoint of it first. */
const triesMax = 5;

/** A store that tells time in whole seconds is asked so often for the next one, at most. */
const looksMax = 80;
const lookMs = 50;

/** Erases the rows. PARAMETER_INVALID unless `allowShort`; TABLE_NOT_WRITABLE names a shallow clone that needs files with such rows; as `deleteRows`; what fails half-way can be begun again, and ends the same. */
export async function erase(erasing: Erasing, base: Snapshot, where: string, { allowShort = false, ...options }: EraseOptions = {}): Promise<{ readonly erased: Erased; readonly snapshot: Snapshot }> {
  const { store, location } = erasing;
  const place = store.locate(location);
  if (!allowShort) {
    throw new Failure("PARAMETER_INVALID", `To erase rows of ${place} is to remove at once every file that its newest version does not need: no older version can be read any more, nor its feed of changes; queries under way fail, and a write under way may lose its files.`, {
      hint: "When nothing else is at work on the table, allow it: --allow-short.", place: { parameter: "allowShort" },
    });
  }
  requireMaintainable(base, place);
  requireChanging(base, place);
  const cloned = await requireCleanClones(erasing, where, options);
  const texts = await textsOf(erasing, base, where, options);
  const { snapshot: after, change } = await eraseRows(erasing, base, where, options);
  // What others committed before this moment is in the snapshot that is read behind it.
  const seenAt = await nextMoment(store, options.signal);
  const snapshot = await readSnapshot(store, location, undefined, after);
  const removed = await vacuum(store, location, snapshot, { retainMs: 0, allowShort: true, newestOnly: true, seenAt, ...options });
  // Partitions that nothing is left of bear their value in their directory's name.
  await store.removeEmpty?.(location === "" ? "" : `${location}/`);
  const last = await lastVersion(erasing, snapshot);
  const cleaned = await cleanLog(store, location, last, { before: Number.POSITIVE_INFINITY, ...options });
  const look = await lookForErased(erasing, last, where, { texts, cloned }, options);
  const { erased = 0, hidden = 0, filesRewritten = 0 } = change ?? {};
  return {
    snapshot: last,
    erased: { version: last.version, erased, hidden, filesRewritten, filesRemoved: removed.removed.length, bytesRemoved: removed.bytes, logFilesRemoved: cleaned.removed, look },
  };
}

/** A time later than that of anything that is there by now, by the clock that tells how old files are. */
async function nextMoment(store: Store, signal: AbortSignal | undefined): Promise<number> {
  // That of a disk is this machine's.
  if (store.now === undefined) return Date.now() + 1;
  const now = await store.now();
  for (let looks = 0; looks < looksMax; looks++) {
    signal?.throwIfAborted();
    const next = await store.now();
    if (next > now) return next;
    await wait(lookMs);
  }
  throw new Failure("STORE_FAILED", `The clock of ${store.root} stands still at ${new Date(now).toISOString()}: which files are old cannot be told.`, { hint: "The rows are gone from the newest version; erase them again to remove what older ones hold.", retry: true });
}

/** A version whose commit says nothing of any file, with a checkpoint that has no tombstones. */
async function lastVersion({ store, location }: Erasing, base: Snapshot): Promise<Snapshot> {
  for (let snapshot = base, tries = 0; tries < triesMax; tries++) {
    const outcome = await commit(store, location, snapshot, [], { operation: "ERASE", parameters: {}, metrics: {} });
    if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether version ${outcome.version} of ${store.locate(location)} was committed.`, { hint: "The rows are gone from its newest version; erase them again to remove what older ones hold.", cause: outcome.cause });
    snapshot = outcome.kind === "committed" ? outcome.snapshot : await readSnapshot(store, location, undefined, snapshot);
    if (outcome.kind === "committed" && (await writeCheckpoint(store, location, snapshot, { keptSince: Number.POSITIVE_INFINITY })).written) return snapshot;
  }
  throw new Failure("COMMIT_CONFLICT", `${store.locate(location)} is written to: its log could not be cut off.`, { hint: "The rows are gone from its newest version; erase them again when nobody writes to it, to remove what older ones hold.", retry: true });
}
