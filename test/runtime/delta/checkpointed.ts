/** What tests of checkpoints have in common: a table with a log worth one, and what is to be the same when it is read by it. */
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { append, committed, rides } from "./rides.ts";
import { store } from "./store-each.ts";

/** Appends rides, one a commit, each with a transaction of its own application. */
export async function appendEach(base: Snapshot, ...ids: readonly number[]): Promise<Snapshot> {
  let snapshot = base;
  for (const id of ids) snapshot = committed(await append(store, snapshot, rides(id), { transactions: [{ appId: `app ${id % 2}`, version: id, lastUpdated: 1_000 + id }] }));
  return snapshot;
}

/** What a snapshot says, times and the way to it aside. */
export function stateOf({ committed: _time, checkpoint: _checkpoint, ...state }: Snapshot): object {
  return { ...state, files: [...state.files].map(({ dataChange: _change, ...file }) => file) };
}
