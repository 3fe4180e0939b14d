/** Tables whose commits tell their time: ours are first, and later than the one before, whatever our clock says and whoever came first. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed } from "./rides.ts";

let table: BuiltTable;

beforeEach(async () => {
  table = await buildTable();
});

afterEach(async () => {
  await table.close();
});

/** Beyond our clock. */
const future = Date.now() + 3_600_000;
const said = (inCommitTimestamp: number) => ({ commitInfo: { inCommitTimestamp, operation: "WRITE" } });

async function timed(first = future): Promise<Snapshot> {
  await table.commit(0, said(first), protocol([], ["inCommitTimestamp"]), metaData([{ name: "id", type: "long" }], { configuration: { "delta.enableInCommitTimestamps": "true" } }));
  return await table.snapshot();
}

async function append(base: Snapshot): Promise<Snapshot> {
  return committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, [{ id: 1n }])));
}

const timeAt = async (version: number): Promise<unknown> => (await readCommit(table.store, "", version))[0]?.commitInfo?.["inCommitTimestamp"];

test("a commit is a millisecond later than one that is ahead of our clock, and its snapshot says so", async () => {
  const first = await append(await timed());
  const second = await append(first);
  expect([first.committed, second.committed]).toEqual([future + 1, future + 2]);
  expect([await timeAt(1), await timeAt(2)]).toEqual([future + 1, future + 2]);
  expect((await table.snapshot()).committed).toBe(future + 2);
});

test("a commit behind one in the past is of our clock", async () => {
  const before = Date.now();
  const { committed: time } = await append(await timed(1_000));
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});

test("behind winners it is later than the last of them", async () => {
  const base = await timed();
  await table.commit(1, said(future + 500));
  await table.commit(2, said(future + 9_000));
  expect(await append(base)).toMatchObject({ version: 3, committed: future + 9_001 });
  expect(await timeAt(3)).toBe(future + 9_001);
});

test("a compaction tells its time too, and time travel finds each version", async () => {
  const second = await append(await append(await timed()));
  const { snapshot } = await compact(table.store, "", second, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
  expect(await timeAt(3)).toBe(future + 3);
  expect(snapshot.committed).toBe(future + 3);
  for (const version of [0, 1, 2, 3]) {
    expect((await table.snapshot({ timestamp: new Date(future + version).toISOString() })).version).toBe(version);
  }
});

test("a table that does not keep such times gets none", async () => {
  await table.commit(0, protocol([], ["inCommitTimestamp"]), metaData([{ name: "id", type: "long" }]));
  await append(await table.snapshot());
  expect(await timeAt(1)).toBeUndefined();
});
