import { rm, truncate, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { checkpointPath, commitPath, logDirectory } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { countRequests } from "./counting-store.ts";
import { append, committed, createRides, location, newStore, rides } from "./rides.ts";

let store: Store;
let remove: () => Promise<void>;
let last: Snapshot;

const fileOf = (path: string): string => store.locate(path);

/** Versions 0 to 6 with checkpoints at 2 and 4, the last of which is named by the hint. */
beforeEach(async () => {
  ({ store, remove } = await newStore());
  last = await createRides(store);
  for (let id = 1; id <= 6; id++) {
    last = committed(await append(store, last, rides(id), { transactions: [{ appId: "loader", version: id }] }));
    if (id === 2 || id === 4) await writeCheckpoint(store, location, last);
  }
});

afterEach(async () => {
  await remove();
});

const removeCommits = async (...versions: readonly number[]): Promise<void> => {
  for (const version of versions) await rm(fileOf(commitPath(location, version)));
};

const pathsOf = ({ files }: Snapshot): string[] => Array.from(files, ({ path }) => path);

/** The newest version is whole, and was put together from this checkpoint. */
async function expectWhole(checkpoint: number | null): Promise<void> {
  const read = await readSnapshot(store, location);
  expect([read.version, read.checkpoint, pathsOf(read), read.transactions.get("loader"), read.metadata]).toEqual([6, checkpoint, pathsOf(last), 6, last.metadata]);
}

describe("when the newest checkpoint is damaged", () => {
  test.each<readonly [string, (file: string) => Promise<void>]>([
    ["cut short", (file) => truncate(file, 300)],
    ["empty", (file) => truncate(file, 0)],
    ["something else", (file) => writeFile(file, "no Parquet")],
  ])("(%s) the one before it stands for it, with the commits behind", async (_, damage) => {
    await damage(fileOf(checkpointPath(location, 4)));
    await removeCommits(0, 1, 2);
    await expectWhole(2);
  });

  test("and no other is whole, all commits do", async () => {
    for (const version of [2, 4]) await truncate(fileOf(checkpointPath(location, version)), 300);
    await expectWhole(null);
  });

  test("a commit that is missing behind the one before rules that out, and the error names the newest", async () => {
    await truncate(fileOf(checkpointPath(location, 4)), 300);
    await removeCommits(0, 1, 2, 3);
    await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", place: { file: checkpointPath(location, 4) }, hint: expect.stringContaining("checkpoint") });
    expect((await readSnapshot(store, location, { version: 2 })).version).toBe(2);
  });

  test("an older version is put together without it", async () => {
    await truncate(fileOf(checkpointPath(location, 4)), 300);
    const read = await readSnapshot(store, location, { version: 5 });
    expect([read.version, read.checkpoint, read.files.length]).toEqual([5, 2, 5]);
  });

  test("the next checkpoint is made around it", async () => {
    await truncate(fileOf(checkpointPath(location, 4)), 300);
    await removeCommits(0, 1, 2);
    const read = await readSnapshot(store, location);
    expect(await writeCheckpoint(store, location, read)).toMatchObject({ version: 6, written: true });
    await removeCommits(3, 4, 5);
    await expectWhole(6);
  });

  test("and no other way is there, no checkpoint is made of it", async () => {
    await truncate(fileOf(checkpointPath(location, 4)), 300);
    await removeCommits(0, 1, 2, 3);
    await expect(writeCheckpoint(store, location, last)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", place: { file: checkpointPath(location, 4) } });
    expect(await store.head(checkpointPath(location, 6))).toBeUndefined();
  });

  test("a commit that is damaged is not looked for elsewhere", async () => {
    await writeFile(fileOf(commitPath(location, 5)), "{");
    const counting = countRequests(store);
    await expect(readSnapshot(counting.store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", place: { file: commitPath(location, 5) } });
    expect(counting.counts.list).toBe(1);
  });
});

test("a checkpoint that lacks a part is passed over for the one before", async () => {
  await rm(fileOf(checkpointPath(location, 4)));
  await writeFile(fileOf(`${logDirectory(location)}${"4".padStart(20, "0")}.checkpoint.0000000001.0000000002.parquet`), "half of it");
  await removeCommits(0, 1, 2);
  await expectWhole(2);
});

test("a checkpoint whose sidecar is gone is passed over for the one before", async () => {
  await rm(fileOf(checkpointPath(location, 4)));
  const lines = [{ checkpointMetadata: { version: 4 } }, { sidecar: { path: "gone.parquet", sizeInBytes: 10, modificationTime: 0 } }];
  await writeFile(fileOf(`${logDirectory(location)}${"4".padStart(20, "0")}.checkpoint.3a0d65cd-4056-49b8-937b-95f9e3ee90e5.json`), lines.map((line) => JSON.stringify(line)).join("\n"));
  await expectWhole(2);
});
