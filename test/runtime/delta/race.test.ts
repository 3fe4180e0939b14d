/**
 * Two writers, two compactors and a vacuum on one table, each a process of its own: no row is lost, none is doubled, no commit is lost, and
 * the vacuum removes files meanwhile. Then the same while they are killed at random. On files and on S3, and in the long form with DynamoDB.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { decodePath } from "../../../runtime/delta/actions/file-paths.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { startCommand } from "../../bin/command.ts";
import { onStores, type LakeSite } from "../../stores.ts";
import { race as startRacer } from "./racer.ts";
import type { Racer } from "./racer.ts";
import { committed, location, rideColumns } from "./rides.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
/** The vacuum removes what was replaced so long ago, and what lies uncommitted for as long: longer than any write takes on a busy machine. A race must last longer. */
const retain = "12s";
const seconds = isLong ? 60 : 14;
const writers = ["first", "second"] as const;

let folder: string;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "race-")); });
afterAll(() => rm(folder, { recursive: true }));

const racing: Racer[] = [];
/** Those of a test that failed go on for ever by themselves. */
afterEach(async () => {
  await Promise.all(racing.splice(0).map(async (racer) => {
    const stopped = racer.stop();
    racer.kill();
    await stopped;
  }));
});

function race(start: () => ChildProcess): Racer {
  const racer = startRacer(start);
  racing.push(racer);
  return racer;
}

interface Race { readonly store: Store; readonly root: string; readonly cache: string }

async function newRace(site: LakeSite): Promise<Race> {
  const cache = path.join(folder, "cache");
  const root = site.newRoot(folder);
  const store = site.open(root, folder);
  committed(await createTable(store, location, { name: "race", description: "", columns: rideColumns, partitionColumns: [] }));
  return { store, root, cache };
}

function startRacers({ root, cache }: Race, everyMs: number): { readonly writing: readonly Racer[]; readonly keeping: readonly Racer[] } {
  const writer = (name: string): Racer => race(() => spawn(process.execPath, ["-C", "source", path.join(import.meta.dirname, "race-writer.ts"), root, location, name, cache, String(everyMs)], { stdio: ["pipe", "pipe", "pipe"] }));
  const keeper = (...args: readonly string[]): Racer => race(() => startCommand(folder, [args[0] ?? "", `${root}/${location}`, ...args.slice(1), "--json"], { TMPDIR: folder, XDG_CACHE_HOME: folder, NEURALAKE_ROOT: root }));
  const keeping = [keeper("compact", "--every", "100ms"), keeper("compact", "--every", "150ms"), keeper("vacuum", "--every", "500ms", "--retain", retain, "--allow-short-retention")];
  return { writing: writers.map(writer), keeping };
}

/** On a busy machine processes take many seconds to come to their work. */
const patienceMs = 180_000;

/** Watches the table for some seconds, and on until there is enough to judge: rows never become fewer. */
async function watchGrowth({ store }: Race, during: number, isEnough: () => boolean, meanwhile: () => void): Promise<Snapshot> {
  let snapshot = await readSnapshot(store, location);
  let rows = sizeOf(snapshot).rows ?? 0;
  const began = Date.now();
  for (; Date.now() < began + during * 1_000 || (!isEnough() && Date.now() < began + patienceMs); await wait(200)) {
    snapshot = await readSnapshot(store, location, undefined, snapshot);
    const now = sizeOf(snapshot).rows ?? -1;
    expect(now).toBeGreaterThanOrEqual(rows);
    rows = now;
    meanwhile();
  }
  return snapshot;
}

/** Every row that each writer wrote, by what its last transaction says, in order. */
function expectedRows(snapshot: Snapshot): string[] {
  return writers.flatMap((name) => Array.from({ length: snapshot.transactions.get(name) ?? 0 }, (_, index) => index + 1).flatMap((number) => Array.from({ length: 1 + (number % 3) }, (_, k) => `${name} ${number * 10 + k}`))).toSorted();
}

async function rowsIn(store: Store, snapshot: Snapshot): Promise<string[]> {
  const rows: string[] = [];
  for (const file of snapshot.files) {
    for (const batch of decodeParquet(await store.read(`${location}/${decodePath(file.path)}`), file.path)) rows.push(...readRows(snapshot.columns, batch).map((row) => `${String(row["city"])} ${String(row["id"])}`));
  }
  return rows.toSorted();
}

