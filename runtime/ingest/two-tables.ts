/** A fed table and its dead table as they are known here: the newest snapshot of each, and commits that build on it. */
import assert from "node:assert/strict";
import { appendFiles, storeFiles } from "../delta/commit/append.ts";
import type { EncodedFile } from "../delta/commit/append.ts";
import { below } from "../delta/actions/file-paths.ts";
import { readSnapshot } from "../delta/snapshot/snapshot.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { standBack } from "../delta/commit/stand-back.ts";
import type { CommitOutcome } from "../delta/commit/transaction.ts";
import type { Feed } from "./contract.ts";
import type { CommitStep, Side } from "./script.ts";
import { isStoreTrouble } from "./steady.ts";
import type { Steady } from "./steady.ts";

export interface TwoTables {
  /** As it was last looked at or committed to. */
  snapshot(side: Side): Snapshot;
  /** Looks at what others committed meanwhile; waits for a store that cannot be reached, and for one who is about to change the schema. */
  look(side: Side): Promise<void>;
  /** Stores the files and commits them with the step's counters; an outcome that is not known is told as such, after a pause. */
  commit(step: CommitStep, files: readonly EncodedFile[], topic: string): Promise<CommitOutcome>;
}

/** The two tables of a feed; nothing is read yet. */
export function openTwoTables(feed: Feed, steady: Steady): TwoTables {
  const known: { [K in Side]?: { readonly at: string; readonly snapshot: Snapshot } } = {};
  const at = (side: Side): string => {
    const { store, location } = feed.current()[side];
    return store.locate(location);
  };
  const snapshot = (side: Side): Snapshot => {
    const found = known[side]?.snapshot;
    assert(found !== undefined, "the tables are looked at before anything else");
    return found;
  };
  const keep = (side: Side, now: Snapshot): void => { known[side] = { at: at(side), snapshot: now }; };
  return {
    snapshot,
    async look(side) {
      const { store, location } = feed.current()[side];
      const before = known[side]?.at === at(side) ? known[side].snapshot : undefined;
      const read = (): Promise<Snapshot> => steady.persist(() => readSnapshot(store, location, undefined, before));
      keep(side, await standBack(await read(), read));
    },
    async commit(step, files, topic) {
      try {
        const outcome = await commitFiles(feed, snapshot(step.side), step, files, topic);
        if (outcome.kind === "committed") keep(step.side, outcome.snapshot);
        return outcome;
      } catch (error) {
        if (!isStoreTrouble(error)) throw error;
        await steady.trouble(error instanceof Error ? error.message : String(error));
        return { kind: "unknown", version: snapshot(step.side).version + 1, cause: error };
      }
    },
  };
}

/** What no version names is removed again; where nobody can say whether one does, it stays. */
async function commitFiles(feed: Feed, base: Snapshot, { side, counters, expects, note }: CommitStep, files: readonly EncodedFile[], topic: string): Promise<CommitOutcome> {
  const { store, location } = feed.current()[side];
  const after = storeFiles(store, location, files);
  const transactions = [...counters].map(([appId, version]) => ({ appId, version, lastUpdated: Date.now() }));
  const outcome = await appendFiles(store, location, base, files, { transactions, expects, after, parameters: { topic, ...(note === undefined ? {} : { note }) } });
  if (outcome.kind === "conflict") for (const { path } of files) await store.remove(below(location, path));
  return outcome;
}
