/**
 * A table's files written anew for whoever reads it: small ones put together, rows in an order that statistics leave files out by, or without the rows
 * that vectors delete. The rows are the same before and after (protocol, "Add File and Remove File"; Delta's OPTIMIZE and REORG … APPLY (PURGE)).
 */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { tableRows } from "../commit/touched-files.ts";
import { partitionKey } from "../actions/partition-key.ts";
import type { PartitionValues, RewriteFiles, RowFinder } from "../engine.ts";
import { requireWritable } from "../features/features.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";
import { clusteringOf, nameOf, setClustering } from "./cluster-by.ts";
import { cubeMarks, planClustering } from "./cluster-plan.ts";
import { nearColumns } from "./near-columns.ts";
import { optimizeFacts, purgeFacts } from "./optimize-facts.ts";
import { planOrder, planPacking, planPurge } from "./optimize-plan.ts";
import { repack } from "./repacking.ts";
import type { Bin, RepackedCommit, RepackedRun, Repacking } from "./repacking.ts";
import { targetBytesOf } from "./target-size.ts";

/** A table, and the engine that reads and writes its files. */
export interface Optimizing { readonly store: Store; readonly location: string; readonly finder: RowFinder; readonly rewrite: RewriteFiles }

export interface OptimizeGoal {
  /** An SQL condition over the columns that partition the table: other partitions are left alone. */
  readonly where?: string;
  /** Rows that are near one another in these columns come into few files. */
  readonly zOrderBy?: readonly string[];
  /** What the table is clustered by from now on, in a commit of its own; by none where the list is empty. A table that is clustered has all files that are not yet so put in order. */
  readonly clusterBy?: readonly string[];
  /** Files that a vector deletes rows of are written anew, so that these rows are in no live file; no others. */
  readonly purge?: boolean;
  /** Bytes of a file; the table's own delta.targetFileSize when left out, else 128 MiB. */
  readonly targetBytes?: number;
}

export interface OptimizeRun {
  /** Ends at once: what was committed stays, and the signal's reason is thrown. */
  readonly signal?: AbortSignal;
  readonly tell?: (commit: RepackedCommit) => void;
}

/** Bytes that one commit writes anew, unless a bin alone is more. */
const groupBytes = 1024 * 1024 * 1024;
const groupBins = 512;

/**
 * Optimizes the table as of `base`, beside running writers. PARAMETER_INVALID for columns or conditions that make no sense, SQL_INVALID, SQL_FORBIDDEN,
 * DELTA_UNSUPPORTED_FEATURE for a table that must not be written to; COMMIT_UNKNOWN, STORE_FAILED.
 */
export async function optimizeTable(optimizing: Optimizing, base: Snapshot, goal: OptimizeGoal, { signal, tell }: OptimizeRun = {}): Promise<RepackedRun> {
  const { store, location, rewrite } = optimizing;
  requireWritable(base, store.locate(location));
  requireSense(goal);
  const snapshot = goal.clusterBy === undefined ? base : await setClustering(store, location, base, goal.clusterBy);
  const isAsked = await partitionsAsked(optimizing, snapshot, goal.where);
  const how = howTo(goal, snapshot);
  const repacking: Repacking = { store, location, rewrite, groupBytes: Math.max(groupBytes, how.targetBytes), groupBins, ...(signal === undefined ? {} : { abort: signal }), ...how };
  const plan = async (newest: Snapshot): Promise<readonly Bin[]> => await throughDamage(store, location, newest, ({ files }) => how.plan(Iterator.from(files).filter(isAsked)));
  const round = async (newest: Snapshot): Promise<RepackedRun> => await repack(repacking, newest, plan, tell === undefined ? {} : { tell });
  return how.again ? await untilPacked(round, snapshot) : await round(snapshot);
}