const sumOf = (racer: Racer | undefined, part: string): number => (racer?.lines ?? []).reduce((sum, line) => sum + Number((JSON.parse(line) as { readonly [part: string]: number })[part] ?? 0), 0);

await onStores(isLong ? ["files", "S3", "S3 with DynamoDB"] : ["files", "S3"], (site) => {
  test("writers, compactors and a vacuum race, and nothing is lost or doubled", { timeout: 600_000 }, async () => {
    const own = await newRace(site);
    const { writing, keeping } = startRacers(own, 40);
    const vacuum = keeping[2];
    await watchGrowth(own, seconds, () => sumOf(vacuum, "files") > 0 && writing.every((racer) => racer.lines.length > 0), () => {});
    expect(await Promise.all(writing.map((racer) => racer.stop()))).toEqual([[], []]);
    expect(sumOf(vacuum, "files")).toBeGreaterThan(0);
    expect(await Promise.all(keeping.map((racer) => racer.stop()))).toEqual([[], [], []]);

    const snapshot = await readSnapshot(own.store, location);
    expect(await rowsIn(own.store, snapshot)).toEqual(expectedRows(snapshot));
    // Each commit that somebody was told of is in the log under its version, and there are no others.
    const told = new Map(writing.flatMap((racer, index) => racer.lines.map((version) => [Number(version), writers[index]] as const)));
    expect(writers.map((name) => snapshot.transactions.get(name))).toEqual(writing.map((racer) => racer.lines.length));
    const history = await readHistory(own.store, location);
    expect(history).toHaveLength(snapshot.version + 1);
    expect(history.filter(({ info }) => info?.["operation"] === "WRITE").map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([...told.keys()].toSorted((a, b) => a - b));
    const compactions = keeping.slice(0, 2).flatMap((racer) => racer.lines.map((line) => JSON.parse(line) as { readonly version?: number }).flatMap(({ version }) => version ?? []));
    expect(history.filter(({ info }) => info?.["operation"] === "OPTIMIZE").map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(compactions.toSorted((a, b) => a - b));
    expect(compactions.length).toBeGreaterThan(0);
    expect(snapshot.files.length).toBeLessThan(told.size);
    console.log(`race on ${site.kind}: ${told.size} appends, ${compactions.length} compactions, ${snapshot.files.length} files left, ${sumOf(vacuum, "files")} files removed`);
  });

  test("killed at any moment and started again, they lose and double nothing", { timeout: 600_000 }, async () => {
    const own = await newRace(site);
    const { writing, keeping } = startRacers(own, 10);
    const all = [...writing, ...keeping];
    let kills = 0;
    const began = Date.now();
    /** What a process takes to come to its work: one that was started again is to come to it too, more often than not. */
    let startMs = Number.POSITIVE_INFINITY;
    let next = began + 2_000;
    await watchGrowth(own, isLong ? 60 : 12, () => kills > 5, () => {
      if (startMs === Number.POSITIVE_INFINITY && writing.every((racer) => racer.lines.length > 0)) startMs = Date.now() - began;
      if (startMs === Number.POSITIVE_INFINITY || Date.now() < next) return;
      all[Math.floor(Math.random() * all.length)]?.kill();
      kills += 1;
      next = Date.now() + (0.3 + Math.random() * 0.9) * Math.max(1_000, startMs / 2);
    });
    const complaints = await Promise.all(all.map((racer) => racer.stop()));
    expect(complaints.flat()).toEqual([]);
    const snapshot = await readSnapshot(own.store, location);
    expect(await rowsIn(own.store, snapshot)).toEqual(expectedRows(snapshot));
    expect(snapshot.transactions.size).toBe(2);
    // A writer that was killed may not have told its last commit; every commit it told stands.
    for (const [index, name] of writers.entries()) expect(snapshot.transactions.get(name)).toBeGreaterThanOrEqual(writing[index]?.lines.length ?? 0);
    expect(kills).toBeGreaterThan(5);
    console.log(`race on ${site.kind}: ${kills} kills, ${[...snapshot.transactions.values()].reduce((sum, count) => sum + count, 0)} appends, version ${snapshot.version}, ${snapshot.files.length} files left`);
  });
});
