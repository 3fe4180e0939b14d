/**
 * One commit to a Delta log: its text is put under the next version's name if nobody else has, else the versions in between are
 * read and the commit is tried behind them, as long as nothing in them changes what it was built on (protocol, "Delta Log Entries").
 */
import { randomUUID } from "node:crypto";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action } from "../actions/actions.ts";
import { pauseAfterLoss } from "./after-loss.ts";
import { conflictWith, isAppend, staleRead, standsOverAppends, unexpected } from "./conflict.ts";
import type { Conflict, ConflictAbout, Expectations, ReadFiles } from "./conflict.ts";
import { timedBehind, timeOf } from "./commit-time.ts";
import { requireWritable } from "../features/features.ts";
import { tracksRows, withRowIds } from "../features/row-tracking.ts";
import { commitPath, readCommit, readCommitIfThere } from "../log/log.ts";
import { appendedSnapshot, nextSnapshot, ownedBy } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** What a commit says of itself in its commitInfo. */
export interface CommitFacts {
  /** WRITE, CREATE TABLE, … */
  readonly operation: string;
  readonly parameters: { readonly [name: string]: unknown };
  readonly metrics: { readonly [name: string]: number };
}

export interface CommitOptions {
  /** Held against the table as of `base`, and again behind each commit that came first. */
  readonly expects?: Expectations;
  /** Whether files that others add meanwhile leave what is committed true; told by the actions when left out: new files, and the same data in other files. */
  readonly overAppends?: boolean;
  /** What the actions were worked out from: then files that others add are in the way only where they may hold more of it, and so are removals of what was read. */
  readonly reads?: ReadFiles;
  /** The files that are committed becoming durable: the commit has its name only after that. When it fails nothing is committed, and its error is thrown. The caller sees it to its end. */
  readonly after?: Promise<unknown>;
}

export type CommitOutcome =
  /** `snapshot` is the table as of the commit, read from nowhere. */
  | { readonly kind: "committed"; readonly version: number; readonly snapshot: Snapshot }
  /** Another commit took a version before ours and changed what ours was built on; nothing was written. */
  | { readonly kind: "conflict"; readonly version: number; readonly about: ConflictAbout; readonly reason: string }
  /** The store failed and does not say whether the version is ours. No data file may be removed. */
  | { readonly kind: "unknown"; readonly version: number; readonly cause: unknown };

const engineInfo = "neuralake/0.1.0";
/** Times that one commit may lose to others before it gives up. */
const lossesMax = 1_000;

/** Commits to a table as of `base`, behind whatever others committed meanwhile, unless `conflict.ts` knows why not. A transaction that the table has already is a conflict. */
export async function commit(store: Store, location: string, base: Snapshot, actions: readonly Action[], facts: CommitFacts, options: CommitOptions = {}): Promise<CommitOutcome> {
  requireWritable(base, store.locate(location));
  const { expects, reads, overAppends = reads !== undefined || standsOverAppends(actions), after } = options;
  const refused = committedAlready(base, actions) ?? unexpected(base.transactions, expects);
  if (refused) return { kind: "conflict", version: base.version, ...refused };
  const txnId = randomUUID();
  let current = base;
  for (let losses = 0; losses < lossesMax; losses++) {
    const version = current.version + 1;
    const placed = placedBehind(current, actions, store.locate(location), reads === undefined);
    const began = Date.now();
    const put = await putVersion(store, location, version, commitText(placed, facts, txnId, current.version), txnId, after);
    if (put.kind === "written") return { kind: "committed", version, snapshot: ownedBy(ownSnapshot(store, location, current, placed), txnId) };
    if (put.kind === "unknown") return { kind: "unknown", version, cause: put.cause };
    await pauseAfterLoss(losses + 1, Date.now() - began);
    // One who lost may be many versions behind: they are all read before the next try.
    for (let winner: readonly Action[] | undefined = put.winner; winner !== undefined; winner = await readCommitIfThere(store, location, current.version + 1)) {
      const conflict = conflictWith(actions, winner, overAppends) ?? (reads && (await staleRead(reads, winner)));
      if (conflict === undefined) current = nextSnapshot(store, location, current, timeOf(winner, current), winner);
      const lost = conflict ?? unexpected(current.transactions, expects);
      if (lost !== undefined) return { kind: "conflict", version: conflict === undefined ? current.version : current.version + 1, ...lost };
    }
  }
  return { kind: "conflict", version: current.version + 1, about: "losses", reason: `${lossesMax} times other commits came first` };
}

/** What a commit becomes by its place behind others: the ids of its rows, and its time. */
interface Placed {
  readonly actions: readonly Action[];
  readonly time: number | undefined;
  readonly append: boolean;
  readonly isolation: string;
  /** Whether every row that stays keeps its id, which those who follow the ids want to be told. */
  readonly keepsRowIds: boolean;
}

