/**
 * One commit to a Delta log: its text is put under the next version's name if nobody else has, else the versions in between are
 * read and the commit is tried behind them, as long as nothing in them changes what it was built on.
 */
import { randomUUID } from "node:crypto";
import type { Store } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import type { Action } from "./actions.ts";
import { requireWritable } from "./features.ts";
import { commitPath, readCommit } from "./log.ts";
import { appendedSnapshot, nextSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a commit says of itself in its commitInfo. */
export interface CommitFacts {
  /** WRITE, CREATE TABLE, … */
  readonly operation: string;
  readonly parameters: { readonly [name: string]: unknown };
  readonly metrics: { readonly [name: string]: number };
}

export type CommitOutcome =
  /** `snapshot` is the table as of the commit, read from nowhere. */
  | { readonly kind: "committed"; readonly version: number; readonly snapshot: Snapshot }
  /** Another commit took a version before ours and changed what ours was built on; nothing was written. */
  | { readonly kind: "conflict"; readonly version: number; readonly reason: string }
  /** The store failed and does not say whether the version is ours. No data file may be removed. */
  | { readonly kind: "unknown"; readonly version: number; readonly cause: unknown };

const engineInfo = "neuralake/0.1.0";
/** Times that one commit may lose to others before it gives up. */
const lossesMax = 1_000;

/** Commits to a table as of `base`. Appends (adds and transactions) rebase; anything else conflicts with any version in between. A transaction that the table has already is a conflict. */
export async function commit(store: Store, location: string, base: Snapshot, actions: readonly Action[], facts: CommitFacts): Promise<CommitOutcome> {
  requireWritable(base, store.locate(location));
  const done = actions.find(({ txn }) => txn && (base.transactions.get(txn.appId) ?? Number.NEGATIVE_INFINITY) >= txn.version)?.txn;
  if (done) return { kind: "conflict", version: base.version, reason: `the application "${done.appId}" has committed its version ${done.version} already` };
  const txnId = randomUUID();
  let current = base;
  for (let losses = 0; losses < lossesMax; losses++) {
    const version = current.version + 1;
    const put = await putVersion(store, location, version, commitText(actions, facts, txnId, current.version), txnId);
    if (put.kind === "written") return { kind: "committed", version, snapshot: ownSnapshot(store, location, current, actions) };
    if (put.kind === "unknown") return { kind: "unknown", version, cause: put.cause };
    // One who lost may be many versions behind: they are all read before the next try.
    for (let winner: readonly Action[] | undefined = put.winner; winner !== undefined; winner = await readIfThere(store, location, current.version + 1)) {
      const reason = conflictWith(actions, winner);
      if (reason !== undefined) return { kind: "conflict", version: current.version + 1, reason };
      current = nextSnapshot(store, location, current, Date.now(), winner);
    }
  }
  return { kind: "conflict", version: current.version + 1, reason: `${lossesMax} times other commits came first` };
}

/** What became of one try to write a version: ours, another's, or nobody can say. */
type Put = { readonly kind: "written" } | { readonly kind: "lost"; readonly winner: readonly Action[] } | { readonly kind: "unknown"; readonly cause: unknown };

/** Commits version 0 of a table that is not there yet. */
export async function commitFirst(store: Store, location: string, actions: readonly Action[], facts: CommitFacts): Promise<Put> {
  const txnId = randomUUID();
  return putVersion(store, location, 0, commitText(actions, facts, txnId, undefined), txnId);
}

const encoder = new TextEncoder();

async function putVersion(store: Store, location: string, version: number, text: string, txnId: string): Promise<Put> {
  let cause: unknown;
  try {
    if ((await store.putIfAbsent(commitPath(location, version), encoder.encode(text))) === "written") return { kind: "written" };
  } catch (error) {
    cause = error;
  }
  return settle(store, location, version, txnId, cause);
}

/** After "exists", and after an error of the store, the version's own text says whose it is. */
async function settle(store: Store, location: string, version: number, txnId: string, cause: unknown): Promise<Put> {
  try {
    const winner = await readCommit(store, location, version);
    return winner.some((action) => action.commitInfo?.["txnId"] === txnId) ? { kind: "written" } : { kind: "lost", winner };
  } catch (error) {
    // Nothing stands under the name, so nothing was committed: the store's own error is the answer.
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") throw cause ?? error;
    if (error instanceof Failure && error.code === "DELTA_LOG_BROKEN") throw error;
    return { kind: "unknown", cause: cause ?? error };
  }
}

async function readIfThere(store: Store, location: string, version: number): Promise<Action[] | undefined> {
  try {
    return await readCommit(store, location, version);
  } catch (error) {
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") return undefined;
    throw error;
  }
}

function ownSnapshot(store: Store, location: string, base: Snapshot, actions: readonly Action[]): Snapshot {
  if (!isAppend(actions)) return nextSnapshot(store, location, base, Date.now(), actions);
  return appendedSnapshot(base, Date.now(), actions.flatMap((action) => action.add ?? []), actions.flatMap((action) => action.txn ?? []));
}

/** Whether nothing but new files, and marks of who wrote them, are committed. */
function isAppend(actions: readonly Action[]): boolean {
  return actions.every((action) => action.add !== undefined || action.txn !== undefined);
}

function commitText(actions: readonly Action[], facts: CommitFacts, txnId: string, readVersion: number | undefined): string {
  const commitInfo = {
    timestamp: Date.now(),
    operation: facts.operation,
    operationParameters: facts.parameters,
    ...(readVersion === undefined ? {} : { readVersion }),
    isolationLevel: "Serializable",
    isBlindAppend: isAppend(actions),
    operationMetrics: Object.fromEntries(Object.entries(facts.metrics).map(([name, value]) => [name, String(value)])),
    engineInfo,
    txnId,
  };
  return [{ commitInfo }, ...actions].map((action) => `${JSON.stringify(action)}\n`).join("");
}

/** Why our actions cannot follow a winner's (protocol does not say; Delta's conflict checker for blind appends does); undefined when they can. */
function conflictWith(ours: readonly Action[], winner: readonly Action[]): string | undefined {
  if (winner.some((action) => action.protocol)) return "the table's protocol was changed";
  if (winner.some((action) => action.metaData)) return "the table's schema or properties were changed";
  const apps = new Set(ours.flatMap((action) => action.txn?.appId ?? []));
  const same = winner.find((action) => action.txn && apps.has(action.txn.appId));
  if (same?.txn) return `the application "${same.txn.appId}" committed version ${same.txn.version} meanwhile`;
  return isAppend(ours) ? undefined : "another commit came first";
}
