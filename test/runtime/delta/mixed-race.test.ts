/**
 * Four who append, one who deletes, one who updates, one who merges, one who alters, one who compacts and a vacuum on one table, each a process of its own: each version is the one before it with what
 * its writer did, so that the table equals the changes one after the other in the order of their versions; the vacuum removes files meanwhile. For the second half they are
 * killed at random: nothing is lost or doubled, and nobody is hindered. On files, and in the long form on S3 and with DynamoDB, for ten minutes.
 */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { startCommand } from "../../bin/command.ts";
import { onStores, type LakeSite } from "../../stores.ts";
import { texts, textsOf } from "./model-table.ts";
import { raceColumns, raceDefinition, replay } from "./race-intents.ts";
import { race } from "./racer.ts";
import type { Racer } from "./racer.ts";
import { committed, location } from "./rides.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
/** The vacuum removes what was replaced so long ago, and what lies uncommitted for as long: longer than any write takes on a busy machine. A race must last longer. */
const retainMs = isLong ? 60_000 : 15_000;
/** A version is read only while it is new: its files are to be there to the end. */
const freshMs = 6_000;
/** Of each half; NEURALAKE_RACE_SECONDS says otherwise. */
const seconds = Number(process.env["NEURALAKE_RACE_SECONDS"] ?? (isLong ? 300 : 7));
/** On a busy machine processes take many seconds to come to their work. */
const patienceMs = isLong ? 900_000 : 180_000;

let folder: string;
let racing: readonly Racer[] = [];
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "race-")); });
afterAll(() => rm(folder, { recursive: true }));
/** Those of a test that failed go on for ever by themselves. */
afterEach(async () => {
  await Promise.all(racing.map(async (racer) => {
    const stopped = racer.stop();
    racer.kill();
    await stopped;
  }));
  racing = [];
});

interface Place { readonly store: Store; readonly root: string; readonly cache: string; readonly engine: Engine }

async function newPlace(site: LakeSite): Promise<Place> {
  const cache = path.join(folder, "cache");
  const root = site.newRoot(folder);
  const store = site.open(root, folder);
  committed(await createTable(store, location, { ...raceDefinition, configuration: { "delta.enableDeletionVectors": "true" } }));
  await mkdir(cache, { recursive: true });
  return { store, root, cache, engine: await openEngine({ readable: [store.local], temporary: cache }) };
}

/** By what they do; writers of one kind are told apart by a number. */
function startRacers({ root, cache }: Place): { readonly [name: string]: Racer } {
  const writer = (role: string, number: number, everyMs: number): Racer => race(() => spawn(process.execPath, ["-C", "source", path.join(import.meta.dirname, "mixed-race-writer.ts"), root, location, role, String(number), cache, String(everyMs)], { stdio: ["pipe", "pipe", "pipe"] }));
  const keeper = (...args: readonly string[]): Racer => race(() => startCommand(folder, [args[0] ?? "", `${root}/${location}`, ...args.slice(1), "--json"], { TMPDIR: folder, XDG_CACHE_HOME: folder, NEURALAKE_ROOT: root }));
  return {
    ...Object.fromEntries([0, 1, 2, 3].map((number) => [`append ${number}`, writer("append", number, 600)])),
    delete: writer("delete", 0, 200), update: writer("update", 0, 200), merge: writer("merge", 0, 300), alter: writer("alter", 0, 1_500),
    compact: keeper("compact", "--every", "300ms"), vacuum: keeper("vacuum", "--every", "1s", "--retain", `${retainMs / 1_000}s`, "--allow-short-retention"),
  };
}

/** The log as far as it was followed: what the rows are after each commit, in memory. */
interface Follower { snapshot: Snapshot; rows: readonly Row[]; readonly kinds: { [kind: string]: number }; read: number; late: number }

/** Does what each new commit tells that it did. The table is held against that at the newest version, and at one on the way to it while its files are there. */
async function follow(follower: Follower, { store, engine }: Place): Promise<void> {
  const before = follower.snapshot.version;
  const newest = await readSnapshot(store, location, undefined, follower.snapshot);
  const between = before + 1 + Math.floor(Math.random() * (newest.version - before));
  for (let version = before + 1; version <= newest.version; version++) {
    const { kind, rows } = replay(await readCommit(store, location, version), follower.rows);
    follower.rows = rows;
    follower.kinds[kind] = (follower.kinds[kind] ?? 0) + 1;
    if (version !== newest.version && version !== between) continue;
    const found = await whileFresh(async () => {
      const snapshot = version === newest.version ? newest : await readSnapshot(store, location, { version });
      return Date.now() - snapshot.committed > freshMs ? undefined : await textsOf(engine, { store, location }, snapshot);
    });
    if (found === undefined) follower.late += 1;
    else {
      follower.read += 1;
      expect(found, `version ${version}, ${kind}`).toEqual(shown(rows, found));
    }
  }
  follower.snapshot = newest;
}