/** `blind`: nothing that the table held was read for it. */
function placedBehind(base: Snapshot, actions: readonly Action[], where: string, blind: boolean): Placed {
  const tracked = tracksRows(base);
  const timed = timedBehind(base, actions);
  return {
    actions: tracked ? withRowIds(timed.actions, base.domains, base.version + 1, where) : timed.actions,
    time: timed.time,
    keepsRowIds: tracked,
    ...marksOf(actions, blind),
  };
}

function marksOf(actions: readonly Action[], blind = true): Pick<Placed, "append" | "isolation"> {
  const append = blind && isAppend(actions);
  return { append, isolation: append || !blind || !standsOverAppends(actions) ? "Serializable" : "SnapshotIsolation" };
}

function committedAlready(base: Snapshot, actions: readonly Action[]): Conflict | undefined {
  const done = actions.find(({ txn }) => txn && (base.transactions.get(txn.appId) ?? Number.NEGATIVE_INFINITY) >= txn.version)?.txn;
  return done && { about: "transaction", reason: `the application "${done.appId}" has committed its version ${done.version} already` };
}

/** What became of one try to write a version: ours, another's, or nobody can say. */
type Put = { readonly kind: "written" } | { readonly kind: "lost"; readonly winner: readonly Action[] } | { readonly kind: "unknown"; readonly cause: unknown };

/** Commits version 0 of a table that is not there yet, with its time where it must tell one. It reads nothing, which Spark calls a blind append as well. */
export async function commitFirst(store: Store, location: string, actions: readonly Action[], facts: CommitFacts, time: number | undefined): Promise<Put> {
  const txnId = randomUUID();
  return putVersion(store, location, 0, commitText({ actions, time, keepsRowIds: false, append: true, isolation: "Serializable" }, facts, txnId, undefined), txnId);
}

const encoder = new TextEncoder();

async function putVersion(store: Store, location: string, version: number, text: string, txnId: string, after?: Promise<unknown>): Promise<Put> {
  let cause: unknown;
  try {
    if ((await putText(store, commitPath(location, version), encoder.encode(text), after)) === "written") return { kind: "written" };
  } catch (error) {
    cause = error;
  }
  // What it was to come after may be what failed: then there is nothing to settle.
  await after;
  // It can be read, and may be gone after a crash: to read it would say too much.
  if (cause instanceof Failure && cause.code === "STORE_UNDURABLE") return { kind: "unknown", cause };
  return settle(store, location, version, txnId, cause);
}

async function putText(store: Store, path: string, bytes: Uint8Array, after: Promise<unknown> | undefined): Promise<"written" | "exists"> {
  if (after !== undefined && store.putAfter !== undefined) return await store.putAfter(path, bytes, after);
  await after;
  return await store.putIfAbsent(path, bytes);
}

/** After "exists", and after an error of the store, the version's own text says whose it is. */
async function settle(store: Store, location: string, version: number, txnId: string, cause: unknown): Promise<Put> {
  try {
    const winner = await readCommit(store, location, version);
    return winner.some((action) => action.commitInfo?.["txnId"] === txnId) ? { kind: "written" } : { kind: "lost", winner };
  } catch (error) {
    // A put on its way may still arrive.
    if (cause instanceof Failure && cause.code === "STORE_UNDECIDED") return { kind: "unknown", cause };
    // Nothing stands under the name, so nothing was committed: the store's own error is the answer.
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") throw cause ?? unread(store, location, version, error);
    if (error instanceof Failure && error.code === "DELTA_LOG_BROKEN") throw error;
    return { kind: "unknown", cause: cause ?? error };
  }
}

function unread(store: Store, location: string, version: number, cause: Failure): Failure {
  return new Failure("STORE_FAILED", `The store says that ${store.locate(commitPath(location, version))} is there already, and then that it is not. Nothing was committed.`, { retry: true, cause });
}

function ownSnapshot(store: Store, location: string, base: Snapshot, { actions, time = Date.now() }: Placed): Snapshot {
  if (!isAppend(actions)) return nextSnapshot(store, location, base, time, actions);
  return appendedSnapshot(base, time, actions.flatMap((action) => action.add ?? []), actions.flatMap((action) => action.txn ?? []));
}

/** The commit's own facts come first, where those who want its time look for it. */
function commitText({ actions, append, time, isolation, keepsRowIds }: Placed, facts: CommitFacts, txnId: string, readVersion: number | undefined): string {
  const commitInfo = {
    ...(time === undefined ? {} : { inCommitTimestamp: time }),
    timestamp: time ?? Date.now(),
    operation: facts.operation,
    operationParameters: facts.parameters,
    ...(readVersion === undefined ? {} : { readVersion }),
    isolationLevel: isolation,
    isBlindAppend: append,
    operationMetrics: Object.fromEntries(Object.entries(facts.metrics).map(([name, value]) => [name, String(value)])),
    ...(keepsRowIds ? { tags: { "delta.rowTracking.preserved": "true" } } : {}),
    engineInfo,
    txnId,
  };
  return [{ commitInfo }, ...actions].map((action) => `${JSON.stringify(action)}\n`).join("");
}
