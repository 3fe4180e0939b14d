/** The files of a Delta log (protocol, "Delta Log Entries"): their names, what a listing says, and the actions of one commit. */
import { randomUUID } from "node:crypto";
import { Failure } from "../../values/failure.ts";
import type { Store, StoredObject } from "../../storage/store.ts";
import { parseActions } from "../actions/actions.ts";
import type { Action } from "../actions/actions.ts";

/** One commit file; `modified` in milliseconds since 1970, raised where it does not come after that of the commit before. */
export interface LoggedCommit { readonly version: number; readonly modified: number }

/** A whole checkpoint, by the names of its files in the log: one, or all of its parts. */
export interface LoggedCheckpoint { readonly version: number; readonly names: readonly string[]; readonly modified: number }

/** A file that stands for the commits from one version to another, both included (protocol, "Log Compaction Files"). */
export interface LoggedCompaction { readonly from: number; readonly to: number; readonly name: string }

export interface LogListing {
  /** Oldest first. */
  readonly commits: readonly LoggedCommit[];
  /** Oldest first; of one version the classic one last. Those that lack a part are left out. */
  readonly checkpoints: readonly LoggedCheckpoint[];
  readonly compactions: readonly LoggedCompaction[];
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** `<location>/_delta_log/`, for a location relative to the store's root. */
export function logDirectory(location: string): string {
  return location === "" ? "_delta_log/" : `${location}/_delta_log/`;
}

/** The path of a version's commit. */
export function commitPath(location: string, version: number): string {
  return logPath(location, version, "json");
}

/** The path of a version's classic checkpoint. */
export function checkpointPath(location: string, version: number): string {
  return logPath(location, version, "checkpoint.parquet");
}

/** The path of a version's checkpoint of the second form, under a name that no other has. */
export function secondCheckpointPath(location: string, version: number): string {
  return logPath(location, version, `checkpoint.${randomUUID()}.parquet`);
}

/** The path of a version's checksum. */
export function checksumPath(location: string, version: number): string {
  return logPath(location, version, "crc");
}

/** Of a version's files, which all begin alike. */
function logPath(location: string, version: number, ending: string): string {
  return `${logDirectory(location)}${String(version).padStart(20, "0")}.${ending}`;
}

/** What the log holds from the version of `from` on; all of it without. What `from` says of its own time counts for the commits behind it. */
export async function listLog(store: Store, location: string, from?: LoggedCommit): Promise<LogListing> {
  return await logOf(store.list(logDirectory(location), from === undefined ? {} : { startAfter: logPath(location, from.version, "") }), from);
}

/** The same of what was listed already, in order of path. */
export async function logOf(objects: Iterable<StoredObject> | AsyncIterable<StoredObject>, from?: LoggedCommit): Promise<LogListing> {
  const commits: LoggedCommit[] = [];
  const checkpoints: LoggedCheckpoint[] = [];
  const compactions: LoggedCompaction[] = [];
  const parts = new Map<string, string[]>();
  let latest = from?.modified ?? Number.NEGATIVE_INFINITY;
  for await (const object of objects) {
    const name = object.path.slice(object.path.lastIndexOf("/") + 1);
    const [, digits, rest = ""] = /^(\d{20})\.(.*)$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const version = Number(digits);
    if (rest === "json" && version === from?.version) commits.push({ version, modified: object.modified });
    else if (rest === "json") {
      latest = Math.max(object.modified, latest + 1);
      commits.push({ version, modified: latest });
    } else if (/^checkpoint\.([0-9a-f-]{36}\.(json|parquet)|parquet)$/.test(rest)) checkpoints.push({ version, names: [name], modified: object.modified });
    else if (/^checkpoint\.\d{10}\.\d{10}\.parquet$/.test(rest)) {
      const whole = wholeOf(parts, name);
      if (whole !== undefined) checkpoints.push({ version, names: whole, modified: object.modified });
    } else {
      const to = /^(\d{20})\.compacted\.json$/.exec(rest)?.[1];
      if (to !== undefined && Number(to) > version) compactions.push({ from: version, to: Number(to), name });
    }
  }
  return { commits, checkpoints, compactions };
}

/** All parts of a checkpoint once its last is there: `N.checkpoint.<part>.<parts>.parquet`, parts from 1. */
function wholeOf(parts: Map<string, string[]>, name: string): readonly string[] | undefined {
  const [version, part, count] = [name.slice(0, 20), Number(name.slice(32, 42)), Number(name.slice(43, 53))];
  const known = parts.getOrInsertComputed(`${version} ${count}`, () => []);
  if (part === known.length + 1) known.push(name);
  return known.length === count && part === count ? known : undefined;
}

/** The newest checkpoint at or before a version. */
export function checkpointBefore({ checkpoints }: LogListing, version: number): LoggedCheckpoint | undefined {
  return checkpoints.findLast((checkpoint) => checkpoint.version <= version);
}

/** The newest version of all: of a commit, or of a checkpoint whose commit was cleaned away. */
export function newestOf({ commits, checkpoints }: LogListing): LoggedCommit | undefined {
  const [commit, checkpoint] = [commits.at(-1), checkpoints.at(-1)];
  return checkpoint !== undefined && checkpoint.version > (commit?.version ?? -1) ? checkpoint : commit;
}

/** The versions that can be put together, oldest first: behind the first of all or a checkpoint, with every commit in between. */
export function reachable({ commits, checkpoints, compactions }: LogListing): readonly LoggedCommit[] {
  const found = new Map<number, LoggedCommit>();
  const starts = new Map(checkpoints.map((checkpoint) => [checkpoint.version, checkpoint]));
  const bridges = Map.groupBy(compactions, ({ to }) => to);
  const known = new Map(commits.map((commit) => [commit.version, commit]));
  for (const version of [...new Set([...known.keys(), ...starts.keys()])].toSorted((left, right) => left - right)) {
    const commit = known.get(version);
    const follows = commit !== undefined && (version === 0 || found.has(version - 1) || (bridges.get(version) ?? []).some(({ from }) => from === 0 || found.has(from - 1)));
    const at = commit ?? starts.get(version);
    if (at !== undefined && (follows || starts.has(version))) found.set(version, at);
  }
  return [...found.values()];
}

/** The actions of one version. */
export async function readCommit(store: Store, location: string, version: number): Promise<Action[]> {
  return await readActions(store, commitPath(location, version));
}

/** The actions of a file of the log that has one a line. */
export async function readActions(store: Store, path: string): Promise<Action[]> {
  const bytes = await store.read(path);
  try {
    return parseActions(decoder.decode(bytes), path);
  } catch (error) {
    if (error instanceof TypeError) throw new Failure("DELTA_LOG_BROKEN", `${path} is not UTF-8 text.`, { place: { file: path }, cause: error });
    throw error;
  }
}

/** The actions of one version; undefined when nobody has committed it. */
export async function readCommitIfThere(store: Store, location: string, version: number): Promise<Action[] | undefined> {
  try {
    return await readCommit(store, location, version);
  } catch (error) {
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** How many commits are asked for at once. */
const readsMax = 16;

/** One file of the log to be replayed: a commit, or what stands for several. */
type Step = { readonly commit: number } | { readonly compaction: LoggedCompaction };

/** What happened from one version to another, both included, in order; several files are read at a time. DELTA_LOG_BROKEN, before any is read, when a version is missing. */
export async function* readCommits(store: Store, location: string, from: number, to: number, listing: LogListing): AsyncGenerator<Action[]> {
  const steps = stepsBetween(store.locate(location), from, to, listing);
  for (let start = 0; start < steps.length; start += readsMax) {
    yield* await Promise.all(steps.slice(start, start + readsMax).map((step) => readStep(store, location, step)));
  }
}

function readStep(store: Store, location: string, step: Step): Promise<Action[]> {
  if ("commit" in step) return readCommit(store, location, step.commit);
  return readActions(store, `${logDirectory(location)}${step.compaction.name}`);
}

function stepsBetween(where: string, from: number, to: number, listing: LogListing): readonly Step[] {
  const { steps, missing } = walk(from, to, listing);
  if (missing === undefined) return steps;
  throw new Failure("DELTA_LOG_BROKEN", `The log of ${where} lacks version ${missing}.`, { hint: "Without it the table's state is unknown. Restore the file from a copy.", place: { value: String(missing) } });
}

/** Whether all versions from one to another, both included, can be replayed. */
export function hasCommits(listing: LogListing, from: number, to: number): boolean {
  return walk(from, to, listing).missing === undefined;
}

/** The files from one version to another, and the first version that none holds. */
function walk(from: number, to: number, { commits, compactions }: LogListing): { readonly steps: readonly Step[]; readonly missing?: number } {
  const present = new Set(commits.map((commit) => commit.version));
  const steps: Step[] = [];
  for (let version = from; version <= to; version += 1) {
    const compaction = compactions.filter((found) => found.from === version && found.to <= to).toSorted((left, right) => right.to - left.to)[0];
    if (compaction === undefined && !present.has(version)) return { steps, missing: version };
    steps.push(compaction === undefined ? { commit: version } : { compaction });
    if (compaction !== undefined) version = compaction.to;
  }
  return { steps };
}
