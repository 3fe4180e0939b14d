/**
 * A change that is worked out from rows that were read, and committed if these are still so: when others changed them first it is worked out
 * again from the newer table, which is claimed in the end. What it wrote for a commit that did not come to be is removed (the protocol leaves it to writers).
 */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action } from "../actions/actions.ts";
import { below } from "../actions/file-paths.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { ReadFiles } from "./conflict.ts";
import { claimantOf } from "./claim.ts";
import { standBack } from "./stand-back.ts";
import { commit } from "./transaction.ts";
import type { CommitFacts } from "./transaction.ts";

/** What is to be committed, and what stands behind it. */
export interface ComputedChange {
  readonly actions: readonly Action[];
  readonly facts: CommitFacts;
  readonly reads: ReadFiles;
  /** Durable files that the actions name, relative to the table. */
  readonly written: readonly string[];
}

/** `snapshot` is the table behind the change; it is told how often others came first. `change` is undefined where there was nothing to do. */
export interface ChangeOutcome<Change> { readonly snapshot: Snapshot; readonly change: Change | undefined; readonly again: number }

/** Times that a change is worked out anew; and after how many of them the table is claimed. A claim is met by writers of others as a change of the schema, so it comes late. */
const triesMax = 20;
const claimedAfter = 8;

export interface Persistence {
  /** Times that others may come first before writers of ours are asked to stand back: fewer for a change that has to look at all they write. */
  readonly triesFree: number;
}

/**
 * Works the change out by `compute`, as of `base` first, until it is committed or there is nothing to change. COMMIT_CONFLICT when others came first
 * each time; COMMIT_UNKNOWN, and then no file is removed; whatever `compute` fails with, which leaves no file behind.
 */
export async function commitComputed<Change extends ComputedChange>(store: Store, location: string, base: Snapshot, compute: (snapshot: Snapshot) => Promise<Change | undefined>, signal?: AbortSignal, { triesFree }: Persistence = { triesFree: claimedAfter }): Promise<ChangeOutcome<Change>> {
  const read = async (known: Snapshot): Promise<Snapshot> => await readSnapshot(store, location, undefined, known);
  let snapshot = base;
  let reason = "";
  const claimant = claimantOf(store, location);
  try {
    for (let again = 0; again < triesMax; again++) {
      if (!claimant.owns(snapshot.metadata)) snapshot = await standBack(snapshot, async () => (snapshot = await read(snapshot)));
      signal?.throwIfAborted();
      const behind = snapshot;
      const change = await compute(behind).catch(async (error: unknown) => {
        snapshot = await movedOn(error, behind, read);
        return "behind" as const;
      });
      if (change === "behind") {
        reason = "a vacuum took files of an older version";
        continue;
      }
      if (change === undefined) return { snapshot, change, again };
      const outcome = await commitOrDiscard(store, location, snapshot, change, signal);
      if (outcome.kind === "committed") return { snapshot: outcome.snapshot, change, again };
      reason = outcome.reason;
      if (outcome.about === "losses") break;
      snapshot = await read(snapshot);
      if (again + 1 >= triesFree) snapshot = await claimant.claim(snapshot);
    }
  } finally {
    await claimant.release(snapshot);
  }
  throw new Failure("COMMIT_CONFLICT", `${store.locate(location)} was not changed: others changed what was read each time, at last ${reason}.`, { hint: "Nothing was written; try again when fewer write to these rows.", retry: true });
}

/** Files that are gone were those of a version that others left behind, where there is a newer one; what else goes wrong is thrown on. */
async function movedOn(error: unknown, behind: Snapshot, read: (known: Snapshot) => Promise<Snapshot>): Promise<Snapshot> {
  if (!(error instanceof Failure) || error.code !== "FILE_NOT_FOUND") throw error;
  const newest = await read(behind);
  if (newest.version === behind.version) throw error;
  return newest;
}

async function commitOrDiscard(store: Store, location: string, snapshot: Snapshot, { actions, facts, reads, written }: ComputedChange, signal: AbortSignal | undefined): Promise<Exclude<Awaited<ReturnType<typeof commit>>, { kind: "unknown" }>> {
  let keep = false;
  try {
    signal?.throwIfAborted();
    const outcome = await commit(store, location, snapshot, actions, facts, { reads });
    keep = outcome.kind !== "conflict";
    if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether version ${outcome.version} of ${store.locate(location)} was committed.`, { hint: "Look at its history before you try again.", cause: outcome.cause });
    return outcome;
  } finally {
    if (!keep) for (const path of written) await store.remove(below(location, path));
  }
}
