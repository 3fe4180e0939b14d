/** A Delta table as it was at one version: its protocol, metadata and live files, put together from the log. Immutable. */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { PhysicalColumn } from "../../parquet/physical-column.ts";
import { schemeOf } from "../../storage/open-store.ts";
import type { Store, StoredObject } from "../../storage/store.ts";
import type { AsOf } from "../../values/as-of.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile, DomainMetadata, Metadata, Protocol, Txn } from "../actions/actions.ts";
import { mappingMode, physicalColumns } from "../schema/column-mapping.ts";
import type { MappingMode } from "../schema/column-mapping.ts";
import { isDamaged } from "../checkpoints/late-damage.ts";
import { requireReadable } from "../features/features.ts";
import { listRecent } from "../log/last-checkpoint.ts";
import { commitPath, listLog, readCommitIfThere, readCommits } from "../log/log.ts";
import type { LogListing, LoggedCommit } from "../log/log.ts";
import { withAdded } from "../actions/live-files.ts";
import type { LiveFiles } from "../actions/live-files.ts";
import { applyActions, emptyState, filesOf, stateOf } from "../actions/replay.ts";
import type { ReplayState } from "../actions/replay.ts";
import { startFor } from "./start.ts";
import { chooseVersion, commitTime, keepsCommitTimes, mayKeepCommitTimes, versionAt } from "./time-travel.ts";
import { columnsOf } from "../schema/types.ts";

export interface Snapshot {
  readonly version: number;
  /** When the version was committed, in milliseconds since 1970: as the commit says in a table that keeps such times, else its file's time, or for a commit of our own, whose file nobody has looked at, the time it was done. */
  readonly committed: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly columns: readonly NamedType[];
  /** The same columns as the data files have them, in the same order. */
  readonly physical: readonly PhysicalColumn[];
  readonly mapping: MappingMode;
  readonly partitionColumns: readonly string[];
  readonly files: LiveFiles;
  /** Newest version of each application's transactions. */
  readonly transactions: ReadonlyMap<string, number>;
  readonly domains: ReadonlyMap<string, DomainMetadata>;
  /** Newest checkpoint at or before the version that was met on the way to it. */
  readonly checkpoint: number | null;
}

/**
 * The snapshot of the table at `location` (relative to the store's root): the newest, or as of a version or a time. From a `known`
 * older snapshot only newer commits are read; an unchanged table costs one request, on a local disk two looks at files. DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND,
 * DELTA_UNSUPPORTED_FEATURE, DELTA_LOG_BROKEN.
 */
export async function readSnapshot(store: Store, location: string, asOf?: AsOf, known?: Snapshot): Promise<Snapshot> {
  if (known?.files.blocks.some(({ block }) => isDamaged(block)) === true) return await readWhole(store, location, asOf, undefined);
  if (known !== undefined && asOf !== undefined && "version" in asOf && asOf.version === known.version) return known;
  const refreshed = known === undefined || asOf !== undefined ? undefined : await refresh(store, location, known);
  return refreshed ?? (await readWhole(store, location, asOf, known));
}

/** The first snapshot of a table, out of the actions that made it. */
export function firstSnapshot(store: Store, location: string, committed: number, actions: readonly Action[]): Snapshot {
  const state = emptyState();
  applyActions(state, actions);
  return finish(store, location, state, { version: 0, modified: committed }, null);
}

/** The state after `actions` of the next version, without reading anything. */
export function nextSnapshot(store: Store, location: string, base: Snapshot, committed: number, actions: readonly Action[]): Snapshot {
  const state = stateOf(base);
  applyActions(state, actions);
  return finish(store, location, state, { version: base.version + 1, modified: committed }, base.checkpoint, base);
}

/** The state after an append of files that are new, which leaves all others as they were: no need to look at each. */
export function appendedSnapshot(base: Snapshot, committed: number, added: readonly AddFile[], transactions: readonly Txn[]): Snapshot {
  const merged = transactions.length === 0 ? base.transactions : new Map([...base.transactions, ...transactions.map((txn) => [txn.appId, txn.version] as const)]);
  return { ...base, version: base.version + 1, committed, files: withAdded(base.files, added), transactions: merged };
}

