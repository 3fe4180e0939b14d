import { describe, expect, test } from "vitest";
import type { AddFile } from "../../../runtime/delta/actions/actions.ts";
import { fileKey, keyHash } from "../../../runtime/delta/actions/file-keys.ts";
import { liveFilesOf, liveKeys, noFiles, withAdded, withChanges } from "../../../runtime/delta/actions/live-files.ts";
import type { LiveFiles } from "../../../runtime/delta/actions/live-files.ts";

const vector = { storageType: "u", pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^", offset: 4, sizeInBytes: 40, cardinality: 6 };

function file(id: number, more: Partial<AddFile> = {}): AddFile {
  return { path: `part-${id}.parquet`, size: id, modificationTime: 0, dataChange: true, partitionValues: {}, stats: `{"numRecords":${id}}`, ...more };
}

const range = (from: number, to: number): AddFile[] => Array.from({ length: to - from }, (_, k) => file(from + k));

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** What was said of files last, one commit after another. */
function changes(...said: readonly (readonly [AddFile, "added" | "removed"])[]): ReadonlyMap<string, AddFile | undefined> {
  return new Map(said.map(([one, how]) => [fileKey(one), how === "added" ? one : undefined]));
}

function objectsOf(files: LiveFiles): number {
  return files.tail.length;
}

describe("live files", () => {
  test("many are in blocks, and the same in the same order", () => {
    const files = liveFilesOf(range(0, 5_000));
    expect([...files]).toEqual(range(0, 5_000));
    expect([files.length, files.bytes, objectsOf(files)]).toEqual([5_000, (4_999 * 5_000) / 2, 0]);
  });

  test("that come one by one are in few blocks, and few are objects", () => {
    let files = noFiles;
    for (const one of range(0, 20_000)) files = withAdded(files, [one]);
    expect([...files]).toEqual(range(0, 20_000));
    expect(files.blocks.length).toBeLessThan(8);
    expect(objectsOf(files)).toBeLessThanOrEqual(1_024);
  });

  test("of a version before stay as they were", () => {
    const before = liveFilesOf(range(0, 3_000));
    const after = withChanges(before, changes([file(7), "removed"], [file(2_999), "removed"], [file(3_000), "added"]));
    expect([...before]).toEqual(range(0, 3_000));
    expect([...after].map(({ size }) => size)).toEqual(range(0, 3_001).map(({ size }) => size).filter((size) => size !== 7 && size !== 2_999));
    expect(after.bytes).toBe(before.bytes - 7 - 2_999 + 3_000);
  });

  test("that were removed are left behind when blocks are put together", () => {
    let files = liveFilesOf(range(0, 2_000));
    files = withChanges(files, new Map(range(0, 1_500).map((one) => [fileKey(one), undefined])));
    files = withAdded(files, range(2_000, 4_000));
    expect([...files]).toEqual(range(1_500, 4_000));
    expect(files.blocks.map(({ block }) => block.length)).toEqual([2_500]);
  });

  test("of which nothing is left leave no block", () => {
    const files = withChanges(liveFilesOf(range(0, 2_000)), new Map(range(0, 2_000).map((one) => [fileKey(one), undefined])));
    expect([[...files], files.blocks, files.bytes, files.length]).toEqual([[], [], 0, 0]);
  });

  test("a file that is added again stands once, as it was said last", () => {
    const files = withChanges(liveFilesOf(range(0, 2_000)), changes([file(5, { size: 99 }), "added"]));
    expect([...files].filter(({ path }) => path === "part-5.parquet")).toEqual([file(5, { size: 99 })]);
    expect(files.length).toBe(2_000);
  });

  test("are found by any spelling of their path, and by their deletion vector", () => {
    const spelled = [file(1, { path: "p=a%20b/%70art.parquet" }), file(2, { path: "file:///else/c.parquet" }), file(3, { deletionVector: vector })];
    const files = liveFilesOf([...spelled, ...range(10, 2_000)]);
    const keys = [{ path: "p=a%20b/part.parquet" }, { path: "file:/else/c.parquet" }, { path: "/else/c.parquet" }, file(3, { deletionVector: vector }), file(3), file(12), file(5_000)].map(fileKey);
    expect(liveKeys(files, new Set(keys))).toEqual(new Set(["p=a b/part.parquet", "/else/c.parquet", fileKey(spelled[2] ?? file(0)), "part-12.parquet"]));
    expect(liveKeys(withChanges(files, new Map([["p=a b/part.parquet", undefined]])), new Set(keys)).has("p=a b/part.parquet")).toBe(false);
  });
});

test("the hash of a key is of its end, wherever the bytes stand", () => {
  const hashes = ["a", "ab", "abc", "abcd", "abcde", "x".repeat(40), `y${"x".repeat(39)}`].map((key) => {
    const bytes = Buffer.from(`junk${key}junk`);
    expect(keyHash(viewOf(bytes), 4, bytes.length - 4)).toBe(keyHash(viewOf(Buffer.from(key)), 0, key.length));
    return keyHash(viewOf(bytes), 4, bytes.length - 4);
  });
  expect(new Set(hashes).size).toBe(hashes.length);
});
