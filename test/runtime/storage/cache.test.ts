/** Local copies: fetched once, whole or not at all, and taken away by least recent use, never from under a query. */
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCache } from "../../../runtime/storage/cache.ts";

let directory: string;
beforeEach(async () => { directory = path.join(await mkdtemp(path.join(tmpdir(), "cache-")), "objects"); });
afterEach(() => rm(path.dirname(directory), { recursive: true }));

const bytes = 1_000;
const open = (bytesMax = 1_000_000): ReturnType<typeof openCache> => openCache({ directory, bytesMax });
/** Writes a copy of `bytes` letters and counts. */
function fetcher(letter = "a", size = bytes): { readonly fetch: (file: string) => Promise<void>; times: number } {
  const counted = { times: 0, fetch: async (file: string) => {
    counted.times += 1;
    await writeFile(file, letter.repeat(size));
  } };
  return counted;
}
const copies = async (): Promise<string[]> => (await readdir(directory)).filter((name) => name.endsWith(".parquet"));
const hours = (count: number): Date => new Date(Date.now() - count * 3_600_000);

test("a copy is fetched once by all who ask at once, and found by another process", async () => {
  const [source, another] = [fetcher(), fetcher()];
  const cache = open();
  const files = await Promise.all(Array.from({ length: 20 }, () => cache.localize("s3://b/a", bytes, source.fetch)));
  expect(new Set(files).size).toBe(1);
  expect(source.times).toBe(1);
  expect(await open().localize("s3://b/a", bytes, another.fetch)).toBe(files[0]);
  expect(another.times).toBe(0);
  expect(await readFile(files[0] ?? "", "utf8")).toBe("a".repeat(bytes));
});

test("a fetch that fails leaves nothing and is tried by the next who asks", async () => {
  const cache = open();
  await expect(cache.localize("s3://b/a", bytes, async (file) => {
    await writeFile(file, "half");
    throw new Error("broken off");
  })).rejects.toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("broken off") });
  expect([await copies(), await readdir(path.join(directory, "work"))]).toEqual([[], []]);
  await cache.localize("s3://b/a", bytes, fetcher().fetch);
  expect(await copies()).toHaveLength(1);
});

test("a copy of the wrong size is not kept, and one that was cut short on disk is fetched anew", async () => {
  await expect(open().localize("s3://b/a", bytes, fetcher("a", 5).fetch)).rejects.toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("has 5 bytes where its table's log says 1000") });
  expect(await copies()).toEqual([]);
  const file = await open().localize("s3://b/a", bytes, fetcher().fetch);
  await writeFile(file, "cut");
  await open().localize("s3://b/a", bytes, fetcher().fetch);
  expect((await stat(file)).size).toBe(bytes);
});

test("above the bound those go that were not asked for longest, and none of the last hour", async () => {
  const cache = open(3 * bytes);
  const files: string[] = [];
  for (const name of ["a", "b", "c"]) files.push(await cache.localize(name, bytes, fetcher(name).fetch));
  const [a = "", b = "", c = ""] = files;
  await utimes(a, hours(3), hours(9));
  await utimes(b, hours(5), hours(9));
  const d = await open(3 * bytes).localize("d", bytes, fetcher("d").fetch);
  expect((await copies()).toSorted()).toEqual([a, c, d].map((file) => path.basename(file)).toSorted());
  await utimes(a, hours(0.5), hours(9));
  const e = await open(3 * bytes).localize("e", bytes, fetcher("e").fetch);
  expect((await copies()).toSorted()).toEqual([a, c, d, e].map((file) => path.basename(file)).toSorted());
});

test("asking for a copy keeps it, and leaves the time of its bytes", async () => {
  const file = await open().localize("a", bytes, fetcher().fetch);
  await utimes(file, hours(5), hours(9));
  const changed = (await stat(file)).mtimeMs;
  await open().localize("a", bytes, fetcher().fetch);
  expect((await stat(file)).mtimeMs).toBe(changed);
  expect(Date.now() - (await stat(file)).atimeMs).toBeLessThan(60_000);
});

test("what a crash left on its way goes after a day, and files of others stay", async () => {
  open();
  const works = path.join(directory, "work");
  await writeFile(path.join(works, "old"), "x");
  await utimes(path.join(works, "old"), hours(30), hours(30));
  await writeFile(path.join(works, "new"), "x");
  await writeFile(path.join(directory, "theirs.txt"), "x".repeat(5_000));
  await utimes(path.join(directory, "theirs.txt"), hours(30), hours(30));
  await open(bytes).localize("a", bytes, fetcher().fetch);
  expect(await readdir(works)).toEqual(["new"]);
  expect(await readdir(directory)).toContain("theirs.txt");
});

test("a directory that somebody removed is made again, and one that cannot be made is told with the way out", async () => {
  const cache = open();
  await rm(directory, { recursive: true });
  await cache.localize("a", bytes, fetcher().fetch);
  expect(await copies()).toHaveLength(1);
  await writeFile(path.join(path.dirname(directory), "file"), "x");
  expect(() => openCache({ directory: path.join(path.dirname(directory), "file"), bytesMax: 1 })).toThrow(expect.objectContaining({ code: "STORE_FAILED", hint: expect.stringContaining("cache: { directory }") }));
});
