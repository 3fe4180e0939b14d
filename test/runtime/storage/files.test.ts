import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store, StoredObject } from "../../../runtime/storage/store.ts";

let root: string;
let store: Store;

beforeEach(async () => {
  root = path.join(await mkdtemp(path.join(tmpdir(), "files-")), "lake");
  store = openFiles(root);
});

afterEach(async () => {
  await rm(path.dirname(root), { recursive: true });
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function pathsOf(objects: AsyncIterable<StoredObject>): Promise<string[]> {
  const paths: string[] = [];
  for await (const object of objects) paths.push(object.path);
  return paths;
}

describe("putIfAbsent", () => {
  test("writes an object below directories it makes, and leaves nothing beside it", async () => {
    expect(await store.putIfAbsent("a/b c/ü=1%.bin", bytesOf("whole"))).toBe("written");
    expect(textOf(await store.read("a/b c/ü=1%.bin"))).toBe("whole");
    expect(await readdir(path.join(root, "a", "b c"))).toEqual(["ü=1%.bin"]);
  });

  test("never replaces what is there", async () => {
    await store.putIfAbsent("a/x", bytesOf("first"));
    expect(await store.putIfAbsent("a/x", bytesOf("second"))).toBe("exists");
    expect(textOf(await store.read("a/x"))).toBe("first");
    expect(await readdir(path.join(root, "a"))).toEqual(["x"]);
  });

  test("of many writers at once exactly one wins, and its bytes are there whole", async () => {
    const stores = Array.from({ length: 20 }, () => openFiles(root));
    const outcomes = await Promise.all(stores.map((each, index) => each.putIfAbsent("log/0.json", bytesOf(`${index}`.repeat(10_000)))));
    const winner = outcomes.indexOf("written");
    expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
    expect(textOf(await store.read("log/0.json"))).toBe(`${winner}`.repeat(10_000));
    expect(await readdir(path.join(root, "log"))).toEqual(["0.json"]);
  });

  test("makes a directory again that somebody removed", async () => {
    await store.putIfAbsent("a/x", bytesOf("1"));
    await rm(path.join(root, "a"), { recursive: true });
    expect(await store.putIfAbsent("a/x", bytesOf("2"))).toBe("written");
    await rm(root, { recursive: true });
    await writeFile((await store.stage("a/y")).file, "3");
  });

  test("fails by STORE_FAILED and names the object where a file stands in the way of a directory", async () => {
    await store.putIfAbsent("a", bytesOf("a file"));
    await expect(store.putIfAbsent("a/x", bytesOf("1"))).rejects.toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("a/x") });
  });

  test("a writer that is killed half-way leaves no object under the name", async () => {
    await store.putIfAbsent("log/here", bytesOf("1"));
    const script = `
      import { openFiles } from ${JSON.stringify(new URL("../../../runtime/storage/files.ts", import.meta.url).href)};
      const store = openFiles(${JSON.stringify(root)});
      const put = store.putIfAbsent("log/big", new Uint8Array(64 * 1024 * 1024));
      setTimeout(() => process.kill(process.pid, "SIGKILL"), 5);
      await put;`;
    const child = spawn(process.execPath, ["-C", "source", "--input-type=module-typescript", "-e", script], { stdio: "ignore" });
    await new Promise((resolve) => child.once("exit", resolve));
    const found = await store.head("log/big");
    expect(found === undefined || found.size === 64 * 1024 * 1024).toBe(true);
    expect(await pathsOf(store.list("log/"))).toEqual(found === undefined ? ["log/here"] : ["log/big", "log/here"]);
  });
});

describe("list", () => {
  test("passes over what a crash left of a file that was being written, and over nothing else", async () => {
    const { file } = await store.stage("t/part.parquet");
    await writeFile(file, "half");
    await writeFile(path.join(root, "t", ".part.parquet.crc"), "another writer's");
    await writeFile(path.join(root, "t", ".x.tmp"), "another writer's");
    expect(await pathsOf(store.list("t/"))).toEqual(["t/.part.parquet.crc", "t/.x.tmp"]);
  });

  test("gives objects directly in a directory, in order of path, after a name", async () => {
    for (const name of ["t/2", "t/10", "t/1", "t/sub/3", "t2/1"]) await store.putIfAbsent(name, bytesOf(name));
    expect(await pathsOf(store.list("t/"))).toEqual(["t/1", "t/10", "t/2"]);
    expect(await pathsOf(store.list("t/", { startAfter: "t/1" }))).toEqual(["t/10", "t/2"]);
    expect(await pathsOf(store.list("t/", { recursive: true }))).toEqual(["t/1", "t/10", "t/2", "t/sub/3"]);
  });

  test("gives sizes and times as head does", async () => {
    await store.putIfAbsent("t/1", bytesOf("four"));
    const listed: StoredObject[] = [];
    for await (const object of store.list("t/")) listed.push(object);
    expect(listed).toEqual([await store.head("t/1")]);
    expect(listed[0]?.size).toBe(4);
  });

  test("of a directory that is not there is empty", async () => {
    expect(await pathsOf(store.list("nothing/"))).toEqual([]);
  });
});

describe("read", () => {
  test("gives a range of bytes, shorter at the end", async () => {
    await store.putIfAbsent("x", bytesOf("0123456789"));
    expect(textOf(await store.read("x", { offset: 2, length: 3 }))).toBe("234");
    expect(textOf(await store.read("x", { offset: 8, length: 5 }))).toBe("89");
  });

  test("of what is not there is FILE_NOT_FOUND and named; head says undefined", async () => {
    await expect(store.read("a/none")).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringContaining("a/none") });
    expect(await store.head("a/none")).toBeUndefined();
    await store.putIfAbsent("file", bytesOf("1"));
    await expect(store.read("file/none")).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await store.head("file/none")).toBeUndefined();
  });
});

describe("stage", () => {
  test("another writer's file gets its name when finished, and its size is told", async () => {
    const staged = await store.stage("t/day=1/part.parquet");
    expect(await store.head("t/day=1/part.parquet")).toBeUndefined();
    await writeFile(staged.file, "written by an engine");
    expect(await staged.finish()).toBe(20);
    expect(await readdir(path.join(root, "t", "day=1"))).toEqual(["part.parquet"]);
  });

  test("a discarded file leaves nothing, written or not", async () => {
    const written = await store.stage("t/a");
    await writeFile(written.file, "x");
    await written.discard();
    await (await store.stage("t/b")).discard();
    expect(await readdir(path.join(root, "t"))).toEqual([]);
  });

  test("never replaces an object: STORE_FAILED", async () => {
    await store.putIfAbsent("t/a", bytesOf("first"));
    const staged = await store.stage("t/a");
    await writeFile(staged.file, "second");
    await expect(staged.finish()).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(textOf(await store.read("t/a"))).toBe("first");
    await staged.discard();
  });
});

test("remove takes an object away; a second time is fine", async () => {
  await store.putIfAbsent("a", bytesOf("1"));
  await store.remove("a");
  await store.remove("a");
  expect(await store.head("a")).toBeUndefined();
});

test("a root that is a link is the directory it leads to", async () => {
  const real = `${root}-real`;
  await mkdir(real);
  await symlink(real, root);
  await store.putIfAbsent("t/a", bytesOf("1"));
  expect(await readFile(path.join(real, "t", "a"), "utf8")).toBe("1");
});