/** The txnId of snapshots that a commit of this process made. Their time is told by our clock, which may go behind the store's. */
const ownCommits = new WeakMap<Snapshot, string>();

/** The snapshot, known as the one that this commit of ours made. */
export function ownedBy(snapshot: Snapshot, txnId: string): Snapshot {
  ownCommits.set(snapshot, txnId);
  return snapshot;
}

/** Whether the commit of the known version is the one that it was read from, by its file's time: else the table was made anew. */
async function isAsKnown(store: Store, location: string, known: Snapshot, standing: LoggedCommit | undefined): Promise<boolean> {
  if (standing === undefined) return false;
  if (standing.modified <= fileTimeOf(known)) return true;
  const txnId = ownCommits.get(known);
  const actions = txnId === undefined ? undefined : await readCommitIfThere(store, location, known.version);
  if (actions?.some((action) => action.commitInfo?.["txnId"] === txnId) !== true) return false;
  fileTimes.set(known, standing.modified);
  return true;
}

/** The times of files whose commits tell another, as the store has them. */
const fileTimes = new WeakMap<Snapshot, number>();

function fileTimeOf(known: Snapshot): number {
  return fileTimes.get(known) ?? known.committed;
}

/** The snapshot with the time that its commit tells, in a table that keeps them. */
async function timed(store: Store, location: string, snapshot: Snapshot): Promise<Snapshot> {
  if (!keepsCommitTimes(snapshot.protocol, snapshot.metadata)) return snapshot;
  const { version, committed: modified } = snapshot;
  const told = { ...snapshot, committed: await commitTime(store, location, { version, modified }) };
  fileTimes.set(told, modified);
  return told;
}

/** Commits looked for one by one, before the log is listed: who looks often finds few. */
const probesMax = 16;

/** The newest snapshot by way of a known one; undefined when the log does not hold the known version as it was: the table was made anew, or its log cleaned. */
async function refresh(store: Store, location: string, known: Snapshot): Promise<Snapshot | undefined> {
  // On a local disk a listing costs as much as the log is long, and two looks at files next to nothing.
  return await (schemeOf(store.root) === undefined ? refreshByLooks(store, location, known) : refreshByListing(store, location, known));
}

/** One listing tells whether the known version is as it was and what came behind it. */
async function refreshByListing(store: Store, location: string, known: Snapshot): Promise<Snapshot | undefined> {
  const listing = await listLog(store, location, { version: known.version, modified: fileTimeOf(known) });
  const [standing, last] = [listing.commits[0], listing.commits.at(-1)];
  if (standing?.version !== known.version || last === undefined || !(await isAsKnown(store, location, known, standing))) return undefined;
  return last.version === known.version ? known : await catchUp(store, location, stateOf(known), known, { version: known.version, modified: fileTimeOf(known) }, listing);
}

async function refreshByLooks(store: Store, location: string, known: Snapshot): Promise<Snapshot | undefined> {
  const { version } = known;
  const [standing, first] = await Promise.all([store.head(commitPath(location, version)), readCommitIfThere(store, location, version + 1)]);
  if (!(await isAsKnown(store, location, known, standing && { version, modified: standing.modified }))) return undefined;
  if (first === undefined) return known;
  const state = stateOf(known);
  const probed = await probe(store, location, state, { version, modified: fileTimeOf(known) }, first);
  if (probed === undefined) return undefined;
  if (!probed.more) return await timed(store, location, finish(store, location, state, probed.at, known.checkpoint, known));
  return await catchUp(store, location, state, known, probed.at, await listLog(store, location, probed.at));
}

/** The newest snapshot of a listing, from a state as of one of its commits on. */
async function catchUp(store: Store, location: string, state: ReplayState, known: Snapshot, at: LoggedCommit, listing: LogListing): Promise<Snapshot> {
  const last = listing.commits.at(-1) ?? at;
  await replay(store, location, state, at.version + 1, last.version, listing);
  return await timed(store, location, finish(store, location, state, last, listing.checkpoints.at(-1)?.version ?? known.checkpoint, known));
}

