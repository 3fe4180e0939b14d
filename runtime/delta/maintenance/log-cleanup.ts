/**
 * The log's own clean-up (protocol, "Metadata Cleanup"): what lies below the newest whole checkpoint that is older than the retention goes, the oldest
 * first, so that every version from that checkpoint on stays readable at every moment, and whatever stops it on the way leaves a shorter log without a gap.
 */
import { removeAll } from "../../storage/remove-all.ts";
import type { Store, StoredObject } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { weighCheckpoint } from "../checkpoints/whole-checkpoint.ts";
import { requireMaintainable } from "../features/features.ts";
import { readHint } from "../log/last-checkpoint.ts";
import { hasCommits, logDirectory, logOf, newestOf, reachable } from "../log/log.ts";
import type { LoggedCheckpoint, LogListing } from "../log/log.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { keepsCommitTimes, newestBefore } from "../snapshot/time-travel.ts";
import { logRetentionMs } from "./retention.ts";
import { expiredSidecars, sidecarNames } from "./sidecars.ts";

export interface CleanOptions {
  /**
   * Milliseconds since 1970: the newest version that is not newer, and all later ones, stay readable. The midnight (UTC) before the table's own retention when left out;
   * `Infinity` leaves only what the newest checkpoint and what follows it need.
   */
  readonly before?: number;
  /** Ends it between two files, with a log that is whole. */
  readonly signal?: AbortSignal;
}

export interface CleanedLog {
  /** Files of the log that are gone, sidecars of checkpoints among them. */
  readonly removed: number;
  readonly bytes: number;
  /** The version that the log begins with now; null where nothing was found to go. */
  readonly oldest: number | null;
}

const nothing: CleanedLog = { removed: 0, bytes: 0, oldest: null };
const day = 86_400_000;

/** Cleans the log up as its properties ask for: not at all where they say no, or where a feature of the table's forbids it. */
export async function cleanLogWhenDue(store: Store, location: string, snapshot: Snapshot): Promise<CleanedLog> {
  if (snapshot.metadata.configuration["delta.enableExpiredLogCleanup"]?.toLowerCase() === "false") return nothing;
  try {
    return await cleanLog(store, location, snapshot);
  } catch (error) {
    if (error instanceof Failure && error.code === "DELTA_UNSUPPORTED_FEATURE") return nothing;
    throw error;
  }
}

/** Cleans the log up; `snapshot` is the table's newest. DELTA_UNSUPPORTED_FEATURE, with nothing removed, for a table that forbids it; CONFIG_INVALID for a retention that is no interval. */
export async function cleanLog(store: Store, location: string, snapshot: Snapshot, { before = expiryOf(snapshot), signal }: CleanOptions = {}): Promise<CleanedLog> {
  requireMaintainable(snapshot, store.locate(location));
  const objects = await expiring(store, location, before);
  const listing = await logOf(objects);
  const kept = await keptCheckpoint(store, location, snapshot, listing, before);
  const gone = kept === undefined ? [] : objects.filter(({ path }) => isBelow(nameOf(path), kept.version, listing));
  if (kept !== undefined && gone.length > 0) requireUnprotected(snapshot, kept.version, store.locate(location));
  const released = kept === undefined ? undefined : await sidecarNames(store, location, listing.checkpoints.filter(({ version }) => version < kept.version));
  await removeOldest(store, gone.map(({ path }) => path), signal);
  // Only now is it known that no checkpoint that is left names them.
  const sidecars = snapshot.protocol.readerFeatures?.includes("v2Checkpoint") === true ? await expiredSidecars(store, location, released) : [];
  await removeAll(store, sidecars.map(({ path }) => path), signal);
  const all = [...gone, ...sidecars];
  return { removed: all.length, bytes: all.reduce((sum, { size }) => sum + size, 0), oldest: gone.length === 0 || kept === undefined ? null : kept.version };
}

/** Files that go together where a service takes many in one request. */
const filesAtOnce = 1_000;

/**
 * Removes files of the log, given in order: one by one, as Spark does, or many in a request, of which a failure may leave any. So of those the ones go first that versions begin with:
 * the rest, of which some may be left, is of no version that can be read.
 */
