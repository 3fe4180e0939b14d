import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as next } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeTurn } from "../../../bin/push/turn.ts";

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), "neuralake-turn-")); });
afterEach(() => rm(folder, { recursive: true, force: true }));

const quick = { everyMs: 5, waiting: () => undefined };
const module = JSON.stringify(new URL("../../../bin/push/turn.ts", import.meta.url).href);

/** A process that has the turn and says so. */
function otherHolder() {
  const child = spawn(process.execPath, ["--input-type=module", "-e", `const { takeTurn } = await import(${module}); await takeTurn(${JSON.stringify(folder)}, { waiting: () => undefined, everyMs: 5 }); console.log("mine"); setInterval(() => {}, 1000);`], { stdio: ["ignore", "pipe", "inherit"] });
  const holds = new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return { child, holds, gone };
}

test("of many who want it, one at a time has the turn, and each gets it", async () => {
  let inside = 0;
  const seen: number[] = [];
  await Promise.all(Array.from({ length: 20 }, async () => {
    await using turn = await takeTurn(folder, quick);
    expect(turn).toBeDefined();
    inside += 1;
    seen.push(inside);
    for (let k = 0; k < 5; k++) await next();
    inside -= 1;
  }));
  expect(seen).toEqual(Array.from({ length: 20 }, () => 1));
  expect((await readdir(folder)).length).toBeLessThanOrEqual(4);
});

test("who waits is told once by whom, and gets the turn of a holder that was killed", async () => {
  const other = otherHolder();
  await other.holds;
  const told: unknown[] = [];
  const mine = takeTurn(folder, { everyMs: 5, waiting: (holder) => told.push(holder) });
  await expect.poll(() => told).toEqual([{ pid: other.child.pid, host: expect.any(String) }]);
  other.child.kill("SIGKILL");
  await other.gone;
  await (await mine)[Symbol.asyncDispose]();
  expect(told).toHaveLength(1);
});

test("when a holder dies, exactly one of many takes over", async () => {
  const other = otherHolder();
  await other.holds;
  let inside = 0;
  const seen: number[] = [];
  const all = Array.from({ length: 10 }, async () => {
    await using turn = await takeTurn(folder, quick);
    expect(turn).toBeDefined();
    inside += 1;
    seen.push(inside);
    await next();
    inside -= 1;
  });
  other.child.kill("SIGKILL");
  await Promise.all(all);
  await other.gone;
  expect(seen).toEqual(Array.from({ length: 10 }, () => 1));
});
