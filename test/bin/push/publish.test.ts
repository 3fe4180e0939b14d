import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { publish, type PublishResult } from "../../../bin/push/publish.ts";

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), "neuralake-publish-")); });
afterEach(() => rm(folder, { recursive: true, force: true }));

const live = (...names: string[]): string => join(folder, "live", ...names);

async function write(at: string, files: { readonly [path: string]: string }): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, at, path)), { recursive: true });
    await writeFile(join(folder, at, path), text);
  }
}

let pushes = 0;
/** Publishes these files as a push of their own. */
async function push(files: { readonly [path: string]: string }): Promise<PublishResult> {
  const tree = `tree-${++pushes}`;
  await write(tree, files);
  return await publish(join(folder, tree), live(), { name: String(pushes).padStart(40, "0"), own: ["catalog", "generated"], seal: "generated/catalog.json" });
}

/** Text of every file of the live project but what publishing remembers. */
async function liveFiles(): Promise<{ readonly [path: string]: string }> {
  const entries = (await readdir(live(), { recursive: true, withFileTypes: true })).filter((entry) => !entry.isDirectory());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(live().length + 1)).filter((path) => !path.startsWith(".neuralake"));
  return Object.fromEntries(await Promise.all(paths.toSorted().map(async (path) => [path, await readFile(live(path), "utf8")] as const)));
}

test("what a push changed is changed, what it lacks goes with its folder, everything else stays", async () => {
  await write("live", { "lake/shop/orders/part.parquet": "rows", "notes.txt": "mine" });
  await push({ "catalog/shop/orders.ts": "1", "catalog/rides/trips.ts": "1", "generated/catalog.json": "{}", "data/a.csv": "a" });
  const result = await push({ "catalog/shop/orders.ts": "2", "generated/catalog.json": "{}", "README.md": "words" });
  expect(result).toEqual({ changed: 2, removed: 2 });
  expect(await liveFiles()).toEqual({ "README.md": "words", "catalog/shop/orders.ts": "2", "generated/catalog.json": "{}", "lake/shop/orders/part.parquet": "rows", "notes.txt": "mine" });
  await expect(stat(live("catalog/rides"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("what was written by hand is kept aside before it is replaced or removed", async () => {
  await push({ "catalog/shop/orders.ts": "1", "data/a.csv": "a", "generated/catalog.json": "{}" });
  await write("live", { "catalog/shop/orders.ts": "by hand", "catalog/shop/own.ts": "mine", "data/a.csv": "more" });
  const { aside } = await push({ "catalog/shop/orders.ts": "2", "generated/catalog.json": "{}" });
  expect(await liveFiles()).toEqual({ "catalog/shop/orders.ts": "2", "generated/catalog.json": "{}" });
  const kept = (path: string): Promise<string> => readFile(join(aside ?? "", path), "utf8");
  expect(await Promise.all(["catalog/shop/orders.ts", "catalog/shop/own.ts", "data/a.csv"].map(kept))).toEqual(["by hand", "mine", "more"]);
});

test("nothing changed is nothing done, and nothing kept aside", async () => {
  await write("live", { "catalog/shop/orders.ts": "1", "generated/catalog.json": "{}" });
  expect(await push({ "catalog/shop/orders.ts": "1", "generated/catalog.json": "{}" })).toEqual({ changed: 0, removed: 0 });
});

test("a file may become a folder and a folder a file", async () => {
  await push({ "data": "one file", "docs/a/b.md": "b", "generated/catalog.json": "{}" });
  await push({ "data/a.csv": "a", "docs": "one file", "generated/catalog.json": "{}" });
  expect(await liveFiles()).toEqual({ "data/a.csv": "a", "docs": "one file", "generated/catalog.json": "{}" });
});

test("programs stay programs, links stay links, and what is installed is no part of a push", async () => {
  await write("tree-9", { "run.sh": "#!/bin/sh", "generated/catalog.json": "{}", "elsewhere/x/index.js": "x" });
  await chmod(join(folder, "tree-9/run.sh"), 0o755);
  await symlink("run.sh", join(folder, "tree-9/again.sh"));
  await symlink(join(folder, "tree-9/elsewhere"), join(folder, "tree-9/node_modules"));
  await publish(join(folder, "tree-9"), live(), { name: "9".repeat(40), own: ["catalog", "generated"], seal: "generated/catalog.json" });
  expect((await stat(live("run.sh"))).mode & 0o111).not.toBe(0);
  expect(await readFile(live("again.sh"), "utf8")).toBe("#!/bin/sh");
  await expect(stat(live("node_modules"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a push that dies half-way leaves nothing that the next one does not answer for, and never the newer catalog.json without the rest", async () => {
  await push({ "catalog/shop/orders.ts": "1", "generated/catalog.json": "1" });
  // A folder with somebody's file in it stands where the last file but one is to go.
  await write("live", { "zones.csv/in/the/way": "x" });
  await expect(push({ "catalog/shop/returns.ts": "2", "generated/client/index.ts": "2", "generated/catalog.json": "2", "zones.csv": "2" })).rejects.toThrow();
  expect(await readFile(live("generated/catalog.json"), "utf8")).toBe("1");
  await rm(live("zones.csv"), { recursive: true });
  await push({ "catalog/shop/orders.ts": "3", "generated/catalog.json": "3" });
  expect(await liveFiles()).toEqual({ "catalog/shop/orders.ts": "3", "generated/catalog.json": "3" });
});
