/** `compact`, `vacuum` and `checkpoint` as commands and as processes. */
import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readSnapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../runtime/storage/store.ts";
import { append, committed, createRides, location, newStore, rides } from "../runtime/delta/rides.ts";
import { makeShop, outcomeOf, printed, runCommand, startCommand, temporaryFolder, type Outcome, type Shop } from "./command.ts";

let store: Store;
let table: string;
let remove: () => Promise<void>;
/** No project is here or above. */
let nowhere: { readonly folder: string; readonly remove: () => Promise<void> };

beforeAll(async () => { nowhere = await temporaryFolder(); });
afterAll(() => nowhere.remove());
beforeEach(async () => {
  ({ store, remove } = await newStore());
  table = store.locate(location);
});
afterEach(() => remove());

const run = (...args: string[]): Promise<Outcome> => runCommand(nowhere.folder, args);

async function tableOf(appends: number): Promise<Snapshot> {
  let snapshot = await createRides(store);
  for (let id = 1; id <= appends; id++) snapshot = committed(await append(store, snapshot, rides(id)));
  return snapshot;
}

const rowsOf = async (): Promise<unknown> => JSON.parse((await run("peek", table, "--columns", "id", "--all", "--json")).stdout);
const dataFiles = async (): Promise<string[]> => (await readdir(table)).filter((name) => name.endsWith(".parquet"));

describe("compact --once", () => {
  test("puts the small files of any table together, and again finds nothing to do", async () => {
    await tableOf(5);
    const first = await run("compact", table, "--once", "--json");
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, [{ table, version: 6, files: 1, before: 5, after: 1, bytesBefore: expect.any(Number), bytesAfter: expect.any(Number), commits: 1, dropped: 0, checkpoint: null }]]);
    expect(JSON.parse((await run("compact", table, "--once", "--json")).stdout)).toMatchObject([{ version: 6, before: 0, commits: 0 }]);
    expect(((await rowsOf()) as readonly { readonly id: number }[]).map(({ id }) => id).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });

  test("of a place without a table says so", async () => {
    const { code, stdout } = await run("compact", nowhere.folder, "--once", "--json");
    expect([code, JSON.parse(stdout)]).toEqual([1, { error: expect.objectContaining({ code: "DELTA_TABLE_NOT_FOUND" }) }]);
  });
});

describe("compact", () => {
  test("keeps a growing table small, writes checkpoints, prints a line of JSON a commit, and ends well", async () => {
    let snapshot = await tableOf(0);
    const child = startCommand(nowhere.folder, ["compact", table, "--every", "50ms", "--json"]);
    const outcome = outcomeOf(child);
    for (let id = 1; id <= 150; id++) snapshot = committed(await append(store, snapshot, rides(id)));
    await expect.poll(async () => (await readSnapshot(store, location)).files.length).toBeLessThan(16);
    await expect.poll(async () => (await readdir(join(table, "_delta_log"))).some((name) => name.endsWith(".checkpoint.parquet"))).toBe(true);
    child.kill("SIGTERM");
    const { code, stdout, stderr } = await outcome;
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as { readonly before?: number; readonly after?: number });
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => "checkpoint" in line || (line.before ?? 0) > (line.after ?? 0))).toBe(true);
    expect(await rowsOf()).toHaveLength(150);
  });

  test("may be killed at any time, and the next one goes on", async () => {
    let snapshot = await tableOf(0);
    let deaths = 0;
    for (let id = 1; id <= 120; id += 1) {
      snapshot = committed(await append(store, snapshot, rides(id)));
      if (id % 40 !== 0) continue;
      const child = startCommand(nowhere.folder, ["compact", table, "--every", "10ms", "--json"], { TMPDIR: nowhere.folder });
      const outcome = outcomeOf(child);
      await printed(child, /"version"/);
      child.kill("SIGKILL");
      expect((await outcome).code).toBeNull();
      deaths += 1;
    }
    expect(deaths).toBe(3);
    expect(await rowsOf()).toHaveLength(120);
  });
});

