/**
 * A writer is killed (SIGKILL) at every step of an append: on files before, behind and amid each call of the file system; on S3, and with DynamoDB,
 * before and behind each request. After each kill the table is read whole, the row is there or not, and the next writer commits. At the end every
 * row is there once. There is a new table for every few kills, so that the last kill costs what the first did. NEURALAKE_TORTURE=1 kills a thousand.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSnapshot, type Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { openS3Proxy, type S3Proxy, type S3Request } from "../../services/s3-proxy.ts";
import { onStores, type LakeSite } from "../../stores.ts";
import { append, committed, createRides, location } from "./rides.ts";
import { rowsOf } from "./table-rows.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const timeout = isLong ? 3_600_000 : 300_000;
/** A table is read whole several times for each, and no checkpoint shortens that. */
const killsATable = 20;

let folder: string;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "kill-")); });
afterAll(() => rm(folder, { recursive: true }));

/** One who will append a row, and is told when to die. */
interface Victim { readonly child: ChildProcess; readonly ready: Promise<unknown> }

/** What its process compiles is kept for the next: to start is most of what it costs. */
function newVictim(root: string, env: NodeJS.ProcessEnv, order: "apart" | "together"): Victim {
  const child = spawn(process.execPath, ["-C", "source", path.join(import.meta.dirname, "kill-writer.ts"), root, location, "victim", path.join(folder, "cache"), order], { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, NODE_COMPILE_CACHE: path.join(folder, "compiled"), ...env } });
  return { child, ready: once(child.stdout as NodeJS.ReadableStream, "data") };
}

/** Lets it append, with an end at a step of its own where one is given; how it ended, and what it said. */
async function letAppend({ child, ready }: Victim, step = 0): Promise<{ readonly signal: NodeJS.Signals | null; readonly said: string }> {
  await ready;
  const said = text(child.stdout as NodeJS.ReadableStream & AsyncIterable<string>);
  child.stdin?.end(`${step}\n`);
  const [, signal] = await once(child, "close") as [number | null, NodeJS.Signals | null];
  return { signal, said: await said };
}

