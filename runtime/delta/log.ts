/** The files of a Delta log (protocol, "Delta Log Entries"): their names, what a listing says, and the actions of one commit. */
import { Failure } from "../values/failure.ts";
import type { Store } from "../storage/store.ts";
import { parseActions } from "./actions.ts";
import type { Action } from "./actions.ts";

/** One commit file; `modified` in milliseconds since 1970, raised where it does not come after that of the commit before. */
export interface LoggedCommit { readonly version: number; readonly modified: number }

export interface LogListing {
  /** Oldest first. */
  readonly commits: readonly LoggedCommit[];
  /** Versions with a classic checkpoint in one file, oldest first. */
  readonly checkpoints: readonly number[];
  /** Names of checkpoints this version does not read: several parts, or V2. */
  readonly otherCheckpoints: readonly { readonly version: number; readonly name: string }[];
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

/** Of a version's files, which all begin alike. */
function logPath(location: string, version: number, ending: string): string {
  return `${logDirectory(location)}${String(version).padStart(20, "0")}.${ending}`;
}

/** What the log holds from the version of `from` on; all of it without. What `from` says of its own time counts for the commits behind it. */
export async function listLog(store: Store, location: string, from?: LoggedCommit): Promise<LogListing> {
  const commits: LoggedCommit[] = [];
  const checkpoints: number[] = [];
  const otherCheckpoints: { version: number; name: string }[] = [];
  let latest = from?.modified ?? Number.NEGATIVE_INFINITY;
  for await (const object of store.list(logDirectory(location), from === undefined ? {} : { startAfter: logPath(location, from.version, "") })) {
    const name = object.path.slice(object.path.lastIndexOf("/") + 1);
    const [, digits, rest = ""] = /^(\d{20})\.(.*)$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const version = Number(digits);
    if (rest === "json" && version === from?.version) commits.push({ version, modified: object.modified });
    else if (rest === "json") {
      latest = Math.max(object.modified, latest + 1);
      commits.push({ version, modified: latest });
    } else if (rest === "checkpoint.parquet") checkpoints.push(version);
    else if (rest.startsWith("checkpoint.")) otherCheckpoints.push({ version, name });
  }
  return { commits, checkpoints, otherCheckpoints };
}

/** The actions of one version. */
export async function readCommit(store: Store, location: string, version: number): Promise<Action[]> {
  const path = commitPath(location, version);
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

/** The actions of some versions, in their order; several are read at a time. */
export async function* readCommits(store: Store, location: string, versions: readonly number[]): AsyncGenerator<Action[]> {
  for (let start = 0; start < versions.length; start += readsMax) {
    yield* await Promise.all(versions.slice(start, start + readsMax).map((version) => readCommit(store, location, version)));
  }
}

/** All versions from one to another, both included. */
export function versionsBetween(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** Why a log cannot be read through these versions: one is missing, which is no damage when a checkpoint of a kind that this version does not read stands in for it. */
export function lackOf(store: Store, location: string, versions: readonly number[], listing: LogListing): Failure | undefined {
  const present = new Set(listing.commits.map((commit) => commit.version));
  const lacking = versions.find((version) => !present.has(version));
  if (lacking === undefined) return undefined;
  const other = listing.otherCheckpoints.findLast(({ version }) => version >= lacking && version <= (versions.at(-1) ?? lacking));
  if (other !== undefined) {
    return new Failure("DELTA_UNSUPPORTED_FEATURE", `${store.locate(location)} can only be read from its checkpoint ${other.name}, of a kind this version does not read.`, { place: { value: other.name } });
  }
  return new Failure("DELTA_LOG_BROKEN", `The log of ${store.locate(location)} lacks version ${lacking}.`, { hint: "Without it the table's state is unknown. Restore the file from a copy.", place: { value: String(lacking) } });
}