describe("vacuum", () => {
  /** Two files that compaction replaced, which are old. */
  async function twoOld(): Promise<void> {
    await tableOf(2);
    await run("compact", table, "--once");
    const live = [...(await readSnapshot(store, location)).files][0]?.path;
    for (const name of await dataFiles()) if (name !== live) await utimes(join(table, name), 0, 0);
  }

  test("tells what it would remove, and removes it when the retention allows", async () => {
    await twoOld();
    const dry = await run("vacuum", table, "--retain", "1ms", "--allow-short-retention", "--dry-run", "--json");
    expect(JSON.parse(dry.stdout)).toMatchObject({ table, version: 3, files: 2, dryRun: true, paths: [expect.stringMatching(/^part-/), expect.stringMatching(/^part-/)] });
    expect(await dataFiles()).toHaveLength(3);
    expect(JSON.parse((await run("vacuum", table, "--json")).stdout)).toMatchObject({ files: 0 });
    expect(JSON.parse((await run("vacuum", table, "--retain", "1ms", "--allow-short-retention", "--json")).stdout)).toMatchObject({ files: 2, dryRun: false });
    expect(await dataFiles()).toHaveLength(1);
    expect(await rowsOf()).toHaveLength(2);
  });

  test("refuses a short retention, and a length of time that is none", async () => {
    await twoOld();
    const short = await run("vacuum", table, "--retain", "1h", "--json");
    expect([short.code, JSON.parse(short.stdout)]).toEqual([1, { error: expect.objectContaining({ code: "PARAMETER_INVALID", hint: expect.stringContaining("--allow-short-retention") }) }]);
    expect((await run("vacuum", table, "--retain", "soon")).code).toBe(2);
    expect(await dataFiles()).toHaveLength(3);
  });

  test("--every goes on until it is told to end", async () => {
    await twoOld();
    const child = startCommand(nowhere.folder, ["vacuum", table, "--retain", "1ms", "--allow-short-retention", "--every", "50ms", "--json"]);
    const outcome = outcomeOf(child);
    expect(JSON.parse(await printed(child, /\n/))).toMatchObject({ table, files: 2 });
    child.kill("SIGINT");
    expect(await outcome).toMatchObject({ code: 0, stderr: "" });
  });
});

test("checkpoint writes the newest version's, once", async () => {
  await tableOf(3);
  expect(JSON.parse((await run("checkpoint", table, "--json")).stdout)).toMatchObject({ table, version: 3, written: true, actions: 5 });
  expect(JSON.parse((await run("checkpoint", table, "--json")).stdout)).toEqual({ table, version: 3, written: false, form: "classic", cleaned: { removed: 0, bytes: 0, oldest: null } });
  expect(JSON.parse((await run("describe", table, "--json")).stdout)).toMatchObject({ checkpoint: 3 });
});

test("verify --repair mends what can be mended, tells it first with --dry-run, and exits 3 while anything is left", async () => {
  await tableOf(3);
  await run("checkpoint", table);
  const hint = join(table, "_delta_log", "_last_checkpoint");
  await writeFile(hint, "{");
  expect(await run("verify", table)).toMatchObject({ code: 3 });
  const dry = await run("verify", table, "--repair", "--dry-run", "--json");
  expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([3, { repairs: [{ what: "last-checkpoint", done: false }], left: [{ kind: "broken" }] }]);
  const repaired = await run("verify", table, "--repair");
  expect(repaired).toMatchObject({ code: 0, stdout: expect.stringContaining("1 repair; nothing is left to mend") });
  expect(await run("verify", table)).toMatchObject({ code: 0 });
  expect(await run("verify", table, "--drop-missing", "--json")).toMatchObject({ code: 2 });
  expect(JSON.parse((await run("checkpoint", table, "--v2", "--json")).stdout)).toMatchObject({ error: { code: "DELTA_UNSUPPORTED_FEATURE", hint: expect.stringContaining("delta.checkpointPolicy") } });
});

