/** A Delta table as it was at one version: its protocol, metadata and live files, put together from the log. Immutable. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { Store } from "../storage/store.ts";
import type { AsOf } from "../values/as-of.ts";
import { Failure } from "../values/failure.ts";
import type { Action, AddFile, DomainMetadata, Metadata, Protocol } from "./actions.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { requireReadable } from "./features.ts";
import { listLog, logDirectory, readCommit } from "./log.ts";
import type { LogListing, LoggedCommit } from "./log.ts";
import { applyActions, emptyState, stateOf } from "./replay.ts";
import type { ReplayState } from "./replay.ts";
import { columnsOf } from "./types.ts";

export interface Snapshot {
  readonly version: number;
  /** When the version was committed: its file's time, in milliseconds since 1970. */
  readonly committed: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly columns: readonly NamedType[];
  readonly partitionColumns: readonly string[];
  readonly files: readonly AddFile[];
  /** Newest version of each application's transactions. */
  readonly transactions: ReadonlyMap<string, number>;
  readonly domains: ReadonlyMap<string, DomainMetadata>;
  /** Newest checkpoint at or before the version. */
  readonly checkpoint: number | null;
}

/**
 * The snapshot of the table at `location` (relative to the store's root): the newest, or as of a version or a time. From a `known`
 * older snapshot only newer commits are read; an unchanged table costs one listing. DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND,
 * DELTA_UNSUPPORTED_FEATURE, DELTA_LOG_BROKEN.
 */
export async function readSnapshot(store: Store, location: string, asOf?: AsOf, known?: Snapshot): Promise<Snapshot> {
  if (known !== undefined && asOf !== undefined && "version" in asOf && asOf.version === known.version) return known;
  const base = asOf === undefined ? known : undefined;
  const listing = await listLog(store, location, base === undefined ? undefined : { version: base.version, modified: base.committed });
  if (base !== undefined) return base.version === newest(listing) || listing.commits.length === 0 ? base : await advance(store, location, base, listing);
  const target = chooseVersion(store, location, listing, asOf);
  const { state, from, checkpoint } = await startingPoint(store, location, listing, target.version);
  await replay(store, location, state, from, target.version, listing.commits);
  return finish(store, location, state, target, checkpoint);
}

/** The state after `actions` of the next version, without reading anything. */
export function nextSnapshot(store: Store, location: string, base: Snapshot, version: number, committed: number, actions: readonly Action[]): Snapshot {
  const state = stateOf(base);
  applyActions(state, actions);
  return finish(store, location, state, { version, modified: committed }, base.checkpoint, base);
}

async function advance(store: Store, location: string, base: Snapshot, listing: LogListing): Promise<Snapshot> {
  const last = listing.commits.at(-1) as LoggedCommit;
  const state = stateOf(base);
  await replay(store, location, state, base.version + 1, last.version, listing.commits);
  const checkpoint = listing.checkpoints.at(-1) ?? base.checkpoint;
  return finish(store, location, state, last, checkpoint, base);
}

function newest(listing: LogListing): number | undefined {
  return listing.commits.at(-1)?.version;
}

function chooseVersion(store: Store, location: string, listing: LogListing, asOf: AsOf | undefined): LoggedCommit {
  const last = listing.commits.at(-1);
  const first = listing.commits[0];
  if (last === undefined || first === undefined) {
    throw new Failure("DELTA_TABLE_NOT_FOUND", `There is no Delta table at ${store.locate(location)}.`, { hint: `A table has a log in ${logDirectory("")}. A declared table is created by "neuralake apply".` });
  }
  if (asOf === undefined) return last;
  const range = `The oldest that can be had is ${first.version} (${isoTime(first.modified)}), the newest ${last.version} (${isoTime(last.modified)}).`;
  if ("version" in asOf) {
    const found = listing.commits.find((commit) => commit.version === asOf.version);
    if (found === undefined) throw new Failure("DELTA_VERSION_NOT_FOUND", `${store.locate(location)} has no version ${asOf.version}.`, { hint: range, place: { value: String(asOf.version) } });
    return found;
  }
  const time = Temporal.Instant.from(asOf.timestamp).epochMilliseconds;
  const found = listing.commits.findLast((commit) => commit.modified <= time);
  if (found === undefined) throw new Failure("DELTA_VERSION_NOT_FOUND", `${store.locate(location)} had no version yet at ${asOf.timestamp}.`, { hint: range, place: { value: asOf.timestamp } });
  return found;
}

/** Where replay begins: at the newest checkpoint that helps, else at version 0. */
async function startingPoint(store: Store, location: string, listing: LogListing, target: number): Promise<{ readonly state: ReplayState; readonly from: number; readonly checkpoint: number | null }> {
  const checkpoint = listing.checkpoints.findLast((version) => version <= target);
  const first = listing.commits[0]?.version ?? 0;
  if (checkpoint !== undefined) {
    const state = emptyState();
    applyActions(state, await readCheckpoint(store, location, checkpoint));
    return { state, from: checkpoint + 1, checkpoint };
  }
  const other = listing.otherCheckpoints.findLast((found) => found.version <= target);
  if (first > 0 && other !== undefined) {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${store.locate(location)} can only be read from its checkpoint ${other.name}, of a kind this version does not read.`, { place: { value: other.name } });
  }
  return { state: emptyState(), from: 0, checkpoint: null };
}

/** Applies the commits from one version to another, which must all be there. */
async function replay(store: Store, location: string, state: ReplayState, from: number, to: number, commits: readonly LoggedCommit[]): Promise<void> {
  const present = new Set(commits.map((commit) => commit.version));
  for (let version = from; version <= to; version++) {
    if (!present.has(version)) {
      throw new Failure("DELTA_LOG_BROKEN", `The log of ${store.locate(location)} lacks version ${version}.`, { hint: "Without it the table's state is unknown. Restore the file from a copy.", place: { value: String(version) } });
    }
    applyActions(state, await readCommit(store, location, version));
  }
}

function finish(store: Store, location: string, state: ReplayState, at: LoggedCommit, checkpoint: number | null, base?: Snapshot): Snapshot {
  const { protocol, metadata } = state;
  if (protocol === undefined || metadata === undefined) {
    throw new Failure("DELTA_LOG_BROKEN", `The log of ${store.locate(location)} has no ${protocol === undefined ? "protocol" : "metaData"} action up to version ${at.version}.`);
  }
  const unchanged = base !== undefined && base.metadata === metadata && base.protocol === protocol;
  const files = [...state.files.values()];
  requireReadable({ protocol, metadata, files }, store.locate(location));
  return {
    version: at.version,
    committed: at.modified,
    protocol,
    metadata,
    columns: unchanged ? base.columns : columnsOf(metadata.schemaString),
    partitionColumns: metadata.partitionColumns,
    files,
    transactions: state.transactions,
    domains: state.domains,
    checkpoint,
  };
}

function isoTime(millis: number): string {
  return new Date(millis).toISOString();
}
