/** A process that is killed comes back; the command it runs here is `serve`, which prints its address when it is there. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { superviseProcess, type SupervisedProcess } from "../../bin/supervised-process.ts";
import { makeShop, type Shop } from "./command.ts";

let shop: Shop;
let started: SupervisedProcess | undefined;
const before = process.cwd();
const temporary = process.env["TMPDIR"];
beforeAll(async () => { shop = await makeShop(); });
afterAll(() => shop.remove());
beforeEach(() => {
  process.env["NEURALAKE_ROOT"] = `${shop.folder}/lake`;
  // What a killed process leaves behind goes with the shop.
  process.env["TMPDIR"] = shop.folder;
});
afterEach(async () => {
  await started?.stop();
  delete process.env["NEURALAKE_ROOT"];
  if (temporary === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = temporary;
  process.chdir(before);
});

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
};

test("killed three times, it answers again each time, and stopped it leaves no process", async () => {
  const [lines, notes]: [string[], string[]] = [[], []];
  const pids = new Set<number>();
  process.chdir(shop.folder);
  const child = started = superviseProcess({ name: "server", args: ["serve", "--port", "0", "--json"], started: (pid) => pids.add(pid), printed: (line) => lines.push(line), note: (line) => notes.push(line) });
  for (let deaths = 0; deaths < 3; deaths++) {
    await expect.poll(() => lines.filter((line) => line.includes('"url"')).length).toBe(deaths + 1);
    const url = /"(http:[^"]+)"/.exec(lines.findLast((line) => line.includes('"url"')) ?? "")?.[1] ?? "";
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const pid = child.pid() ?? 0;
    process.kill(pid, "SIGKILL");
    await expect.poll(() => child.restarts()).toBe(deaths + 1);
  }
  expect(pids.size).toBeGreaterThanOrEqual(3);
  expect(notes.filter((note) => note.startsWith("ended (SIGKILL)"))).toEqual(["ended (SIGKILL); it is started again in 250 ms", "ended (SIGKILL); it is started again in 500 ms", "ended (SIGKILL); it is started again in 1.0 s"]);
  await expect.poll(() => lines.filter((line) => line.includes('"url"')).length).toBe(4);
  const last = child.pid() ?? 0;
  expect(runs(last)).toBe(true);
  await child.stop();
  expect(runs(last)).toBe(false);
  expect(child.restarts()).toBe(3);
});

test("one that ends at once for what it was told is started again ever later, and stopping does not wait for that", async () => {
  const notes: string[] = [];
  const child = started = superviseProcess({ name: "compact", args: ["no-such-command"], started: () => undefined, printed: () => undefined, note: (line) => notes.push(line) });
  await expect.poll(() => notes.filter((note) => note.startsWith("ended"))).toContain("ended (exit 2); it is started again in 500 ms");
  await child.stop();
  expect(child.pid()).toBeUndefined();
});
