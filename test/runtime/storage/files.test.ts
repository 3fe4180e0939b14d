/** The store of local files where its disk shows: what lies beside objects, directories, links. The contract is held in contract.test.ts. */
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

async function pathsOf(objects: AsyncIterable<StoredObject>): Promise<string[]> {
  const paths: string[] = [];
  for await (const object of objects) paths.push(object.path);
  return paths;
}

describe("putIfAbsent", () => {
  test("leaves nothing beside an object, won or lost", async () => {
    const stores = Array.from({ length: 20 }, () => openFiles(root));
    await Promise.all(stores.map((each) => each.putIfAbsent("a/b c/ü=1%.bin", bytesOf("whole"))));
    expect(await readdir(path.join(root, "a", "b c"))).toEqual(["ü=1%.bin"]);
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

  test("gives sizes and times as head does", async () => {
    await store.putIfAbsent("t/1", bytesOf("four"));
    const listed: StoredObject[] = [];
    for await (const object of store.list("t/")) listed.push(object);
    expect(listed).toEqual([await store.head("t/1")]);
    expect(listed[0]?.size).toBe(4);
  });

});

test("a file that stands where a directory should be is no object below it", async () => {
  await store.putIfAbsent("file", bytesOf("1"));
  await expect(store.read("file/none")).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  expect(await store.head("file/none")).toBeUndefined();
});

test("a staged file lies beside its place, and nothing is left of it, finished or discarded, written or not", async () => {
  const staged = await store.stage("t/a");
  expect(path.dirname(staged.file)).toBe(path.join(root, "t"));
  await writeFile(staged.file, "rows");
  await staged.finish();
  const written = await store.stage("t/b");
  await writeFile(written.file, "x");
  await written.discard();
  await (await store.stage("t/c")).discard();
  expect(await readdir(path.join(root, "t"))).toEqual(["a"]);
});

test("a root that is a link is the directory it leads to", async () => {
  const real = `${root}-real`;
  await mkdir(real);
  await symlink(real, root);
  await store.putIfAbsent("t/a", bytesOf("1"));
  expect(await readFile(path.join(real, "t", "a"), "utf8")).toBe("1");
});
