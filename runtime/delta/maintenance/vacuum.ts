/**
 * Removes files that no version needs any more which is still kept: neither live nor removed within the retention, and older than it, so that
 * a writer that is not done yet keeps its own. Also what killed writers left. Never anything outside the table, nor of its log.
 */
import type { Store, StoredObject } from "../../storage/store.ts";
import { durationSpelled } from "../../values/duration.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, DeletionVector } from "../actions/actions.ts";
import { physicalName } from "../schema/column-mapping.ts";
import type { Layout } from "../schema/column-mapping.ts";
import { vectorFile } from "../deletion-vectors/deletion-vector.ts";
import { requireMaintainable } from "../features/features.ts";
import { below, decodePath, encodePath, isAbsolute } from "../actions/file-paths.ts";
import { reconciledActions } from "../checkpoints/reconcile.ts";
import { retentionMs } from "./retention.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

export interface VacuumOptions {
  /** Milliseconds that a removed file stays; the table's own retention when left out. */
  readonly retainMs?: number;
  /** Takes a retention shorter than the table's own, which is a week where it says nothing. */
  readonly allowShort?: boolean;
  /** Says what would be removed, and removes nothing. */
  readonly dryRun?: boolean;
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
  const now = Date.now();
  const before = now - retentionOf(snapshot, store.locate(location), options);
  const needed = await neededFiles(store, location, snapshot, before);
  const files = (await candidates(store, location, snapshot, before)).filter(({ path }) => !needed.has(path));
  const leftovers = (await Array.fromAsync(store.leftovers(directoryOf(location)))).filter(({ modified }) => modified < before);
  const removals = [
    ...files.map((file) => ({ ...file, remove: () => store.remove(below(location, file.path)) })),
    ...leftovers.map((leftover) => ({ ...leftover, path: inTable(location, leftover.path), remove: leftover.remove })),
  ];
  if (options.dryRun !== true) await removeAll(removals, options.signal);
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

/** Paths, relative to the table and decoded, of what a version that is kept names; also as the log spells them, for writers that do not encode. */
export async function neededFiles(store: Store, location: string, snapshot: Pick<Snapshot, "version">, before: number): Promise<ReadonlySet<string>> {
  try {
    return await collectNeeded(store, location, snapshot, before);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "DELTA_LOG_BROKEN") throw error;
    // Damage that was met half-way is gone around from the beginning, where there is a way.
    return await collectNeeded(store, location, snapshot, before);
  }
}

async function collectNeeded(store: Store, location: string, { version }: Pick<Snapshot, "version">, before: number): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  for await (const actions of reconciledActions(store, location, version, before)) for (const action of actions) keepNamed(needed, store, location, action);
  return needed;
}

/** Adds the files that an action names, with their deletion vectors, as a listing of the table spells them. */
export function keepNamed(names: Set<string>, store: Store, location: string, { add, remove }: Action): void {
  const keep = (path: string | undefined): void => {
    if (path === undefined) return;
    for (const spelled of [path, decodePath(path)]) names.add(isAbsolute(path) ? withinTable(store, location, spelled) : spelled);
  };
  const file = add ?? remove;
  keep(file?.path);
  if (file?.deletionVector !== undefined) keep(vectorOf(file.deletionVector));
}

/** As a log would spell it; a vector that stands in the log needs no file. */
function vectorOf(vector: DeletionVector): string | undefined {
  if (vector.storageType === "p") return vector.pathOrInlineDv;
  const file = vectorFile(vector);
  return file === undefined ? undefined : encodePath(file);
}

/** An absolute path or URI as one relative to the table where it lies in it; else as it is, which no file of the table is called. */
function withinTable(store: Store, location: string, path: string): string {
  const table = `${store.locate(location).replace(/\/$/, "")}/`;
  const absolute = path.replace(/^file:\/+/, "/").replace(/^s3[an]:/, "s3:");
  return absolute.startsWith(table) ? absolute.slice(table.length) : absolute;
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
  return equals === -1 ? "" : directory.slice(0, equals).replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
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