/** Applies the commits behind `at`, the first of which was read already, to the last or so many; undefined when one vanishes meanwhile. */
async function probe(store: Store, location: string, state: ReplayState, at: LoggedCommit, first: readonly Action[]): Promise<{ readonly at: LoggedCommit; readonly more: boolean } | undefined> {
  let reached = at;
  let found: readonly Action[] | undefined = first;
  for (let probes = 0; probes < probesMax && found !== undefined; probes++) {
    const version = reached.version + 1;
    applyActions(state, found);
    const [file, next]: [StoredObject | undefined, Action[] | undefined] = await Promise.all([store.head(commitPath(location, version)), readCommitIfThere(store, location, version + 1)]);
    if (file === undefined) return undefined;
    reached = { version, modified: Math.max(file.modified, reached.modified + 1) };
    found = next;
  }
  return { at: reached, more: found !== undefined };
}

async function readWhole(store: Store, location: string, asOf: AsOf | undefined, known: Snapshot | undefined): Promise<Snapshot> {
  const listing = await listRecent(store, location, asOf);
  const target = await targetOf(store, location, listing, asOf, known);
  const start = await startFor(store, location, target.version, listing);
  await replay(store, location, start.state, (start.checkpoint?.version ?? -1) + 1, target.version, start.listing);
  return await timed(store, location, finish(store, location, start.state, target, start.checkpoint?.version ?? null));
}

/** Only the newest metadata says since when a table keeps commit times. */
async function targetOf(store: Store, location: string, listing: LogListing, asOf: AsOf | undefined, known: Snapshot | undefined): Promise<LoggedCommit> {
  if (asOf === undefined || "version" in asOf || !(await mayKeepCommitTimes(store, location, listing))) return chooseVersion(store, location, listing, asOf);
  const newest = await readSnapshot(store, location, undefined, known);
  if (!keepsCommitTimes(newest.protocol, newest.metadata)) return chooseVersion(store, location, listing, asOf);
  return await versionAt(store, location, listing, newest.metadata, asOf.timestamp);
}

/** Applies the commits from one version to another, which must all be there. */
async function replay(store: Store, location: string, state: ReplayState, from: number, to: number, listing: LogListing): Promise<void> {
  for await (const actions of readCommits(store, location, from, to, listing)) applyActions(state, actions);
}

function finish(store: Store, location: string, state: ReplayState, at: LoggedCommit, checkpoint: number | null, base?: Snapshot): Snapshot {
  const { protocol, metadata } = state;
  if (protocol === undefined || metadata === undefined) {
    throw new Failure("DELTA_LOG_BROKEN", `The log of ${store.locate(location)} has no ${protocol === undefined ? "protocol" : "metaData"} action up to version ${at.version}.`);
  }
  const unchanged = base !== undefined && base.metadata === metadata && base.protocol === protocol;
  requireReadable({ protocol, metadata }, store.locate(location));
  return {
    version: at.version,
    committed: at.modified,
    protocol,
    metadata,
    ...(unchanged ? { columns: base.columns, physical: base.physical, mapping: base.mapping } : readSchema(protocol, metadata)),
    partitionColumns: metadata.partitionColumns,
    files: filesOf(state),
    transactions: state.transactions,
    domains: state.domains,
    checkpoint,
  };
}

/** The columns of a schema, under their own names and as files have them. */
export function readSchema(protocol: Protocol, metadata: Metadata): Pick<Snapshot, "columns" | "physical" | "mapping"> {
  const columns = columnsOf(metadata.schemaString);
  const lost = metadata.partitionColumns.find((name) => !columns.some((column) => column.name === name));
  if (lost !== undefined) throw new Failure("DELTA_LOG_BROKEN", `The table is partitioned by "${lost}", which its schema does not have.`, { place: { value: lost } });
  const mapping = mappingMode(protocol, metadata);
  return { columns, physical: physicalColumns(metadata.schemaString, columns, mapping), mapping };
}