/** Rows in the table, in order: "victim 000001". */
async function rowsIn(store: Store, snapshot: Snapshot): Promise<string[]> {
  return (await rowsOf(store, snapshot)).map((row) => `${String(row["city"])} ${String(row["id"]).padStart(6, "0")}`).toSorted();
}

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name} ${String(index + 1).padStart(6, "0")}`);

/** Of so many steps the k-th of so many kills: all in turn, or some from one end to the other. */
const stepOf = (k: number, kills: number, steps: number): number => 1 + (kills < steps ? Math.round((k * (steps - 1)) / (kills - 1)) : k % steps);

interface KillCounts {
  readonly kills: number;
  /** Commits whose writer did not live to hear of them. */
  readonly stood: number;
  readonly tables: number;
}

/** How writers come to a store and to their end, which is at one of so many steps. */
interface Deaths {
  readonly kills: number;
  readonly steps: number;
  start(store: Store): Victim;
  kill(victim: Victim, step: number): Promise<void>;
}

/** Kills so many writers, on new tables. */
async function killAll(newTable: () => Promise<Store>, deaths: Deaths): Promise<KillCounts> {
  let [kills, stood, tables] = [0, 0, 0];
  while (kills < deaths.kills) {
    const share = Math.min(killsATable, deaths.kills - kills);
    stood += await killOnTable(await newTable(), deaths, kills, share);
    kills += share;
    tables += 1;
  }
  return { kills, stood, tables };
}

/** Kills `kills` writers of an empty table, the first of them as the `from`-th of all; how many of their commits stood. */
async function killOnTable(store: Store, { kills: all, steps, start, kill }: Deaths, from: number, kills: number): Promise<number> {
  let base = await readSnapshot(store, location);
  let taken = 0;
  let next = start(store);
  for (let k = 0; k < kills; k += 1) {
    const victim = next;
    // The next one gets ready meanwhile.
    if (k + 1 < kills) next = start(store);
    await kill(victim, stepOf(from + k, all, steps));
    // By turns the next to come is a reader, or a writer who knows nothing newer.
    if (k % 2 === 0) base = await readSnapshot(store, location);
    base = committed(await append(store, base, [{ id: BigInt(k + 1), city: "keeper" }]));
    const now = (await readSnapshot(store, location)).transactions.get("victim") ?? 0;
    expect([taken, taken + 1]).toContain(now);
    taken = now;
  }
  const snapshot = await readSnapshot(store, location);
  expect(await rowsIn(store, snapshot)).toEqual([...numbered("keeper", kills), ...numbered("victim", taken)]);
  expect(snapshot.version).toBe(kills + taken);
  // What they left can be told, and goes without harm.
  for await (const leftover of store.leftovers(`${location}/`)) await leftover.remove();
  expect(await rowsIn(store, await readSnapshot(store, location))).toHaveLength(kills + taken);
  return taken;
}

/** A store that has an empty table. */
async function newTable(site: LakeSite): Promise<Store> {
  const store = site.open(site.newRoot(folder), folder);
  await createRides(store);
  return store;
}

await onStores(["files"], (site) => {
  test.each(["apart", "together"] as const)("a writer killed at each of its calls of the file system, file and commit %s, loses, doubles and blocks nothing", { timeout }, async (order) => {
    const start = (store: Store): Victim => newVictim(store.root, {}, order);
    const whole = await letAppend(start(await newTable(site)));
    const { outcome, steps } = JSON.parse(whole.said.trim().split("\n").at(-1) ?? "") as { readonly outcome: string; readonly steps: readonly string[] };
    expect(outcome).toBe("committed");
    let survived = 0;
    // Data and commit are each written and made durable, and so are their directories; the commit is linked from a temporary file.
    for (const [at, least] of Object.entries({ "amid writeFile": 2, "before datasync": 2, "before link": 1, "behind link": 1, "behind unlink": 1, "behind sync": 2 })) expect(steps.filter((step) => step === at).length, at).toBeGreaterThanOrEqual(least);
    const counts = await killAll(() => newTable(site), {
      kills: isLong ? 300 : 12,
      // What two do at once they do twice or once: a few steps more or less, and some are to come behind the commit.
      steps: steps.length + (order === "together" ? 8 : 0),
      start,
      async kill(victim, step) {
        const { signal } = await letAppend(victim, step);
        if (order === "together" && signal === null && step > steps.length - 16) survived += 1;
        else expect(signal).toBe("SIGKILL");
      },
    });
    expect(counts.stood).toBeGreaterThan(0);
    expect(counts.stood).toBeLessThan(counts.kills);
    console.log(JSON.stringify({ killed: site.kind, order, survived, ...counts, steps: steps.length }));
  });
});

const killsOn = isLong ? { "S3": 200, "S3 with DynamoDB": 200 } : { "S3": 10, "S3 with DynamoDB": 14 };

await onStores(["S3", "S3 with DynamoDB"], (site) => {
  let proxies: readonly S3Proxy[];
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_DYNAMODB, AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = process.env;
    const behind = (endpoint: string | undefined): Promise<S3Proxy>[] => (endpoint === undefined ? [] : [openS3Proxy({ endpoint, accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY })]);
    const [s3, dynamodb] = await Promise.all([...behind(AWS_ENDPOINT_URL_S3), ...behind(site.kind === "S3" ? undefined : AWS_ENDPOINT_URL_DYNAMODB)]);
    if (s3 === undefined) throw new Error("there is no S3");
    proxies = dynamodb === undefined ? [s3] : [s3, dynamodb];
    environment = { AWS_ENDPOINT_URL_S3: s3.endpoint, ...(dynamodb === undefined ? {} : { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint }) };
  });
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

  /** The commits that are read first are ever more, and change nothing. */
  const isStep = ({ method }: S3Request): boolean => method !== "GET";

  test("a writer killed at each of its requests loses, doubles and blocks nothing", { timeout }, async () => {
    const start = (store: Store): Victim => newVictim(store.root, environment, "together");
    expect(JSON.parse((await letAppend(start(await newTable(site)))).said.trim().split("\n").at(-1) ?? "")).toMatchObject({ outcome: "committed" });
    const requests = proxies.flatMap((proxy) => proxy.requests).filter(isStep).length;
    // The probe's three, data, commit; with DynamoDB also the newest row, the name, the row before and its name, the text, and two of the row.
    expect(requests).toBe(site.kind === "S3" ? 5 : 12);
    const counts = await killAll(() => newTable(site), {
      kills: killsOn[site.kind as keyof typeof killsOn],
      steps: 2 * requests,
      start,
      async kill(victim, step) {
        const isBehind = step % 2 === 0;
        const end = (): void => void victim.child.kill("SIGKILL");
        let seen = 0;
        const meets = (request: S3Request): boolean => {
          const isHit = isStep(request) && (seen += 1) === Math.ceil(step / 2);
          if (isHit && !isBehind) end();
          return isHit;
        };
        for (const proxy of proxies) proxy.inject({ on: meets, effect: isBehind, done: end, answer: "none" });
        expect((await letAppend(victim)).signal).toBe("SIGKILL");
        for (const proxy of proxies) proxy.heal();
      },
    });
    expect(counts.stood).toBeGreaterThan(0);
    expect(counts.stood).toBeLessThan(counts.kills);
    console.log(JSON.stringify({ killed: site.kind, ...counts, steps: 2 * requests }));
  });
});