describe("restore", () => {
  test("brings a table back to a version or a time, and takes back one version alone", async () => {
    await tableOf(4);
    const undone = await run("restore", table, "--undo", "2", "--json");
    expect([undone.code, JSON.parse(undone.stdout)]).toEqual([0, { table, version: 5, changed: true, restored: { files: 0, bytes: 0 }, removed: { files: 1, bytes: expect.any(Number) } }]);
    expect(await rowsOf()).toEqual([{ id: 1 }, { id: 3 }, { id: 4 }]);
    expect(JSON.parse((await run("restore", table, "--version", "2", "--json")).stdout)).toMatchObject({ version: 6, restored: { files: 1 }, removed: { files: 2 } });
    const { timestamp } = (JSON.parse((await run("history", table, "--json")).stdout) as readonly { readonly version: number; readonly timestamp: string }[]).find(({ version }) => version === 4) ?? { timestamp: "" };
    expect(JSON.parse((await run("restore", table, "--timestamp", timestamp, "--json")).stdout)).toMatchObject({ version: 7, restored: { files: 2 } });
    expect(await rowsOf()).toHaveLength(4);
    expect(JSON.parse((await run("restore", table, "--version", "4", "--json")).stdout)).toMatchObject({ version: 7, changed: false });
  });

  test("must be told what to, of one kind", async () => {
    expect((await run("restore", table)).code).toBe(2);
    expect((await run("restore", table, "--undo", "1", "--version", "1")).code).toBe(2);
  });
});

test("clone makes a new table of any version, and leaves what is there alone", async () => {
  await tableOf(3);
  const copy = join(nowhere.folder, "copy");
  const first = await run("clone", table, copy, "--version", "2", "--json");
  expect([first.code, JSON.parse(first.stdout)]).toEqual([0, { table, version: 2, location: copy, files: 2, bytes: expect.any(Number), copied: 2 }]);
  expect(JSON.parse((await run("peek", copy, "--columns", "id", "--all", "--json")).stdout)).toEqual([{ id: 1 }, { id: 2 }]);
  const again = await run("clone", table, copy, "--shallow", "--json");
  expect([again.code, JSON.parse(again.stdout)]).toEqual([1, { error: expect.objectContaining({ code: "DELTA_TABLE_EXISTS" }) }]);
});

describe("in a project", () => {
  let shop: Shop;
  beforeAll(async () => { shop = await makeShop(); });
  afterAll(() => shop.remove());

  test("all tables that are there are looked after, and those that are not are passed over", async () => {
    await runCommand(shop.folder, ["load", "shop.orders", "data/orders.csv", "--again"]);
    const compacted = await runCommand(shop.folder, ["compact", "--once", "--json"]);
    expect([compacted.code, JSON.parse(compacted.stdout)]).toEqual([0, expect.arrayContaining([expect.objectContaining({ table: "shop.orders", before: 2, after: 1 })])]);
    const vacuumed = await runCommand(shop.folder, ["vacuum", "--json"]);
    expect([vacuumed.code, JSON.parse(vacuumed.stdout)]).toEqual([0, expect.arrayContaining([expect.objectContaining({ table: "shop.orders", files: 0 })])]);
    const query = await runCommand(shop.folder, ["query", "SELECT count(*) AS n FROM shop.orders", "--json"]);
    expect(JSON.parse(query.stdout)).toEqual([{ n: 16 }]);
  });

  test("a name that no table has ends it at once", async () => {
    const { code, stdout } = await runCommand(shop.folder, ["compact", "shop.nothing", "--json"]);
    expect([code, JSON.parse(stdout)]).toEqual([1, { error: expect.objectContaining({ code: "TABLE_NOT_FOUND" }) }]);
  });
});
