/**
 * Removes files that no version needs any more which is still kept: neither live nor removed within the retention, and older than it, so that
 * a writer that is not done yet keeps its own. Also what killed writers left. Never anything outside the table, nor of its log (protocol, "VACUUM Protocol Check").
 */
import { removeAll } from "../../storage/remove-all.ts";
import type { Store, StoredObject } from "../../storage/store.ts";
import { durationSpelled } from "../../values/duration.ts";
import { Failure } from "../../values/failure.ts";
import { physicalName } from "../schema/column-mapping.ts";
import type { Layout } from "../schema/column-mapping.ts";
import { commit } from "../commit/transaction.ts";
import { requireMaintainable, requireWritable } from "../features/features.ts";
import { below } from "../actions/file-paths.ts";
import { retentionMs } from "./retention.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { readCommitIfThere } from "../log/log.ts";
import { clonedFiles } from "./clone-marks.ts";
import { keepNamed, neededFiles } from "./needed-files.ts";
import type { NeededFiles, Removed } from "./needed-files.ts";
import { expiredFiles } from "./vacuum-lite.ts";

export interface VacuumOptions {
  /** Milliseconds that a removed file stays; the table's own retention when left out. */
  readonly retainMs?: number;
  /** Takes a retention shorter than the table's own, which is a week where it says nothing. */
  readonly allowShort?: boolean;
  /** Says what would be removed, and removes nothing. */
  readonly dryRun?: boolean;
  /** Removes only what the log says was removed; the directory is not listed, and what killed writers left stays. */
  readonly lite?: boolean;
  /** When the snapshot began to be read, in milliseconds since 1970 by the store's clock: files that were written later may be those of a version that it does not know. Now, when left out. */
  readonly seenAt?: number;
  /** Says that no older version is needed: no file is kept for the time when it was removed, which whoever removed it told by a clock of his own. */
  readonly newestOnly?: boolean;
  /** Tells of it in the table's history, in two commits around it, as Spark does on local disks. */
  readonly inHistory?: boolean;
  readonly signal?: AbortSignal;
}

export interface VacuumResult {
  /** Relative to the table, in order. */
  readonly removed: readonly string[];
  readonly bytes: number;
  /** How many of them are what killed writers left. */
  readonly leftovers: number;
}

/** Vacuums the table, whose newest snapshot this is. PARAMETER_INVALID for a retention that is too short; DELTA_UNSUPPORTED_FEATURE before anything is removed. */
export async function vacuum(store: Store, location: string, snapshot: Snapshot, options: VacuumOptions = {}): Promise<VacuumResult> {
  const where = store.locate(location);
  requireMaintainable(snapshot, where);
  const before = (options.seenAt ?? Date.now()) - retentionOf(snapshot, where, options);
  const { needed: own, expired } = await neededFiles(store, location, snapshot, options.newestOnly === true ? Number.POSITIVE_INFINITY : before);
  const cloned = await clonedFiles(store, location);
  const needed = cloned.size === 0 ? own : own.union(cloned);
  const files = options.lite === true ? await expiredFiles(store, location, { needed, expired }, before) : await candidates(store, location, snapshot, before, needed, expired);
  const leftovers = options.lite === true ? [] : (await Array.fromAsync(store.leftovers(directoryOf(location)))).filter(({ modified }) => modified < before);
  const sum: Sum = { paths: [], bytes: 0 };
  if (options.dryRun === true) for (const { path, size } of files) note(sum, path, size);
  else if (files.length + leftovers.length > 0) {
    const act = async (): Promise<void> => await removeFiles(store, location, snapshot, files, sum, options.signal);
    await (options.inHistory === true && files.length > 0 && isWritable(snapshot, where) ? inHistory(store, location, snapshot, files, options, sum, act) : act());
  }
  for (const leftover of leftovers) {
    if (options.dryRun !== true) await leftover.remove();
    note(sum, inTable(location, leftover.path), leftover.size);
  }
  return { removed: sum.paths, bytes: sum.bytes, leftovers: leftovers.length };
}

interface Sum { readonly paths: string[]; bytes: number }

function note(sum: Sum, path: string, size: number): void {
  sum.paths.push(path);
  sum.bytes += size;
}

/** Files that go between two looks at what was committed meanwhile. */
const filesAtOnce = 4_000;

/** Removes files; what a commit behind the snapshot names again, as a restore does, stays. */
async function removeFiles(store: Store, location: string, { version }: Snapshot, files: readonly StoredObject[], sum: Sum, signal: AbortSignal | undefined): Promise<void> {
  const since = new Set<string>();
  let next = version + 1;
  for (let start = 0; start < files.length; start += filesAtOnce) {
    signal?.throwIfAborted();
    for (let actions = await readCommitIfThere(store, location, next); actions !== undefined; actions = await readCommitIfThere(store, location, ++next)) {
      for (const action of actions) keepNamed(since, store, location, action);
    }
    const gone = files.slice(start, start + filesAtOnce).filter(({ path }) => !since.has(path));
    await removeAll(store, gone.map(({ path }) => below(location, path)), signal);
    for (const { path, size } of gone) note(sum, path, size);
  }
}