/** As rows of the table are shown, with columns that came since. */
function shown(rows: readonly Row[], found: readonly string[]): readonly string[] {
  const more = Object.keys(JSON.parse(found[0] ?? "{}") as object).filter((name) => !raceColumns.some((column) => column.name === name));
  return texts([...raceColumns, ...more.map((name) => ({ name, type: { kind: "text" } as const, nullable: true }))], rows);
}

/** Undefined for what a vacuum took meanwhile. */
async function whileFresh<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** For some seconds, and on until there is enough to judge. */
async function watch(follower: Follower, place: Place, isEnough: () => boolean, meanwhile: () => void): Promise<void> {
  const began = Date.now();
  for (; Date.now() < began + seconds * 1_000 || (!isEnough() && Date.now() < began + patienceMs); await wait(100)) {
    await follow(follower, place);
    meanwhile();
  }
}

const vacuumed = (racer: Racer | undefined): number => (racer?.lines ?? []).reduce((sum, line) => sum + (JSON.parse(line) as { readonly files: number }).files, 0);

await onStores(isLong ? ["files", "S3", "S3 with DynamoDB"] : ["files"], (site) => {
  test("all that race, also when they are killed, come one after the other, and nothing is lost, doubled or hindered", { timeout: isLong ? 3_600_000 : 600_000 }, async () => {
    const place = await newPlace(site);
    try {
      const racers = startRacers(place);
      racing = Object.values(racers);
      const follower: Follower = { snapshot: await readSnapshot(place.store, location), rows: [], kinds: {}, read: 0, late: 0 };
      const writers = Object.keys(racers).filter((name) => !["compact", "vacuum"].includes(name));
      const wanted = ["WRITE", "DELETE", "UPDATE", "MERGE", "ADD COLUMNS", "OPTIMIZE"];
      await watch(follower, place, () => vacuumed(racers["vacuum"]) > 0 && wanted.every((kind) => (follower.kinds[kind] ?? 0) > 0) && writers.every((name) => (racers[name]?.lines.length ?? 0) > 0), () => {});
      let kills = 0;
      let next = 0;
      await watch(follower, place, () => kills > 5, () => {
        if (Date.now() < next) return;
        racing[Math.floor(Math.random() * racing.length)]?.kill();
        kills += 1;
        next = Date.now() + 500 + Math.random() * 1_500;
      });
      // Who looks after the table again and again says when others were in the way, and does it the next time.
      expect((await Promise.all(racing.map((racer) => racer.stop()))).flat().filter((complaint) => !complaint.includes("COMMIT_CONFLICT"))).toEqual([]);
      await follow(follower, place);
      await checkEnd(place, follower, racers);
      expect(vacuumed(racers["vacuum"])).toBeGreaterThan(0);
      for (const kind of wanted) expect(follower.kinds[kind] ?? 0, kind).toBeGreaterThan(0);
      expect(follower.read).toBeGreaterThan(0);
      console.log(JSON.stringify({ race: site.kind, versions: follower.snapshot.version, read: follower.read, late: follower.late, kills, removed: vacuumed(racers["vacuum"]), rows: follower.rows.length, ...follower.kinds }));
    } finally {
      await place.engine.close();
    }
  });
});

/** Each commit that somebody was told of is in the log, as theirs; the newest version is what all of them come to, and whole. */
async function checkEnd({ store, engine }: Place, { snapshot: { version }, rows }: Follower, racers: { readonly [name: string]: Racer }): Promise<void> {
  const snapshot = await readSnapshot(store, location);
  expect(snapshot.version).toBe(version);
  const found = await textsOf(engine, { store, location }, snapshot);
  expect(found).toEqual(shown(rows, found));
  for (const [role, operation] of Object.entries({ append: "WRITE", delete: "DELETE", update: "UPDATE", merge: "MERGE" })) {
    for (const [name, { lines }] of Object.entries(racers).filter(([each]) => each.split(" ")[0] === role)) {
      for (const told of lines) {
        const actions = await readCommit(store, location, Number(told));
        expect(actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo?.["operation"], `version ${told}, told by ${name}`).toBe(operation);
        if (role === "append") expect(actions.flatMap(({ txn }) => txn?.appId ?? [])).toEqual([name.split(" ")[1]]);
      }
      // The last commit of one that was killed may not have been told.
      if (role === "append") expect(snapshot.transactions.get(name.split(" ")[1] ?? "")).toBeGreaterThanOrEqual(lines.length);
    }
  }
  expect((await verifyTable(store, location, countRows(engine))).findings.filter(({ kind, path: of }) => kind !== "orphaned" && !of.startsWith("_delta_log")), "at the end").toEqual([]);
}
