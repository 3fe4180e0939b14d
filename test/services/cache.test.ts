import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cached } from "./cache.ts";
import { runTool } from "./tool.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "neuralake-cache-"));
  vi.stubEnv("NEURALAKE_TEST_CACHE", root);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

test("a folder is filled once for the same inputs, and anew for others", async () => {
  let fills = 0;
  const fill = async (folder: string) => writeFile(path.join(folder, "made"), String(fills += 1));
  const first = await cached("thing", ["1.0", "pins"], fill);
  expect(await cached("thing", ["1.0", "pins"], fill)).toBe(first);
  expect(await readFile(path.join(first, "made"), "utf8")).toBe("1");
  expect(await cached("thing", ["1.1", "pins"], fill)).not.toBe(first);
  expect(fills).toBe(2);
});

test("of several processes one fills and the others wait for it", async () => {
  const module = pathToFileURL(path.join(import.meta.dirname, "cache.ts")).href;
  const script = `
    const { cached } = await import(${JSON.stringify(module)});
    const { appendFile } = await import("node:fs/promises");
    const { setTimeout } = await import("node:timers/promises");
    await cached("thing", ["1"], async () => { await appendFile(${JSON.stringify(path.join(root, "fills"))}, "x"); await setTimeout(300); });`;
  await Promise.all([1, 2, 3].map(() => runTool(process.execPath, ["--input-type=module", "-e", script])));
  expect(await readFile(path.join(root, "fills"), "utf8")).toBe("x");
});

test("a fill that fails leaves nothing, and the next one is tried", async () => {
  await expect(cached("thing", ["1"], async (folder) => {
    await writeFile(path.join(folder, "half"), "");
    throw new Error("no network");
  })).rejects.toThrow("no network");
  expect(await readdir(root)).toEqual([]);
  expect(await readdir(await cached("thing", ["1"], async () => undefined))).toEqual([]);
});

test("what a process that died left half made, and its lock, are no hindrance", async () => {
  const folder = await cached("thing", ["1"], async () => undefined);
  await rm(folder, { recursive: true });
  await mkdir(`${folder}.part`);
  await writeFile(path.join(`${folder}.part`, "half"), "");
  await symlink("999999999", `${folder}.lock`);
  expect(await cached("thing", ["1"], async (part) => writeFile(path.join(part, "whole"), ""))).toBe(folder);
  expect(await readdir(folder)).toEqual(["whole"]);
  expect(await readdir(root)).toEqual([path.basename(folder)]);
});
