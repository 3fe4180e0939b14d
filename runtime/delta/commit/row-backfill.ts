/**
 * The rows that a table holds are given ids, for a table that is to track them (protocol, "Row Tracking"): the protocol first, from which on every writer numbers what
 * it adds, then the files that are there, each named again with its numbers. As Spark does it, in as many commits.
 */
import type { Store } from "../../storage/store.ts";
import type { AddFile } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";
import { tracksRows } from "../features/row-tracking.ts";
import { withFeatures } from "../features/upgrade.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";
import { commitComputed } from "./computed-change.ts";
import type { ReadFiles } from "./conflict.ts";

/** Every live file with numbers, so many in one commit: the table behind that, and the versions it took. DELTA_LOG_BROKEN for a file that does not say how many rows it holds. */
export async function numberRows(store: Store, location: string, base: Snapshot, signal?: AbortSignal, filesMax = 10_000): Promise<{ readonly snapshot: Snapshot; readonly versions: readonly number[] }> {
  const versions: number[] = [];
  let snapshot = await supportTracking(store, location, base, versions, signal);
  for (let batch = 0; ; batch++) {
    const { snapshot: next, change } = await commitComputed(store, location, snapshot, async (current) => {
      const files = (await unnumbered(store, location, current)).slice(0, filesMax);
      if (files.length === 0) return undefined;
      const facts = { operation: "ROW TRACKING BACKFILL", parameters: { batchId: String(batch) }, metrics: {} };
      return { actions: files.map((file) => ({ add: { ...file, dataChange: false } })), facts, reads: readsOf(files), written: [] };
    }, signal);
    snapshot = next;
    if (change === undefined) return { snapshot, versions };
    versions.push(next.version);
  }
}

async function supportTracking(store: Store, location: string, base: Snapshot, versions: number[], signal: AbortSignal | undefined): Promise<Snapshot> {
  const { snapshot, change } = await commitComputed(store, location, base, async ({ protocol: before }) => {
    const protocol = withFeatures(before, ["rowTracking"]);
    if (protocol === undefined) return undefined;
    const facts = { operation: "UPGRADE PROTOCOL", parameters: { newProtocol: JSON.stringify(protocol) }, metrics: {} };
    return { actions: [{ protocol }], facts, reads: readsOf([]), written: [] };
  }, signal);
  if (change !== undefined) versions.push(snapshot.version);
  return snapshot;
}

async function unnumbered(store: Store, location: string, snapshot: Snapshot): Promise<readonly AddFile[]> {
  if (!tracksRows(snapshot)) return [];
  return await throughDamage(store, location, snapshot, ({ files }) => [...files].filter(({ baseRowId }) => baseRowId === undefined));
}

/** What is removed meanwhile needs no number, and what is added has one. */
function readsOf(files: readonly AddFile[]): ReadFiles {
  return { keys: new Set(files.map(fileKey)), mayHold: async () => undefined };
}
