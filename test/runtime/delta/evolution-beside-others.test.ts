/** A table's evolution beside writers that do not rest: what they append becomes as it is to be, and of two that change the schema one does. */
import { describe, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import type { RewriteFiles } from "../../../runtime/delta/engine.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { claimOf, standBack, withClaim } from "../../../runtime/delta/commit/stand-back.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { committed, createRides, location, rides } from "./rides.ts";
import { appendNow, change, dataFiles, evolved, facts, kept, meanwhile, note, renamed, rowsOf, seats, to, twoFiles } from "./evolving.ts";
import { startAgain, store, storeEach } from "./store-each.ts";

storeEach();

describe("beside others", () => {
  test("a rename follows appends that came first", async () => {
    const base = await twoFiles();
    await appendNow(3);
    const after = evolved(await change(base, to(...renamed)));
    expect((await rowsOf(after)).map((row) => row["town"])).toEqual(["city 1", "city 2", "city 3"]);
  });

  test("rows that were appended while older ones were written anew get the value too, and only they are written again", async () => {
    const base = await twoFiles();
    const written: number[] = [];
    const appending = meanwhile(2, () => appendNow(10 + written.length));
    const after = evolved(await change(base, to(...kept, seats), async (rewrite) => {
      written.push(rewrite.inputs.length);
      return await appending(rewrite);
    }));
    expect(written).toEqual([2, 1, 1]);
    expect(await rowsOf(after)).toEqual([1, 2, 11, 12].map((id) => ({ id: BigInt(id), city: `city ${id}`, seats: 4 })));
    expect(after.version).toBe(2 + 2 + 1);
  });

  test("writers that never rest stand back from a claim, which is gone when the change is done", async () => {
    const base = await twoFiles();
    let appends = 0;
    const restless = meanwhile(Number.POSITIVE_INFINITY, async () => {
      const now = await readSnapshot(store, location);
      if (claimOf(now.metadata) !== undefined) return;
      appends += 1;
      await appendNow(10 + appends);
    });
    const after = evolved(await change(base, to(...kept, seats), restless));
    expect([appends, claimOf(after.metadata)]).toEqual([3, undefined]);
    expect(await rowsOf(after)).toEqual([1, 2, 11, 12, 13].map((id) => ({ id: BigInt(id), city: `city ${id}`, seats: 4 })));
    expect((await readHistory(store, location)).slice(0, 2).map(({ info }) => info?.["operation"])).toEqual(["ALTER TABLE", "SET TBLPROPERTIES"]);
  });

  test("who claims and fails takes the claim back", async () => {
    const base = await twoFiles();
    const failing: RewriteFiles = async (rewrite) => {
      if (claimOf((await readSnapshot(store, location)).metadata) !== undefined) throw new Failure("STORE_FAILED", "the disk is full");
      const files = await rewriteFiles(rewrite);
      await appendNow(10);
      return files;
    };
    await expect(change(base, to(...kept, seats), failing)).rejects.toMatchObject({ code: "STORE_FAILED" });
    const now = await readSnapshot(store, location);
    expect([now.version, claimOf(now.metadata), now.metadata, await dataFiles()]).toEqual([2 + 3 + 2, undefined, base.metadata, 2 + 3]);
  });

  test("the claim of one who died is in nobody's way for long, and goes with the next change", async () => {
    const base = await twoFiles();
    const claimed = committed(await replaceFiles(store, location, base, { remove: [], add: [], dataChange: false, metadata: withClaim(base.metadata) }, { ...facts, metrics: {} }));
    const looks = { count: 0 };
    const released = await standBack(claimed, async () => (looks.count++ < 2 ? claimed : base));
    expect([released, looks.count]).toEqual([base, 3]);
    const old = { ...claimed, metadata: { ...claimed.metadata, configuration: { "neuralake.changing": `${Date.now() - 120_000} x` } } };
    expect(await standBack(old, () => Promise.reject(new Error("nobody asks")))).toBe(old);
    const after = evolved(await change(claimed, to(...kept, seats)));
    expect(after.metadata.configuration).toEqual({ "neuralake.migration": "0002-abc" });
  });

  test("files that a compaction took away meanwhile are written anew from what they became", async () => {
    const base = await twoFiles();
    const goal = { targetBytes: 1_000_000, filesMin: 2, growing: false };
    const after = evolved(await change(base, to(...kept, seats), meanwhile(1, async () => await compact(store, location, await readSnapshot(store, location), goal, rewriteFiles))));
    expect(await rowsOf(after)).toEqual([1, 2].map((id) => ({ id: BigInt(id), city: `city ${id}`, seats: 4 })));
    expect(after.files).toHaveLength(1);
    // The two appended, the one compacted, the one that stands: what was written in vain is gone.
    expect(await dataFiles()).toBe(4);
  });

  test("of two that change the schema at once one does, and the other is told and leaves nothing behind", async () => {
    const base = await twoFiles();
    const outcome = await change(base, to(...kept, seats), meanwhile(1, async () => evolved(await change(await readSnapshot(store, location), to(...kept, note)))));
    expect(outcome).toEqual({ kind: "moved" });
    expect((await readSnapshot(store, location)).columns.map(({ name }) => name)).toEqual(["id", "city", "note"]);
    expect(await dataFiles()).toBe(2);
  });

  test("a column that is never null is for a table without rows, also when the rows come at the last moment", async () => {
    const { fill: _fill, ...bare } = seats;
    expect(await change(await twoFiles(), to(...kept, bare))).toEqual({ kind: "moved" });
    await startAgain();
    const empty = await createRides(store);
    await appendNow(1);
    expect(await change(empty, to(...kept, bare))).toEqual({ kind: "moved" });
    expect((await readSnapshot(store, location)).columns).toHaveLength(2);
  });

  test("who appends as of before the change conflicts, and nothing is lost", async () => {
    const base = await twoFiles();
    const files = await writeRows(store, location, base, rides(3));
    const after = evolved(await change(base, to(...kept, seats)));
    expect(await appendFiles(store, location, base, files)).toMatchObject({ kind: "conflict", about: "metadata" });
    expect(await rowsOf(after)).toHaveLength(2);
  });
});
