/** A refresh is killed (SIGKILL) at steps of the file system: the view then holds what it held or what it was to hold, and the next refresh makes it right. NEURALAKE_TORTURE=1 kills at every step. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newDirectory } from "../query/fixture.ts";
import { openViews, rowTexts, viewCatalog } from "./refresh-views.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const killsEach = isLong ? Number.POSITIVE_INFINITY : 2;
const names = isLong ? ["m.picked", "m.sums"] : ["m.sums"];

let directory: string;
beforeAll(async () => {
  directory = await newDirectory();
  await using lake = await openViews(path.join(directory, "before"), viewCatalog());
  for (const name of ["d.a", ...names]) await lake.create(name);
  const row = (id: number): object => ({ id: BigInt(id), k: id % 2 === 0 ? "x" : "y", n: 10, x: null, d: "1.50" });
  await lake.append("d.a", [1, 2, 3].map(row) as never);
  for (const name of names) await lake.refresh(name);
  await lake.append("d.a", [4, 5].map(row) as never);
});
afterAll(async () => await rm(directory, { recursive: true }));

/** Refreshes in a process that ends at that step; the steps it took where it came to its end. */
async function killed(victim: ChildProcess, root: string, name: string, step: number): Promise<number | undefined> {
  await once(victim.stdout as NodeJS.ReadableStream, "data");
  const said = text(victim.stdout as NodeJS.ReadableStream & AsyncIterable<string>);
  victim.stdin?.end(`${JSON.stringify({ directory: root, name, step })}\n`);
  const [code, signal] = await once(victim, "close") as [number | null, NodeJS.Signals | null];
  expect([code, signal]).toEqual(step === 0 ? [0, null] : [null, "SIGKILL"]);
  return step === 0 ? Number((await said).trim()) : undefined;
}

const newVictim = (): ChildProcess => spawn(process.execPath, ["-C", "source", path.join(import.meta.dirname, "refresh-victim.ts")], { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, TMPDIR: directory } });

test.each(names)("%s", { timeout: isLong ? 3_600_000 : 60_000 }, async (name) => {
  const copy = async (called: string): Promise<string> => {
    await cp(path.join(directory, "before"), path.join(directory, called), { recursive: true });
    return path.join(directory, called);
  };
  const steps = await killed(newVictim(), await copy(`${name}-whole`), name, 0) ?? 0;
  expect(steps).toBeGreaterThan(20);
  const kills = Math.min(killsEach, steps);
  let done = 0;
  for (let k = 0; k < kills; k += 1) {
    const root = await copy(`${name}-${k}`);
    // The last steps are about the commit: the short form dies amid the work and amid these.
    await killed(newVictim(), root, name, isLong ? k + 1 : Math.round(steps * [0.5, 0.85][k]!));
    await using lake = await openViews(root, viewCatalog());
    const [now, kept] = [await rowTexts(lake, `SELECT * FROM now.${name.slice(2)}`), await rowTexts(lake, `SELECT * FROM ${name}`)];
    const before = await rowTexts(lake, `SELECT * FROM ${name} AT (VERSION => 1)`);
    expect([before, now]).toContainEqual(kept);
    const { mode } = await lake.refresh(name);
    expect([k, mode, await rowTexts(lake, `SELECT * FROM ${name}`)]).toEqual([k, kept.join() === now.join() ? "none" : "incremental", now]);
    done += mode === "none" ? 1 : 0;
    await rm(root, { recursive: true });
  }
  expect(done).toBeLessThan(kills);
});
