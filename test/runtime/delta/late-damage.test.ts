import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { checkpointPath, commitPath } from "../../../runtime/delta/log/log.ts";
import { neededFiles } from "../../../runtime/delta/maintenance/needed-files.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { throughDamage } from "../../../runtime/delta/snapshot/through-damage.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { openTable } from "../../../runtime/lake.ts";
import { openParquet, placeOf } from "../../../runtime/parquet/parquet-footer.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { append, committed, createRides, location, newStore, rides } from "./rides.ts";

/** More than are checked at once. */
const count = 9_000;

let store: Store;
let remove: () => Promise<void>;
const fileOf = (name: string): string => store.locate(name);

/** Versions 0 to 4 with checkpoints at 1 and 3, of more files than are checked when they are opened; nobody has looked at the table yet. */
beforeEach(async () => {
  ({ store, remove } = await newStore());
  await createRides(store);
  const adds = Array.from({ length: count }, (_, n) => ({ add: { path: `part-${n}.parquet`, partitionValues: {}, size: n, modificationTime: 0, dataChange: true, stats: `{"numRecords":${n % 7}}` } }));
  await writeFile(fileOf(commitPath(location, 1)), adds.map((add) => JSON.stringify(add)).join("\n"));
  let last = await readSnapshot(store, location);
  await writeCheckpoint(store, location, last);
  for (let id = 2; id <= 4; id++) {
    last = committed(await append(store, last, rides(id)));
    if (id === 3) await writeCheckpoint(store, location, last);
  }
});

afterEach(async () => {
  await remove();
});

/** Overwrites the pages of the files' statistics, which nothing looks at on opening. */
async function damage(version: number): Promise<void> {
  const file = fileOf(checkpointPath(location, version));
  const bytes = await readFile(file);
  const { leaves, groups } = openParquet(bytes, file);
  const chunk = groups[0]?.chunks[leaves.findIndex((leaf) => leaf.path.join(".") === "add.stats")];
  const { start, length } = placeOf(chunk ?? [], bytes.length);
  // A new file: the one before may be in use.
  await rm(file);
  await writeFile(file, bytes.fill(0x55, start, start + length));
}

const removeCommits = async (...versions: readonly number[]): Promise<void> => {
  for (const version of versions) await rm(fileOf(commitPath(location, version)));
};

const expected = { files: count + 3, rows: Array.from({ length: count }, (_, n) => n % 7).reduce((sum, n) => sum + n, 3) };
const sized = (snapshot: Snapshot): Promise<object> => throughDamage(store, location, snapshot, sizeOf);

describe("a large checkpoint that is found damaged when its files are read", () => {
  test("is passed over for the one before, with the commits behind", async () => {
    await damage(3);
    await removeCommits(0, 1);
    const opened = await readSnapshot(store, location);
    expect([opened.checkpoint, opened.files.length]).toEqual([3, expected.files]);
    expect(await sized(opened)).toMatchObject(expected);
    const again = await readSnapshot(store, location, undefined, opened);
    expect([again.version, again.checkpoint, [...again.files].length]).toEqual([4, 1, expected.files]);
    expect(await readSnapshot(store, location, undefined, again)).toBe(again);
  });

  test("and the one before as well, is passed over for all commits", async () => {
    await damage(1);
    await damage(3);
    expect(await sized(await readSnapshot(store, location))).toMatchObject(expected);
    expect((await readSnapshot(store, location)).checkpoint).toBeNull();
  });

  test("and for which nothing can stand, is named, and that there is no other way", async () => {
    await damage(3);
    await removeCommits(0, 1, 2, 3);
    await rm(fileOf(checkpointPath(location, 1)));
    const opened = await readSnapshot(store, location);
    await expect(sized(opened)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", place: { file: checkpointPath(location, 3) }, message: expect.stringContaining("no other way"), hint: expect.stringContaining("copy") });
    const again = await readSnapshot(store, location, undefined, opened);
    expect([again.version, again.metadata]).toEqual([4, opened.metadata]);
    expect(await readSnapshot(store, location, undefined, again)).toBe(again);
  });

  test("is told by verify, which goes on around it", async () => {
    await damage(3);
    const { findings, files, rows } = await verifyTable(store, location, async (urls) => urls.map(() => 1));
    expect([files, rows]).toEqual([expected.files, expected.rows]);
    expect(findings.filter(({ path: found }) => found.includes("_delta_log"))).toEqual([expect.objectContaining({ kind: "broken", path: checkpointPath(location, 3) })]);
  });

  test("loses vacuum no file", async () => {
    const whole = await neededFiles(store, location, await readSnapshot(store, location), 0);
    await damage(3);
    expect(await neededFiles(store, location, await readSnapshot(store, location), 0)).toEqual(whole);
    expect(whole.needed.size).toBe(expected.files);
  });

  test("is no matter to who describes the table", async () => {
    await damage(3);
    const table = await openTable(fileOf(location));
    expect(await table.describe()).toMatchObject({ version: 4, checkpoint: 1, files: expected.files, rows: expected.rows });
    await table.close();
  });
});

test("a snapshot goes on with its large checkpoint when log clean-up has removed that", async () => {
  const file = fileOf(checkpointPath(location, 3));
  const opened = await readSnapshot(store, location);
  await copyFile(file, `${file}.kept`);
  await rm(file);
  expect(sizeOf(opened)).toMatchObject(expected);
});
