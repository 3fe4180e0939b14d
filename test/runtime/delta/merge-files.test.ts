/** Files that a merge looks through at once: the engine holds memory for each partition among them, which a thousand would fill. */
import { expect, test } from "vitest";
import type { AddFile } from "../../../runtime/delta/actions/actions.ts";
import { batchesOf } from "../../../runtime/delta/commit/merge-files.ts";

const file = (path: string, day: string, size = 1): AddFile => ({ path, partitionValues: { day }, size, modificationTime: 0, dataChange: true });

test("files of many partitions are looked through a few partitions at a time, each file once", () => {
  const files = Array.from({ length: 3_000 }, (_, k) => file(`${k}`, `${k % 1_000}`));
  const batches = batchesOf(files);
  expect(batches).toHaveLength(Math.ceil(1_000 / 32));
  expect(Math.max(...batches.map((batch) => new Set(batch.map(({ partitionValues }) => partitionValues["day"])).size))).toBe(32);
  expect(new Set(batches.flat().map(({ path }) => path)).size).toBe(3_000);
  expect(batches.flat()).toHaveLength(3_000);
});

test("files of few partitions are looked through by their number and size", () => {
  expect(batchesOf(Array.from({ length: 600 }, (_, k) => file(`${k}`, `${k % 2}`))).map(({ length }) => length)).toEqual([256, 256, 88]);
  expect(batchesOf(Array.from({ length: 3 }, (_, k) => file(`${k}`, "1", 600 * 1024 * 1024))).map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(batchesOf([])).toEqual([]);
});
