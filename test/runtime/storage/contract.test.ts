/** What `runtime/storage/store.ts` promises, held against every store. */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HeldObject } from "../../../runtime/storage/held-object.ts";
import { putFresh } from "../../../runtime/storage/put-fresh.ts";
import { removeAll } from "../../../runtime/storage/remove-all.ts";
import type { Store, StoredObject } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { onStores, type LakeSite } from "../../stores.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function collect(objects: AsyncIterable<StoredObject>): Promise<StoredObject[]> {
  return await Array.fromAsync(objects);
}

async function pathsOf(objects: AsyncIterable<StoredObject>): Promise<string[]> {
  return (await collect(objects)).map((object) => object.path);
}

/** Stands for what a store does not have. */
const none: HeldObject = { size: 0, copy: () => { throw new Failure("STORE_FAILED", "There is nothing to hold."); } };

let folder: string;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "contract-")); });
afterAll(() => rm(folder, { recursive: true }));

await onStores(["files", "S3", "S3 on versitygw", "S3 with DynamoDB"], keepsTheContract);

/** Each test has a store of its own, at a new root. */
function keepsTheContract(site: LakeSite): void {
  let root: string;
  let store: Store;
  const open = (): Store => site.open(root, folder);
  beforeEach(() => {
    root = site.newRoot(folder);
    store = open();
  });

  describe("putIfAbsent", () => {
    test("writes an object whose name needs care, and read gives its bytes", async () => {
      const name = "a/b c/day=2026-01-01/ü=1%20 '&<>+😀.bin";
      expect(await store.putIfAbsent(name, bytesOf("whole"))).toBe("written");
      expect(textOf(await store.read(name))).toBe("whole");
      expect(await pathsOf(store.list("a/", { recursive: true }))).toEqual([name]);
    });

    test("never replaces what is there", async () => {
      expect(await store.putIfAbsent("a/x", bytesOf("first"))).toBe("written");
      expect(await store.putIfAbsent("a/x", bytesOf("second"))).toBe("exists");
      expect(await store.putIfAbsent("a/x", bytesOf("first"))).toBe("exists");
      expect(textOf(await store.read("a/x"))).toBe("first");
    });

    test("of many writers at once exactly one wins, and its bytes are there whole", async () => {
      const stores = Array.from({ length: 16 }, open);
      for (let round = 0; round < 5; round += 1) {
        const outcomes = await Promise.all(stores.map((each, index) => each.putIfAbsent(`log/${round}.json`, bytesOf(`${index},`.repeat(10_000)))));
        expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
        expect(textOf(await store.read(`log/${round}.json`))).toBe(`${outcomes.indexOf("written")},`.repeat(10_000));
      }
    });

    test("is seen at once by others, who looked before and found nothing", async () => {
      const other = open();
      expect([await other.head("log/1"), await pathsOf(other.list("log/"))]).toEqual([undefined, []]);
      for (let number = 1; number <= 20; number += 1) {
        await store.putIfAbsent(`log/${number}`, bytesOf(`${number}`));
        expect(textOf(await other.read(`log/${number}`))).toBe(`${number}`);
        expect(await pathsOf(other.list("log/"))).toHaveLength(number);
      }
    });

    test("takes a table's commits one after the other, of many writers of each version exactly one", async () => {
      const name = (version: number): string => `t/_delta_log/${String(version).padStart(20, "0")}.json`;
      const stores = Array.from({ length: 8 }, open);
      for (let version = 0; version < 5; version += 1) {
        const outcomes = await Promise.all(stores.map((each, index) => each.putIfAbsent(name(version), bytesOf(`${index}`))));
        expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
        expect(textOf(await store.read(name(version)))).toBe(`${outcomes.indexOf("written")}`);
        expect(await store.head(name(version))).toMatchObject({ path: name(version), size: 1 });
      }
      expect(await pathsOf(store.list("t/_delta_log/"))).toEqual([0, 1, 2, 3, 4].map(name));
    });

    test("takes an object of no bytes", async () => {
      expect(await store.putIfAbsent("empty", new Uint8Array())).toBe("written");
      expect(await store.read("empty")).toHaveLength(0);
      expect(await store.head("empty")).toMatchObject({ size: 0 });
    });
  });

  describe("putAfter, where a store has it,", () => {
    test("gives an object its name once something else has come to its end, and not before", async () => {
      const held = Promise.withResolvers<void>();
      const put = store.putAfter?.("a/x", bytesOf("whole"), held.promise);
      await store.putIfAbsent("a/y", bytesOf("meanwhile"));
      expect(await store.head("a/x")).toBeUndefined();
      held.resolve();
      expect([undefined, "written"]).toContain(await put);
      expect(await store.putAfter?.("a/y", bytesOf("late"), Promise.resolve()) ?? "exists").toBe("exists");
      expect(await pathsOf(store.list("a/"))).toEqual(put === undefined ? ["a/y"] : ["a/x", "a/y"]);
      expect(textOf(await store.read("a/y"))).toBe("meanwhile");
    });

    test("puts nothing when that fails, and throws what it threw", async () => {
      const failed = new Error("the other failed");
      const held = Promise.withResolvers<void>();
      const put = store.putAfter?.("a/x", bytesOf("whole"), held.promise) ?? held.promise;
      const outcome = put.catch((error: unknown) => error);
      await store.putIfAbsent("a/y", bytesOf("meanwhile"));
      held.reject(failed);
      const error = await outcome;
      expect([error, error instanceof Error ? error.cause : undefined]).toContain(failed);
      expect(await pathsOf(store.list("a/"))).toEqual(["a/y"]);
    });
  });

  describe("putFresh", () => {
    test("puts an object under a name of one's own, alone in its directory, and never over another", async () => {
      await putFresh(store, "a/b/day=1/x", bytesOf("whole"));
      const failure: unknown = await putFresh(store, "a/b/day=1/x", bytesOf("other")).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("is there already") });
      expect(textOf(await store.read("a/b/day=1/x"))).toBe("whole");
      expect(await pathsOf(store.list("a/", { recursive: true }))).toEqual(["a/b/day=1/x"]);
      expect(await Array.fromAsync(store.leftovers("a/"))).toEqual([]);
    });
  });

  describe("removeAll", () => {
    test("removes many at once, whatever they are called, and minds none that is not there", async () => {
      const names = ["a/b c/ü=1%20 '&<>+😀.bin", ...Array.from({ length: 1_030 }, (_, k) => `a/${k}`)];
      const there = names.slice(0, 40);
      for (const name of [...there, "a/kept", "b"]) await store.putIfAbsent(name, bytesOf(name));
      await removeAll(store, names);
      expect(await pathsOf(store.list("", { recursive: true }))).toEqual(["a/kept", "b"]);
      await expect(removeAll(store, ["b"], AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
      expect(await pathsOf(store.list(""))).toEqual(["b"]);
    });
  });

  describe("now", () => {
    test("is the time that a new object gets, or a second less, and leaves nothing", async () => {
      const before = (await store.now?.()) ?? 0;
      await store.putIfAbsent("x", bytesOf("x"));
      const { modified = 0 } = (await store.head("x")) ?? {};
      const after = (await store.now?.()) ?? 0;
      // S3 tells times to the second.
      expect([before - 1_000 <= modified, modified <= after + 1_000]).toEqual([true, true]);
      expect(await pathsOf(store.list("", { recursive: true }))).toEqual(["x"]);
      expect(await Array.fromAsync(store.leftovers(""))).toEqual([]);
    });
  });

  describe("list", () => {
    test("gives objects directly in a directory in order of path, after a name, and those below when asked", async () => {
      for (const name of ["t/2", "t/10", "t/1", "t/sub/3", "t2/1", "u"]) await store.putIfAbsent(name, bytesOf(name));
      expect(await pathsOf(store.list("t/"))).toEqual(["t/1", "t/10", "t/2"]);
      expect(await pathsOf(store.list("t/", { startAfter: "t/1" }))).toEqual(["t/10", "t/2"]);
      expect(await pathsOf(store.list("t/", { recursive: true }))).toEqual(["t/1", "t/10", "t/2", "t/sub/3"]);
      expect(await pathsOf(store.list("t/", { recursive: true, startAfter: "t/2" }))).toEqual(["t/sub/3"]);
      expect(await pathsOf(store.list("nothing/"))).toEqual([]);
      expect(await pathsOf(store.list("t/", { recursive: true, only: (path) => !path.endsWith("1") }))).toEqual(["t/10", "t/2", "t/sub/3"]);
    });

    test("gives sizes and times as head does, to the second", async () => {
      const before = Date.now();
      await store.putIfAbsent("t/1", bytesOf("four"));
      const [listed] = await collect(store.list("t/"));
      const head = await store.head("t/1");
      expect(listed).toMatchObject({ path: "t/1", size: 4 });
      expect(head).toMatchObject({ path: "t/1", size: 4 });
      expect(Math.floor((listed?.modified ?? 0) / 1_000)).toBe(Math.floor((head?.modified ?? 0) / 1_000));
      expect(Math.abs((head?.modified ?? 0) - before)).toBeLessThan(10_000);
    });

    test("goes on where a page ends", async () => {
      const names = Array.from({ length: 1_203 }, (_, k) => `many/${String(k).padStart(5, "0")}`);
      for (let from = 0; from < names.length; from += 50) await Promise.all(names.slice(from, from + 50).map((name) => store.putIfAbsent(name, bytesOf(name))));
      expect(await pathsOf(store.list("many/"))).toEqual(names);
      expect(await pathsOf(store.list("many/", { startAfter: names[100] ?? "" }))).toEqual(names.slice(101));
    });
  });

  describe("read", () => {
    test("gives a range of bytes, shorter at the end and empty behind it", async () => {
      await store.putIfAbsent("x", bytesOf("0123456789"));
      expect(textOf(await store.read("x", { offset: 2, length: 3 }))).toBe("234");
      expect(textOf(await store.read("x", { offset: 8, length: 5 }))).toBe("89");
      expect(await store.read("x", { offset: 10, length: 5 })).toHaveLength(0);
      expect(await store.read("x", { offset: 3, length: 0 })).toHaveLength(0);
    });

    test("of what is not there is FILE_NOT_FOUND and named; head says undefined", async () => {
      await expect(store.read("a/none")).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringContaining("a/none") });
      expect(await store.head("a/none")).toBeUndefined();
    });
  });

  describe("hold, where a store has it,", () => {
    test("gives parts of an object, also once it was removed", async () => {
      await store.putIfAbsent("a/x", bytesOf("0123456789"));
      const held = await store.hold?.("a/x");
      await store.remove("a/x");
      const into = new Uint8Array(4);
      held?.copy(3, into);
      expect([held?.size ?? 10, textOf(into)]).toEqual([10, held === undefined ? "\0\0\0\0" : "3456"]);
      expect(() => (held ?? none).copy(8, into)).toThrow(expect.objectContaining({ code: "STORE_FAILED" }));
    });

    test("of what is not there is FILE_NOT_FOUND", async () => {
      await expect(store.hold?.("a/none") ?? store.read("a/none")).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    });
  });

  describe("stage", () => {
    test("another writer's file gets its name when finished, its size is told, and nothing stays beside it", async () => {
      const staged = await store.stage("t/day=1/part.parquet");
      expect(staged.file.startsWith(`${store.local}/`)).toBe(true);
      expect(await store.head("t/day=1/part.parquet")).toBeUndefined();
      await writeFile(staged.file, "written by an engine");
      expect(await staged.finish()).toBe(20);
      expect(textOf(await store.read("t/day=1/part.parquet"))).toBe("written by an engine");
      expect(await pathsOf(store.list("t/", { recursive: true }))).toEqual(["t/day=1/part.parquet"]);
      await expect(readFile(staged.file)).rejects.toMatchObject({ code: "ENOENT" });
    });

    test("a large file arrives whole", async () => {
      const bytes = new Uint8Array(70 * 1024 * 1024);
      for (let at = 0; at < bytes.length; at += 4_096) bytes[at] = at / 4_096;
      const staged = await store.stage("t/large.parquet");
      await writeFile(staged.file, bytes);
      expect(await staged.finish()).toBe(bytes.length);
      expect(Buffer.compare(await store.read("t/large.parquet"), bytes)).toBe(0);
    });

    test.each([20, 70 * 1024 * 1024])("never replaces an object: STORE_FAILED for a file of %d bytes", async (size) => {
      await store.putIfAbsent("t/a", bytesOf("first"));
      const staged = await store.stage("t/a");
      await writeFile(staged.file, new Uint8Array(size));
      await expect(staged.finish()).rejects.toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("is there already") });
      await staged.discard();
      expect(textOf(await store.read("t/a"))).toBe("first");
    });

    test("a discarded file leaves nothing, written or not", async () => {
      const written = await store.stage("t/a");
      await writeFile(written.file, "x");
      await written.discard();
      await (await store.stage("t/b")).discard();
      expect(await pathsOf(store.list("t/", { recursive: true }))).toEqual([]);
    });

    test("takes a file that was made in the store's scratch directory", async () => {
      const scratch = store.scratch("t/part.parquet");
      await mkdir(scratch, { recursive: true });
      await writeFile(path.join(scratch, "a"), "made");
      const staged = await store.stage("t/part.parquet");
      await rename(path.join(scratch, "a"), staged.file);
      await staged.finish();
      await rm(scratch, { recursive: true });
      expect(textOf(await store.read("t/part.parquet"))).toBe("made");
    });
  });

  test("localize gives a file below `local` with the object's bytes", async () => {
    await store.putIfAbsent("t/part-1.parquet", bytesOf("rows"));
    const file = await store.localize("t/part-1.parquet", 4);
    expect(path.isAbsolute(file) && file.startsWith(`${store.local}/`)).toBe(true);
    expect(await readFile(file, "utf8")).toBe("rows");
  });

  test("remove takes an object away, and is content when there is none", async () => {
    await store.putIfAbsent("t/a", bytesOf("1"));
    await store.remove("t/a");
    await store.remove("t/a");
    expect(await store.head("t/a")).toBeUndefined();
    expect(await store.putIfAbsent("t/a", bytesOf("2"))).toBe("written");
  });

  test("locate names what is meant under the root", () => {
    expect(store.root).toBe(root);
    expect(store.locate("t/a")).toBe(`${root}/t/a`);
    expect(store.locate("")).toBe(root);
  });
}
