import { rm, utimes } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { countRequests } from "./counting-store.ts";
import { append, committed, createRides, location, newStore, rides } from "./rides.ts";

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newStore());
});

afterEach(async () => {
  await remove();
});

const commitFile = (version: number): string => store.locate(commitPath(location, version));

/** A table of versions 0 to `last`, a ride each from version 1. */
async function tableOf(last: number): Promise<Snapshot> {
  let snapshot = await createRides(store);
  for (let id = 1; id <= last; id++) snapshot = committed(await append(store, snapshot, rides(id)));
  return snapshot;
}

/** What a snapshot says, times aside: a commit's time is only known when its file is there. */
function stateOf({ committed: _time, ...state }: Snapshot): object {
  return { ...state, files: [...state.files] };
}

describe("requests", () => {
  test("an unchanged table costs a look at its commit and one for the next, and is the same object", async () => {
    const known = await tableOf(3);
    const counting = countRequests(store);
    expect(await readSnapshot(counting.store, location, undefined, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 0, read: 1, head: 1, put: 0 });
  });

  test("a table that grew much is listed once, whatever has been committed", async () => {
    const known = await tableOf(1);
    let last = known;
    for (let id = 2; id <= 40; id++) last = committed(await append(store, last, rides(id)));
    const counting = countRequests(store);
    const grown = await readSnapshot(counting.store, location, undefined, known);
    expect(counting.counts).toMatchObject({ list: 1, head: 17, put: 0 });
    expect(stateOf(grown)).toEqual(stateOf(last));
    expect(grown.committed).toBe((await readSnapshot(store, location)).committed);
  });

  test("a grown table costs a read and a look for each new commit, and no listing", async () => {
    const known = await tableOf(3);
    await append(store, committed(await append(store, known, rides(4))), rides(5));
    // Our own time of a commit is a little behind its file's: two within a millisecond would not tell the same.
    for (const version of [known.version + 1, known.version + 2]) await utimes(commitFile(version), 0, known.committed / 1_000 + version);
    const counting = countRequests(store);
    const grown = await readSnapshot(counting.store, location, undefined, known);
    expect(counting.counts).toEqual({ list: 0, read: 3, head: 3, put: 0 });
    const whole = await readSnapshot(store, location);
    expect(stateOf(grown)).toEqual(stateOf(whole));
    expect(grown.committed).toBe(whole.committed);
  });

  test("an append as of a known snapshot costs its two files alone", async () => {
    const known = await tableOf(1);
    const counting = countRequests(store);
    committed(await append(counting.store, known, rides(2)));
    expect(counting.counts).toEqual({ list: 0, read: 0, head: 0, put: 2 });
  });

  test("a table that was made anew is read anew", async () => {
    const known = await tableOf(2);
    await rm(store.locate(location), { recursive: true });
    for (let id = 1; id <= 3; id++) await (id === 1 ? createRides(store) : readSnapshot(store, location)).then((snapshot) => append(store, snapshot, rides(id)));
    const read = await readSnapshot(store, location, undefined, known);
    expect(read.metadata.id).not.toBe(known.metadata.id);
    expect(stateOf(read)).toEqual(stateOf(await readSnapshot(store, location)));
  });

  test("a commit of our own is known again though the store's clock goes before ours", async () => {
    const known = await tableOf(2);
    await utimes(commitFile(2), 0, known.committed / 1_000 + 60);
    expect(await readSnapshot(store, location, undefined, known)).toBe(known);
  });

  test("a known snapshot's own version costs nothing", async () => {
    const known = await tableOf(1);
    const counting = countRequests(store);
    expect(await readSnapshot(counting.store, location, { version: 1 }, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 0, read: 0, head: 0, put: 0 });
  });
});

describe("requests of a store that is not on this machine", () => {
  /** What only a store's root tells. */
  const far = (): ReturnType<typeof countRequests> => countRequests({ ...store, root: "s3://bucket/lake" });

  test("an unchanged table costs one, and is the same object", async () => {
    const known = await tableOf(3);
    const counting = far();
    expect(await readSnapshot(counting.store, location, undefined, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 1, read: 0, head: 0, put: 0 });
  });

  test("a grown table costs one and a read for each new commit", async () => {
    const known = await tableOf(3);
    let last = known;
    for (let id = 4; id <= 24; id++) last = committed(await append(store, last, rides(id)));
    const counting = far();
    const grown = await readSnapshot(counting.store, location, undefined, known);
    expect(counting.counts).toEqual({ list: 1, read: 21, head: 0, put: 0 });
    expect(stateOf(grown)).toEqual(stateOf(last));
    expect(grown.committed).toBe((await readSnapshot(store, location)).committed);
  });

  test("a commit of our own that the store dates later is read once, and then known", async () => {
    const known = await tableOf(2);
    await utimes(commitFile(2), 0, known.committed / 1_000 + 60);
    const counting = far();
    for (const _ of [1, 2]) expect(await readSnapshot(counting.store, location, undefined, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 2, read: 1, head: 0, put: 0 });
  });

  test.each([[1, "fewer"], [2, "as many"], [4, "more"]])("a table that was made anew with %d versions, %s than before, is read anew", async (last) => {
    await tableOf(2);
    const known = await readSnapshot(store, location);
    await rm(store.locate(location), { recursive: true });
    const made = await tableOf(last);
    if (last >= 2) await utimes(commitFile(2), 0, known.committed / 1_000 + 1);
    const read = await readSnapshot(far().store, location, undefined, known);
    expect([read.metadata.id, read.version]).toEqual([made.metadata.id, last]);
  });

  test("a table that is gone is DELTA_TABLE_NOT_FOUND", async () => {
    const known = await tableOf(1);
    await rm(store.locate(location), { recursive: true });
    await expect(readSnapshot(far().store, location, undefined, known)).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
  });
});

describe("a table that was removed and made anew under a known snapshot", () => {
  const removed = (): Promise<void> => rm(store.locate(location), { recursive: true });

  test("is read anew when it has fewer versions", async () => {
    const known = await tableOf(3);
    await removed();
    await tableOf(1);
    const read = await readSnapshot(store, location, undefined, known);
    expect(read.version).toBe(1);
    expect(read.metadata.id).not.toBe(known.metadata.id);
  });

  test("is read anew when it has as many", async () => {
    await tableOf(2);
    const known = await readSnapshot(store, location);
    await removed();
    const { metadata } = await tableOf(2);
    await utimes(commitFile(2), 0, known.committed / 1_000 + 1);
    expect((await readSnapshot(store, location, undefined, known)).metadata.id).toBe(metadata.id);
  });

  test("and not made again is DELTA_TABLE_NOT_FOUND", async () => {
    const known = await tableOf(1);
    await removed();
    await expect(readSnapshot(store, location, undefined, known)).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
  });
});
