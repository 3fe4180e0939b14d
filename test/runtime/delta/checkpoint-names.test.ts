import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Action } from "../../../runtime/delta/actions/actions.ts";
import { fileKey } from "../../../runtime/delta/actions/file-keys.ts";
import { readCheckpoint, readCheckpointNames } from "../../../runtime/delta/checkpoints/checkpoint.ts";
import type { NamingAction } from "../../../runtime/delta/checkpoints/checkpoint-names.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { reconciledNames } from "../../../runtime/delta/checkpoints/reconcile.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { listLog } from "../../../runtime/delta/log/log.ts";
import type { LoggedCheckpoint } from "../../../runtime/delta/log/log.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { committed, createRides, location, newStore } from "./rides.ts";

const facts = { operation: "TEST", parameters: {}, metrics: {} };
const vector = { storageType: "u", pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^", offset: 4, sizeInBytes: 40, cardinality: 6 };
const inline = { storageType: "i", pathOrInlineDv: "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L", sizeInBytes: 40, cardinality: 6 };

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newStore());
});

afterEach(async () => {
  await remove();
});

/** What names the file of an action, and when it is to go, as a text. */
function told({ add, remove: gone }: NamingAction): string {
  if (add !== undefined) return `add ${fileKey(add)}`;
  return gone === undefined ? "" : `remove ${fileKey(gone)} ${gone.deletionTimestamp ?? "never"} ${gone.size ?? "unsaid"}`;
}

async function committedWith(base: Snapshot, actions: readonly Action[]): Promise<Snapshot> {
  return committed(await commit(store, location, base, actions, facts));
}

const add = (path: string, more: object = {}): Action => ({ add: { path, size: 1, partitionValues: {}, modificationTime: 1, dataChange: true, ...more } });
const gone = (path: string, more: object = {}): Action => ({ remove: { path, dataChange: true, ...more } });
const now = Date.now();

async function newest(): Promise<LoggedCheckpoint> {
  const checkpoint = (await listLog(store, location)).checkpoints.at(-1);
  if (checkpoint === undefined) throw new Error("there is no checkpoint");
  return checkpoint;
}

/** The names in the newest checkpoint, read in passing and as whole actions. */
async function bothWays(): Promise<{ readonly names: string[]; readonly actions: string[] }> {
  const checkpoint = await newest();
  const names = (await Array.fromAsync(readCheckpointNames(store, location, checkpoint))).flat();
  const actions = (await Array.fromAsync(readCheckpoint(store, location, checkpoint, ["add", "remove"]))).flat();
  return { names: names.map(told).toSorted(), actions: actions.map(told).toSorted() };
}

describe("the names in a checkpoint are those of its actions", () => {
  test("of files and tombstones, with and without vectors, times and sizes, in any letters", async () => {
    const base = await createRides(store);
    const added = await committedWith(base, [add("a%20b.parquet"), add("plain.parquet"), add("ü.parquet", { deletionVector: vector }), add("file:/elsewhere/x.parquet", { deletionVector: inline })]);
    const removed = await committedWith(added, [gone("1.parquet", { deletionTimestamp: now, size: 7 }), gone("2.parquet", { deletionTimestamp: now }), gone("ö.parquet", { deletionTimestamp: now + 1, deletionVector: vector }), gone("4.parquet", { deletionTimestamp: now + 2, size: 0 })]);
    await writeCheckpoint(store, location, removed);
    const { names, actions } = await bothWays();
    expect(names).toEqual(actions);
    expect(names).toHaveLength(8);
    expect(names).toContain(`remove 2.parquet ${now} unsaid`);
  });

  test("of files alone, of none, and in sidecars, some thousand at a time", async () => {
    const base = await createRides(store);
    await writeCheckpoint(store, location, base);
    expect(await bothWays()).toEqual({ names: [], actions: [] });
    const files = Array.from({ length: 9_000 }, (_, k) => add(`part-${k}.parquet`));
    const added = await committedWith(base, files);
    await writeCheckpoint(store, location, added);
    const parts = await Array.fromAsync(readCheckpointNames(store, location, await newest()));
    expect(parts.map((part) => part.length).filter((length) => length > 0)).toEqual([8_192, 808]);
    expect((await bothWays()).names).toEqual(files.map(told).toSorted());
  });
});

test("what commits behind a checkpoint say of a file stands for what it says", async () => {
  const added = await committedWith(await createRides(store), [add("a.parquet"), add("b.parquet"), add("c.parquet")]);
  await writeCheckpoint(store, location, added);
  const removed = await committedWith(added, [gone("a.parquet", { deletionTimestamp: 5, size: 1 }), gone("b.parquet"), add("b.parquet", { deletionVector: vector })]);
  const names = (await Array.fromAsync(reconciledNames(store, location, removed.version))).flat();
  expect(names.map(told).filter((text) => text !== "").toSorted()).toEqual(["add c.parquet", "remove a.parquet 5 1", "remove b.parquet never unsaid", `add ${fileKey({ path: "b.parquet", deletionVector: vector })}`].toSorted());
});
