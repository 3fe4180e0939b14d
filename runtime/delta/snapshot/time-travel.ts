/**
 * Which version of a table is meant: the newest, one by its number, or the newest at a time. Times are those of the commits' files; where the
 * table keeps them in its commits (protocol, "In-Commit Timestamps") those, from the version on that enabled them.
 */
import type { Store } from "../../storage/store.ts";
import type { AsOf } from "../../values/as-of.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, Metadata, Protocol } from "../actions/actions.ts";
import { isOn } from "../features/property.ts";
import { logDirectory, newestOf, reachable, readCommit, readCommitIfThere } from "../log/log.ts";
import type { LogListing, LoggedCommit } from "../log/log.ts";

/** The version of the listed log that is asked for, which replay may still find to be cut off. DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND, PARAMETER_INVALID. */
export function chooseVersion(store: Store, location: string, listing: LogListing, asOf: AsOf | undefined): LoggedCommit {
  const last = newestOf(listing);
  if (last === undefined) {
    throw new Failure("DELTA_TABLE_NOT_FOUND", `There is no Delta table at ${store.locate(location)}.`, { hint: `A table has a log in ${logDirectory("")}. A declared table is created by "neuralake apply".` });
  }
  if (asOf === undefined) return last;
  const versions = reachable(listing);
  const found = "version" in asOf ? versions.find((commit) => commit.version === asOf.version) : versions.findLast((commit) => commit.modified <= millisOf(asOf.timestamp));
  if (found !== undefined) return found;
  // Behind a gap: replay says which version is missing.
  const cut = "version" in asOf ? listing.commits.find((commit) => commit.version === asOf.version && commit.version > (versions[0]?.version ?? -1)) : undefined;
  if (cut !== undefined) return cut;
  throw notFound(store.locate(location), asOf, versions[0] ?? last, last);
}

/** Whether a table's commits say themselves when they were made. */
export function keepsCommitTimes({ writerFeatures = [] }: Protocol, metadata: Metadata): boolean {
  return isOn(metadata, "delta.enableInCommitTimestamps") && writerFeatures.includes("inCommitTimestamp");
}

/** What a commit says of its time, in milliseconds since 1970; undefined when it says none. */
export function inCommitTime(actions: readonly Action[]): number | undefined {
  const time = actions.find((action) => action.commitInfo)?.commitInfo?.["inCommitTimestamp"];
  return typeof time === "number" ? time : undefined;
}

/** When a version of a table that keeps commit times was committed; its file's time when the commit was cleaned away. DELTA_LOG_BROKEN for a commit without. */
export async function commitTime(store: Store, location: string, at: LoggedCommit): Promise<number> {
  const actions = await readCommitIfThere(store, location, at.version);
  if (actions === undefined) return at.modified;
  return inCommitTime(actions) ?? untimed(store.locate(location), at.version);
}

function untimed(where: string, version: number): never {
  throw new Failure("DELTA_LOG_BROKEN", `Version ${version} of ${where} does not say when it was committed, which every commit of the table must (inCommitTimestamp).`, { place: { value: String(version) } });
}

/** Whether the newest commit says its time: only then can the table keep them. */
export async function mayKeepCommitTimes(store: Store, location: string, listing: LogListing): Promise<boolean> {
  const last = listing.commits.at(-1);
  return last !== undefined && inCommitTime(await readCommit(store, location, last.version)) !== undefined;
}

/** The newest version at a time, of a table whose newest metadata says that it keeps commit times; each looked-at commit is a request. */
export async function versionAt(store: Store, location: string, listing: LogListing, metadata: Metadata, timestamp: string): Promise<LoggedCommit> {
  const versions = reachable(listing);
  const found = await newestBefore(store, location, versions, metadata, millisOf(timestamp));
  if (found !== undefined) return found;
  const enabled = enablementOf(metadata);
  const [oldest, newest] = [versions[0], versions.at(-1)].map(async (commit) => {
    if (commit === undefined) return undefined;
    return commit.version < enabled.version ? commit : { ...commit, modified: await commitTime(store, location, commit) };
  });
  throw notFound(store.locate(location), { timestamp }, (await oldest) ?? { version: 0, modified: 0 }, (await newest) ?? { version: 0, modified: 0 });
}

/** Since when a table keeps commit times: always, where it does not say. */
function enablementOf({ configuration }: Metadata): { readonly version: number; readonly time: number } {
  return { version: Number(configuration["delta.inCommitTimestampEnablementVersion"] ?? 0), time: Number(configuration["delta.inCommitTimestampEnablementTimestamp"] ?? Number.NEGATIVE_INFINITY) };
}

/** Of versions of such a table, oldest first, the newest that is not newer than a time in milliseconds since 1970; undefined when all are. */
export async function newestBefore(store: Store, location: string, versions: readonly LoggedCommit[], metadata: Metadata, millis: number): Promise<LoggedCommit | undefined> {
  const enabled = enablementOf(metadata);
  if (millis < enabled.time) return versions.findLast((commit) => commit.version < enabled.version && commit.modified <= millis);
  return await lastBefore(store, location, versions.filter(({ version }) => version >= enabled.version), millis);
}

/** Commit times rise from version to version, so that halving finds it. */
async function lastBefore(store: Store, location: string, versions: readonly LoggedCommit[], millis: number): Promise<LoggedCommit | undefined> {
  let [low, high] = [0, versions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const commit = versions[middle];
    if (commit !== undefined && (await commitTime(store, location, commit)) <= millis) low = middle + 1;
    else high = middle;
  }
  return versions[low - 1];
}

function notFound(where: string, asOf: AsOf, oldest: LoggedCommit, newest: LoggedCommit): Failure {
  const asked = "version" in asOf ? String(asOf.version) : asOf.timestamp;
  return new Failure("DELTA_VERSION_NOT_FOUND", `${where} has no version ${"version" in asOf ? asked : `as old as ${asked}`}.`, {
    hint: `The oldest that can be had is ${oldest.version} (${isoTime(oldest.modified)}), the newest ${newest.version} (${isoTime(newest.modified)}).`, place: { value: asked },
  });
}

function millisOf(timestamp: string): number {
  try {
    return Temporal.Instant.from(timestamp).epochMilliseconds;
  } catch (cause) {
    throw new Failure("PARAMETER_INVALID", `"${timestamp}" is no time.`, { hint: "Give it as RFC 3339: 2026-08-01T12:00:00Z.", place: { value: timestamp }, cause });
  }
}

function isoTime(millis: number): string {
  return new Date(millis).toISOString();
}