async function removeOldest(store: Store, paths: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const size = store.removeAll === undefined ? 1 : filesAtOnce;
  for (let start = 0; start < paths.length; start += size) {
    const { begins = [], rest = [] } = Object.groupBy(paths.slice(start, start + size), (path) => (isBeginning(nameOf(path)) ? "begins" : "rest"));
    await removeAll(store, begins, signal);
    await removeAll(store, rest, signal);
  }
}

/** Whether versions are put together from this file on: a checkpoint, the first commit, or what stands for it. */
function isBeginning(name: string): boolean {
  return /^(\d{20}\.checkpoint\.|0{20}\.(json$|.*compacted))/.test(name);
}

/** The midnight before, as Spark has it, so that the log is not cleaned up all the time. */
function expiryOf({ metadata }: Snapshot): number {
  return Math.floor((Date.now() - logRetentionMs(metadata)) / day) * day;
}

/** All files of the log, in order of path; none where its first commit is too young already. */
async function expiring(store: Store, location: string, before: number): Promise<readonly StoredObject[]> {
  const objects: StoredObject[] = [];
  let begun = false;
  for await (const object of store.list(logDirectory(location))) {
    const isCommit = /^\d{20}\.json$/.test(nameOf(object.path));
    if (isCommit && !begun && object.modified > before) return [];
    begun ||= isCommit;
    objects.push(object);
  }
  return objects;
}

/** The newest checkpoint that every version that must stay can be read from: whole, with every commit behind it, and no newer than what readers are told to begin with. */
async function keptCheckpoint(store: Store, location: string, { protocol, metadata }: Snapshot, listing: LogListing, before: number): Promise<LoggedCheckpoint | undefined> {
  const [newest, versions] = [newestOf(listing), reachable(listing)];
  const byFile = versions.findLast(({ modified }) => modified <= before);
  if (newest === undefined || byFile === undefined) return undefined;
  // A commit is as old as both its file and itself say.
  const byCommit = keepsCommitTimes(protocol, metadata) ? await newestBefore(store, location, versions, metadata, before) : byFile;
  const hint = (await readHint(store, location))?.version ?? Number.POSITIVE_INFINITY;
  const last = Math.min(byFile.version, byCommit?.version ?? -1, hint);
  // Without what stands for several commits: that goes as well.
  const plain = { ...listing, compactions: [] };
  for (const checkpoint of listing.checkpoints.filter(({ version }) => version <= last).toReversed()) {
    if (hasCommits(plain, checkpoint.version + 1, newest.version) && (await weighCheckpoint(store, location, checkpoint)) !== undefined) return checkpoint;
  }
  return undefined;
}

/** Commits, checkpoints, checksums, and what stands for several commits, of versions before the one that is kept; whatever else lies there is not ours. */
function isBelow(name: string, version: number, { compactions }: LogListing): boolean {
  const [, digits, rest = ""] = /^(\d{20})\.(.*)$/.exec(name) ?? [];
  if (digits === undefined) return false;
  if (compactions.some((compaction) => compaction.name === name)) return Number(digits) <= version;
  return Number(digits) < version && /^(json|crc|checkpoint\.parquet|checkpoint\.[0-9a-f-]{36}\.(json|parquet)|checkpoint\.\d{10}\.\d{10}\.parquet)$/.test(rest);
}

/** Some tables must keep checkpoints, or lose all of them before a version at once (protocol RFC, "Checkpoint Protection"). */
function requireUnprotected({ protocol: { writerFeatures = [] }, metadata }: Snapshot, kept: number, where: string): void {
  const until = metadata.configuration["delta.requireCheckpointProtectionBeforeVersion"] ?? "0";
  if (!writerFeatures.includes("checkpointProtection") || kept >= Number(until)) return;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `The log of ${where} cannot be cleaned up below version ${kept}: with the Delta feature checkpointProtection all before version ${until} stays until it can go at once.`, {
    place: { value: "checkpointProtection" }, hint: "Wait until that version is older than the retention, or drop the feature from the table.",
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