function requireSense({ zOrderBy, clusterBy, purge = false, where }: OptimizeGoal): void {
  if (purge && (zOrderBy ?? clusterBy) !== undefined) throw refused("purge", "A purge writes files anew as they are, and puts nothing in order.", "Purge first, then put them in order.");
  if (zOrderBy !== undefined && clusterBy !== undefined) throw refused("zOrderBy", "A table is clustered by columns, or its files are put in order once: not both.", "Give one of the two.");
  if (clusterBy !== undefined && where !== undefined) throw refused("where", "A clustered table has no partitions to choose.", "Leave the condition out.");
}

/** What is done to which files. */
interface How extends Pick<Repacking, "targetBytes" | "near" | "marks" | "facts"> {
  plan(files: Iterable<AddFile>): readonly Bin[];
  /** Until there is nothing left to do. */
  readonly again: boolean;
}

function howTo({ where, zOrderBy, purge = false, targetBytes: asked }: OptimizeGoal, table: Snapshot): How {
  const targetBytes = asked ?? targetBytesOf(table.metadata);
  if (purge) return { targetBytes, again: false, facts: purgeFacts.bind(undefined, where), plan: (files) => planPurge(files, targetBytes) };
  const clustered = clusteringOf(table);
  if (clustered !== undefined && zOrderBy !== undefined) throw refused("zOrderBy", `The table is clustered by ${clustered.map(nameOf).join(", ")}, and its files are put in that order.`, "Leave the columns out, or cluster it by others or by none first.");
  if (zOrderBy !== undefined) return { targetBytes, again: false, near: nearColumns(table, zOrderBy, "zOrderBy"), facts: optimizeFacts.bind(undefined, { where, zOrderBy }), plan: planOrder };
  if (clustered === undefined) return { targetBytes, again: true, facts: optimizeFacts.bind(undefined, { where }), plan: (files) => planPacking(files, targetBytes) };
  const clusterBy = clustered.map(nameOf);
  return { targetBytes, again: false, near: clustered, marks: () => cubeMarks(clusterBy), facts: optimizeFacts.bind(undefined, { where, clusterBy }), plan: (files) => planClustering(files, clusterBy) };
}

function refused(parameter: string, message: string, hint: string): Failure {
  return new Failure("PARAMETER_INVALID", message, { hint, place: { parameter } });
}

/** Files put together are smaller than they were: what came out small is put together again, which is half as much each time. */
async function untilPacked(round: (snapshot: Snapshot) => Promise<RepackedRun>, base: Snapshot): Promise<RepackedRun> {
  const commits: RepackedCommit[] = [];
  let dropped = 0;
  for (let snapshot = base; ; ) {
    const done = await round(snapshot);
    snapshot = done.snapshot;
    commits.push(...done.commits);
    dropped += done.dropped;
    const gained = done.commits.reduce((sum, { before, after }) => sum + before - after, 0);
    if (gained === 0) return { commits, dropped, snapshot };
  }
}

/** Which files are of partitions that a condition is true of. PARAMETER_INVALID for one that speaks of other columns. */
async function partitionsAsked({ store, location, finder }: Optimizing, snapshot: Snapshot, where: string | undefined): Promise<(file: AddFile) => boolean> {
  if (where === undefined) return () => true;
  const condition = await finder.read(snapshot.columns, where);
  const others = condition.columns.filter((name) => !snapshot.partitionColumns.includes(name));
  if (others.length > 0) {
    const partitions = snapshot.partitionColumns.length === 0 ? "which has no partitions" : `which is partitioned by ${snapshot.partitionColumns.join(", ")}`;
    throw new Failure("PARAMETER_INVALID", `The condition speaks of ${others.join(", ")}, and files of ${store.locate(location)}, ${partitions}, are chosen by whole partitions.`, {
      hint: "Leave the condition out, or speak of columns that partition the table.", place: { parameter: "where", value: others[0] ?? "" },
    });
  }
  const partitions = await throughDamage(store, location, snapshot, ({ files }) => new Map<string, PartitionValues>(Iterator.from(files).map((file) => [partitionKey(file), file.partitionValues])));
  const holds = await finder.inPartitions(tableRows(snapshot), condition, [...partitions.values()]);
  const asked = new Set([...partitions.keys()].filter((_, k) => holds[k] === true));
  return (file) => asked.has(partitionKey(file));
}