function retentionOf({ metadata }: Snapshot, where: string, { retainMs, allowShort = false }: VacuumOptions): number {
  const own = retentionMs(metadata);
  const retain = retainMs ?? own;
  if (allowShort || retain >= own) return retain;
  throw new Failure("PARAMETER_INVALID", `${where} keeps removed files for ${durationSpelled(own)}, and ${durationSpelled(retain)} were asked for: a query, or a writer at work, may still need them.`, {
    hint: "Ask for a longer one; or, when no query and no write takes that long, allow it: --allow-short-retention, or `allowShort` in a program.", place: { parameter: "retain" },
  });
}

/**
 * Files old enough and not needed, relative to the table: data under any name that does not say it is hidden. A name is of one file for ever, which is never written again (protocol, "Data Files"): so what
 * the log says was removed at a time was written before it, and no writer that is not done yet can own it. Of such a file the tombstone tells enough; all others are looked at.
 */
export async function candidates(store: Store, location: string, snapshot: Pick<Snapshot, keyof Layout>, before: number, needed: ReadonlySet<string> = new Set(), expired: NeededFiles["expired"] = new Map()): Promise<readonly StoredObject[]> {
  const partitions = new Set(snapshot.partitionColumns.map((name) => physicalName(snapshot, name)));
  const found: StoredObject[] = [];
  const nested = new Set<string>();
  const known = (name: string): Removed | undefined => expired.get(inTable(location, name));
  const only = (name: string): boolean => {
    const path = inTable(location, name);
    const log = path.lastIndexOf("/_delta_log/");
    if (log !== -1) nested.add(path.slice(0, log + 1));
    return !needed.has(path) && !isHidden(path, partitions);
  };
  for await (const object of store.list(directoryOf(location), { recursive: true, only, known })) {
    if (object.modified < before) found.push({ ...object, path: inTable(location, object.path) });
  }
  // A table inside the table is somebody else's.
  return nested.size === 0 ? found : found.filter(({ path }) => ![...nested].some((directory) => path.startsWith(directory)));
}

const notHidden = new Set(["_change_data", "_delta_index"]);

/** Hidden is what has a name with `_` or `.` before it on its way, save directories of partitions and of the change feed. */
function isHidden(path: string, partitions: ReadonlySet<string>): boolean {
  // Most names have none.
  if (!/(^|\/)[_.]/.test(path)) return false;
  const segments = path.split("/");
  return segments.some((segment, depth) => {
    if (!segment.startsWith("_") && !segment.startsWith(".")) return false;
    const isDirectory = depth < segments.length - 1;
    return !(isDirectory && (notHidden.has(segment) || partitions.has(columnOf(segment))));
  });
}

/** The column that a partition's directory is named by, unescaped. */
function columnOf(directory: string): string {
  const equals = directory.indexOf("=");
  return equals === -1 ? "" : directory.slice(0, equals).replaceAll(/(%[0-9A-Fa-f]{2})+/g, (escaped) => Buffer.from(escaped.replaceAll("%", ""), "hex").toString());
}

/** As Spark's VACUUM says it. A vacuum that was not told to its end says so too; nobody's rows depend on either commit. */
async function inHistory(store: Store, location: string, base: Snapshot, removals: readonly { readonly size: number }[], { retainMs, allowShort = false }: VacuumOptions, done: Sum, act: () => Promise<void>): Promise<void> {
  const parameters = { retentionCheckEnabled: !allowShort, ...(retainMs === undefined ? {} : { specifiedRetentionMillis: retainMs }), defaultRetentionMillis: retentionMs(base.metadata) };
  const started = await commit(store, location, base, [], { operation: "VACUUM START", parameters, metrics: { numFilesToDelete: removals.length, sizeOfDataToDelete: removals.reduce((sum, { size }) => sum + size, 0) } });
  if (started.kind !== "committed") throw new Failure("COMMIT_CONFLICT", `Nothing of ${store.locate(location)} was removed: its protocol or schema was changed meanwhile.`, { hint: "Vacuum it again.", retry: true });
  let status = "FAILED";
  try {
    await act();
    status = "COMPLETED";
  } finally {
    await commit(store, location, started.snapshot, [], { operation: "VACUUM END", parameters: { status }, metrics: status === "COMPLETED" ? { numDeletedFiles: done.paths.length } : {} });
  }
}

/** Whether commits can be made to the table; what cannot be written to may still be cleaned. */
function isWritable(snapshot: Snapshot, where: string): boolean {
  try {
    requireWritable(snapshot, where);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "DELTA_UNSUPPORTED_FEATURE") return false;
    throw error;
  }
}

function directoryOf(location: string): string {
  return location === "" ? "" : `${location}/`;
}

function inTable(location: string, path: string): string {
  return path.slice(directoryOf(location).length);
}
