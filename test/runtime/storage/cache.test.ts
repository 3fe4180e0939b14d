/** Local copies: fetched once, whole or not at all, and taken away by least recent use, never from under a query. */
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCache, type CacheSource } from "../../../runtime/storage/cache.ts";
import { Failure } from "../../../runtime/values/failure.ts";

let directory: string;
beforeEach(async () => { directory = path.join(await mkdtemp(path.join(tmpdir(), "cache-")), "objects"); });
afterEach(() => rm(path.dirname(directory), { recursive: true }));

const bytes = 1_000;
const open = (bytesMax = 1_000_000): ReturnType<typeof openCache> => openCache({ directory, bytesMax });
/** An object of `size` letters, and how often it is fetched and looked at. */
function objectOf(letter = "a", size = bytes, mark: string | undefined = letter): CacheSource & { fetched: number; looked: number } {
  const counted = {
    fetched: 0,
    looked: 0,
    async look() {
      counted.looked += 1;
      return { mark, size };
    },
    async fetch(file: string) {
      counted.fetched += 1;
      await writeFile(file, letter.repeat(size));
      return mark;
    },
  };
  return counted;
}
const copies = async (): Promise<string[]> => (await readdir(directory, { recursive: true })).filter((name) => name.endsWith(".parquet")).map((name) => path.basename(name));
const hours = (count: number): Date => new Date(Date.now() - count * 3_600_000);

test("a copy is fetched once by all who ask at once, and found by another process, which looks once whether it is still the object's", async () => {
  const [source, another] = [objectOf(), objectOf()];
  const cache = open();
  const files = await Promise.all(Array.from({ length: 20 }, () => cache.localize("s3://b/a", bytes, source)));
  expect(new Set(files).size).toBe(1);
  expect([source.fetched, source.looked]).toEqual([1, 0]);
  const other = open();
  for (let asked = 0; asked < 3; asked += 1) expect(await other.localize("s3://b/a", bytes, another)).toBe(files[0]);
  expect([another.fetched, another.looked]).toEqual([0, 1]);
  expect(await readFile(files[0] ?? "", "utf8")).toBe("a".repeat(bytes));
});

test("a copy of another content than the object has by now is not taken for it, nor from under those who have it", async () => {
  const cache = open();
  const before = await cache.localize("s3://b/a", bytes, objectOf("a"));
  const replaced = objectOf("b");
  const after = await open().localize("s3://b/a", bytes, replaced);
  expect([replaced.fetched, replaced.looked]).toEqual([1, 1]);
  expect([await readFile(before, "utf8"), await readFile(after, "utf8")]).toEqual(["a".repeat(bytes), "b".repeat(bytes)]);
  expect(await cache.localize("s3://b/a", bytes, replaced)).toBe(before);
  const shorter = objectOf("c", 5);
  await expect(open().localize("s3://b/a", bytes, shorter)).rejects.toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("has 5 bytes where its table's log says 1000") });
  expect(shorter.fetched).toBe(0);
});

test("a store that marks nothing has its objects fetched by each process", async () => {
  await open().localize("s3://b/a", bytes, { ...objectOf(), fetch: async (file) => { await writeFile(file, "a".repeat(bytes)); return undefined; } });
  const source = objectOf("a", bytes, undefined);
  const unmarked = { ...source, look: async () => ({ mark: undefined, size: bytes }), fetch: async (file: string) => { await source.fetch(file); return undefined; } };
  const cache = open();
  for (let asked = 0; asked < 3; asked += 1) await cache.localize("s3://b/a", bytes, unmarked);
  expect(source.fetched).toBe(1);
});

test("no copy is given while the store does not answer whether it is the object's", async () => {
  await open().localize("s3://b/a", bytes, objectOf());
  const cache = open();
  const silent = { ...objectOf(), look: async () => { throw new Failure("STORE_FAILED", "s3://b does not answer"); } };
  await expect(cache.localize("s3://b/a", bytes, silent)).rejects.toMatchObject({ code: "STORE_FAILED", message: "s3://b does not answer" });
  const source = objectOf();
  await cache.localize("s3://b/a", bytes, source);
  expect([source.fetched, source.looked]).toEqual([0, 1]);
});

test("a fetch that fails leaves nothing and is tried by the next who asks", async () => {
  const cache = open();
  await expect(cache.localize("s3://b/a", bytes, { ...objectOf(), fetch: async (file) => {
    await writeFile(file, "half");
    throw new Error("broken off");
  } })).rejects.toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("broken off") });
  expect([await copies(), await readdir(path.join(directory, "work"))]).toEqual([[], []]);
  await cache.localize("s3://b/a", bytes, objectOf());
  expect(await copies()).toHaveLength(1);
});

test("a copy of the wrong size is not kept, and one that was cut short on disk is fetched anew", async () => {
  await expect(open().localize("s3://b/a", bytes, objectOf("a", 5))).rejects.toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("has 5 bytes where its table's log says 1000") });
  expect(await copies()).toEqual([]);
  const file = await open().localize("s3://b/a", bytes, objectOf());
  await writeFile(file, "cut");
  await open().localize("s3://b/a", bytes, objectOf());
  expect((await stat(file)).size).toBe(bytes);
});

test("above the bound those go that were not asked for longest, and none of the last hour", async () => {
  const cache = open(3 * bytes);
  const files: string[] = [];
  for (const name of ["a", "b", "c"]) files.push(await cache.localize(name, bytes, objectOf(name)));
  const [a = "", b = "", c = ""] = files;
  await utimes(a, hours(3), hours(9));
  await utimes(b, hours(5), hours(9));
  const d = await open(3 * bytes).localize("d", bytes, objectOf("d"));
  expect((await copies()).toSorted()).toEqual([a, c, d].map((file) => path.basename(file)).toSorted());
  await utimes(a, hours(0.5), hours(9));
  const e = await open(3 * bytes).localize("e", bytes, objectOf("e"));
  expect((await copies()).toSorted()).toEqual([a, c, d, e].map((file) => path.basename(file)).toSorted());
  // Nothing is left of b, whose only copy went, and a copy of it may come again.
  await expect(stat(path.dirname(b))).rejects.toMatchObject({ code: "ENOENT" });
  await open().localize("b", bytes, objectOf("b"));
});

test("asking for a copy keeps it, and leaves the time of its bytes", async () => {
  const file = await open().localize("a", bytes, objectOf());
  await utimes(file, hours(5), hours(9));
  const changed = (await stat(file)).mtimeMs;
  await open().localize("a", bytes, objectOf());
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
  await open(bytes).localize("a", bytes, objectOf());
  expect(await readdir(works)).toEqual(["new"]);
  expect(await readdir(directory)).toContain("theirs.txt");
});

test("a directory that somebody removed is made again, and one that cannot be made is told with the way out", async () => {
  const cache = open();
  await rm(directory, { recursive: true });
  await cache.localize("a", bytes, objectOf());
  expect(await copies()).toHaveLength(1);
  await writeFile(path.join(path.dirname(directory), "file"), "x");
  expect(() => openCache({ directory: path.join(path.dirname(directory), "file"), bytesMax: 1 })).toThrow(expect.objectContaining({ code: "STORE_FAILED", hint: expect.stringContaining("cache: { directory }") }));
});
