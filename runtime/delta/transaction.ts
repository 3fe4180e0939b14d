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
import { nextSnapshot } from "./snapshot.ts";
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
/** Versions of others that one commit may lose to before it gives up. */
const attemptsMax = 1_000;

/** Commits to a table as of `base`. Appends (adds and transactions) rebase; anything else conflicts with any version in between. */
export async function commit(store: Store, location: string, base: Snapshot, actions: readonly Action[], facts: CommitFacts): Promise<CommitOutcome> {
  requireWritable(base, store.locate(location));
  const txnId = randomUUID();
  let current = base;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const version = current.version + 1;
    const put = await putVersion(store, location, version, commitText(actions, facts, txnId, current.version), txnId);
    if (put === "written") return { kind: "committed", version, snapshot: nextSnapshot(store, location, current, version, Date.now(), actions) };
    if (put !== "exists") return { kind: "unknown", version, cause: put.cause };
    const winner = await readCommit(store, location, version);
    const reason = conflictWith(actions, winner);
    if (reason !== undefined) return { kind: "conflict", version, reason };
    current = nextSnapshot(store, location, current, version, Date.now(), winner);
  }
  return { kind: "conflict", version: current.version + 1, reason: `${attemptsMax} other commits came first` };
}

/** Commits version 0 of a table that is not there yet. */
export async function commitFirst(store: Store, location: string, actions: readonly Action[], facts: CommitFacts): Promise<"written" | "exists" | { readonly cause: unknown }> {
  const txnId = randomUUID();
  return putVersion(store, location, 0, commitText(actions, facts, txnId, undefined), txnId);
}

const encoder = new TextEncoder();

/** After an error of the store, and after "exists", the version's own text says whose it is. */
async function putVersion(store: Store, location: string, version: number, text: string, txnId: string): Promise<"written" | "exists" | { readonly cause: unknown }> {
  try {
    if ((await store.putIfAbsent(commitPath(location, version), encoder.encode(text))) === "written") return "written";
    return (await isOurs(store, location, version, txnId)) ? "written" : "exists";
  } catch (cause) {
    return settleFailure(store, location, version, txnId, cause);
  }
}

async function settleFailure(store: Store, location: string, version: number, txnId: string, cause: unknown): Promise<"written" | "exists" | { readonly cause: unknown }> {
  try {
    return (await isOurs(store, location, version, txnId)) ? "written" : "exists";
  } catch (error) {
    // Nothing stands under the name, so nothing was committed: the store's own error is the answer.
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") throw cause;
    return { cause };
  }
}

async function isOurs(store: Store, location: string, version: number, txnId: string): Promise<boolean> {
  return (await readCommit(store, location, version)).some((action) => action.commitInfo?.["txnId"] === txnId);
}

function commitText(actions: readonly Action[], facts: CommitFacts, txnId: string, readVersion: number | undefined): string {
  const isBlindAppend = actions.every((action) => action.add !== undefined || action.txn !== undefined);
  const commitInfo = {
    timestamp: Date.now(),
    operation: facts.operation,
    operationParameters: facts.parameters,
    ...(readVersion === undefined ? {} : { readVersion }),
    isolationLevel: "Serializable",
    isBlindAppend,
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
  return ours.every((action) => action.add ?? action.txn) ? undefined : "another commit came first";
}
