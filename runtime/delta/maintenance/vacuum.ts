/**
 * Removes files that no version needs any more which is still kept: neither live nor removed within the retention, and older than it, so that
 * a writer that is not done yet keeps its own. Also what killed writers left. Never anything outside the table, nor of its log (protocol, "VACUUM Protocol Check").
 */
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
import { neededFiles } from "./needed-files.ts";
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
  /** When the snapshot began to be read, in milliseconds since 1970: files that were written later may be those of a version that it does not know. Now, when left out. */
  readonly seenAt?: number;
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

const removalsAtOnce = 16;

/** Vacuums the table, whose newest snapshot this is. PARAMETER_INVALID for a retention that is too short; DELTA_UNSUPPORTED_FEATURE before anything is removed. */
export async function vacuum(store: Store, location: string, snapshot: Snapshot, options: VacuumOptions = {}): Promise<VacuumResult> {
  requireMaintainable(snapshot, store.locate(location));
  const before = (options.seenAt ?? Date.now()) - retentionOf(snapshot, store.locate(location), options);
  const known = await neededFiles(store, location, snapshot, before);
  const files = options.lite === true ? await expiredFiles(store, location, known, before) : (await candidates(store, location, snapshot, before)).filter(({ path }) => !known.needed.has(path));
  const leftovers = options.lite === true ? [] : (await Array.fromAsync(store.leftovers(directoryOf(location)))).filter(({ modified }) => modified < before);
  const removals = [
    ...files.map((file) => ({ ...file, remove: () => store.remove(below(location, file.path)) })),
    ...leftovers.map((leftover) => ({ ...leftover, path: inTable(location, leftover.path), remove: leftover.remove })),
  ];
  if (options.dryRun !== true && removals.length > 0) {
    const told = options.inHistory === true && isWritable(snapshot, store.locate(location));
    const act = (): Promise<void> => removeAll(removals, options.signal);
    await (told ? inHistory(store, location, snapshot, removals, options, act) : act());
  }
  return { removed: removals.map(({ path }) => path), bytes: removals.reduce((sum, { size }) => sum + size, 0), leftovers: leftovers.length };
}

function retentionOf({ metadata }: Snapshot, where: string, { retainMs, allowShort = false }: VacuumOptions): number {
  const own = retentionMs(metadata);
  const retain = retainMs ?? own;
  if (allowShort || retain >= own) return retain;
  throw new Failure("PARAMETER_INVALID", `${where} keeps removed files for ${durationSpelled(own)}, and ${durationSpelled(retain)} were asked for: a query, or a writer at work, may still need them.`, {
    hint: "Ask for a longer one; or, when no query and no write takes that long, allow it: --allow-short-retention.", place: { parameter: "retain" },
  });
}

/** Files old enough, relative to the table: data under any name that does not say it is hidden. */
export async function candidates(store: Store, location: string, snapshot: Pick<Snapshot, keyof Layout>, before: number): Promise<readonly StoredObject[]> {
  const partitions = new Set(snapshot.partitionColumns.map((name) => physicalName(snapshot, name)));
  const found: StoredObject[] = [];
  const nested = new Set<string>();
  for await (const object of store.list(directoryOf(location), { recursive: true })) {
    const path = inTable(location, object.path);
    const log = path.lastIndexOf("/_delta_log/");
    if (log !== -1) nested.add(path.slice(0, log + 1));
    if (object.modified < before && !isHidden(path, partitions)) found.push({ ...object, path });
  }
  // A table inside the table is somebody else's.
  return nested.size === 0 ? found : found.filter(({ path }) => ![...nested].some((directory) => path.startsWith(directory)));
}

const notHidden = new Set(["_change_data", "_delta_index"]);

/** Hidden is what has a name with `_` or `.` before it on its way, save directories of partitions and of the change feed. */
function isHidden(path: string, partitions: ReadonlySet<string>): boolean {
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
async function inHistory(store: Store, location: string, base: Snapshot, removals: readonly { readonly size: number }[], { retainMs, allowShort = false }: VacuumOptions, act: () => Promise<void>): Promise<void> {
  const parameters = { retentionCheckEnabled: !allowShort, ...(retainMs === undefined ? {} : { specifiedRetentionMillis: retainMs }), defaultRetentionMillis: retentionMs(base.metadata) };
  const started = await commit(store, location, base, [], { operation: "VACUUM START", parameters, metrics: { numFilesToDelete: removals.length, sizeOfDataToDelete: removals.reduce((sum, { size }) => sum + size, 0) } });
  if (started.kind !== "committed") throw new Failure("COMMIT_CONFLICT", `Nothing of ${store.locate(location)} was removed: its protocol or schema was changed meanwhile.`, { hint: "Vacuum it again.", retry: true });
  let status = "FAILED";
  try {
    await act();
    status = "COMPLETED";
  } finally {
    await commit(store, location, started.snapshot, [], { operation: "VACUUM END", parameters: { status }, metrics: status === "COMPLETED" ? { numDeletedFiles: removals.length } : {} });
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

async function removeAll(removals: readonly { remove(): Promise<void> }[], signal: AbortSignal | undefined): Promise<void> {
  for (let start = 0; start < removals.length; start += removalsAtOnce) {
    signal?.throwIfAborted();
    await Promise.all(removals.slice(start, start + removalsAtOnce).map((removal) => removal.remove()));
  }
}

function directoryOf(location: string): string {
  return location === "" ? "" : `${location}/`;
}

function inTable(location: string, path: string): string {
  return path.slice(directoryOf(location).length);
}
