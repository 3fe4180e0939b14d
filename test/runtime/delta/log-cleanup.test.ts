import { cp, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Metadata, Protocol } from "../../../runtime/delta/actions/actions.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { checkpointPath, commitPath, logDirectory } from "../../../runtime/delta/log/log.ts";
import { cleanLog, cleanLogWhenDue } from "../../../runtime/delta/maintenance/log-cleanup.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { onStores } from "../../stores.ts";
import { append, committed, createRides, location, newStore, rides } from "./rides.ts";

const day = 86_400_000;
const facts = { operation: "TEST", parameters: {}, metrics: {} };

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newStore());
});

afterEach(async () => {
  await remove();
});

/** Appends rides with these ids, one a commit; each version in `at` gets a checkpoint. */
async function appendEach(base: Snapshot, ids: readonly number[], at: readonly number[] = []): Promise<Snapshot> {
  let snapshot = base;
  for (const id of ids) {
    snapshot = committed(await append(store, snapshot, rides(id)));
    if (at.includes(snapshot.version)) await writeCheckpoint(store, location, snapshot);
  }
  return snapshot;
}

/** Makes the files of versions as old as it says. */
async function age(days: (version: number) => number): Promise<void> {
  const directory = store.locate(logDirectory(location));
  for (const name of await readdir(directory)) {
    const seconds = (Date.now() - days(Number(name.slice(0, 20))) * day) / 1_000;
    if (/^\d{20}\./.test(name)) await utimes(path.join(directory, name), seconds, seconds);
  }
}

/** The log's files, without the zeros of their versions. */
async function log(): Promise<string[]> {
  return (await readdir(store.locate(logDirectory(location)), { recursive: true })).map((name) => name.replace(/^0{19}/, "")).filter((name) => name !== "_sidecars").toSorted();
}

async function withProperties(base: Snapshot, configuration: Metadata["configuration"], protocol?: Protocol): Promise<Snapshot> {
  return committed(await replaceFiles(store, location, base, { remove: [], add: [], dataChange: false, metadata: { ...base.metadata, configuration }, ...(protocol === undefined ? {} : { protocol }) }, facts));
}

/** Which versions can be read, oldest first. */
async function readableVersions(newest: number): Promise<number[]> {
  const found: number[] = [];
  for (let version = 0; version <= newest; version++) {
    const snapshot = await readSnapshot(store, location, { version }).catch(() => undefined);
    if (snapshot?.files.length === version) found.push(version);
  }
  return found;
}

describe("a log is cleaned up", () => {
  test("below the newest checkpoint that is older than the retention, whose own commit stays; every later version can be read", async () => {
    const snapshot = await appendEach(await createRides(store), [1, 2, 3, 4, 5, 6, 7, 8], [2, 4, 7]);
    await writeFile(store.locate(`${logDirectory(location)}00000000000000000001.crc`), "{}");
    await writeFile(store.locate(`${logDirectory(location)}00000000000000000001.00000000000000000003.compacted.json`), "");
    await writeFile(store.locate(`${logDirectory(location)}00000000000000000001.note`), "somebody's");
    await age((version) => (version <= 6 ? 40 : 1));
    const cleaned = await cleanLogWhenDue(store, location, snapshot);
    expect(cleaned).toEqual({ removed: 4 + 1 + 2 + 1, bytes: expect.any(Number), oldest: 4 });
    expect(await log()).toEqual(["1.note", "4.checkpoint.parquet", "4.crc", "4.json", "5.json", "6.json", "7.checkpoint.parquet", "7.crc", "7.json", "8.json", "_last_checkpoint"]);
    expect(await readableVersions(8)).toEqual([4, 5, 6, 7, 8]);
    expect((await readHistory(store, location)).map(({ version }) => version)).toEqual([8, 7, 6, 5, 4]);
    expect((await cleanLogWhenDue(store, location, snapshot)).removed).toBe(0);
  });

  test("not within the retention, nor before the midnight that follows it", async () => {
    const snapshot = await appendEach(await createRides(store), [1, 2, 3], [2]);
    await age(() => 29.9);
    expect((await cleanLogWhenDue(store, location, snapshot)).removed).toBe(0);
    // On the day that the retention ends on.
    const midnight = Math.floor((Date.now() - 30 * day) / day) * day;
    await age(() => (Date.now() - midnight - 1_000) / day);
    expect((await cleanLogWhenDue(store, location, snapshot)).removed).toBe(0);
    await age(() => 31.1);
    expect(await cleanLogWhenDue(store, location, snapshot)).toMatchObject({ removed: 2, oldest: 2 });
  });

  test("by the table's own retention, and not at all where it says no", async () => {
    const base = await withProperties(await createRides(store), { "delta.logRetentionDuration": "interval 2 days" });
    let snapshot = await appendEach(base, [1, 2], [3]);
    await age(() => 3.1);
    expect(await cleanLogWhenDue(store, location, await withProperties(snapshot, { "delta.logRetentionDuration": "interval 2 days", "delta.enableExpiredLogCleanup": "false" }))).toMatchObject({ removed: 0 });
    snapshot = await readSnapshot(store, location, { version: 3 });
    expect(await cleanLogWhenDue(store, location, snapshot)).toMatchObject({ removed: 3, oldest: 3 });
    const odd = { ...snapshot, metadata: { ...snapshot.metadata, configuration: { "delta.logRetentionDuration": "a while" } } };
    await expect(cleanLogWhenDue(store, location, odd)).rejects.toMatchObject({ code: "CONFIG_INVALID", place: { value: "a while" } });
  });

  test("as far as it is told, whatever the retention", async () => {
    const snapshot = await appendEach(await createRides(store), [1, 2, 3, 4], [2, 4]);
    await age((version) => 4 - version);
    expect(await cleanLog(store, location, snapshot, { before: Date.now() - 1.5 * day })).toMatchObject({ removed: 2, oldest: 2 });
    expect(await cleanLog(store, location, snapshot, { before: Number.POSITIVE_INFINITY })).toMatchObject({ removed: 4, oldest: 4 });
    expect(await log()).toEqual(["4.checkpoint.parquet", "4.crc", "4.json", "_last_checkpoint"]);
    expect((await readSnapshot(store, location)).files).toHaveLength(4);
  });

  test("by the times that commits tell, where the table keeps them: the younger of both counts", async () => {
    const times = async (from: number): Promise<Snapshot> => {
      const features = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["inCommitTimestamp", "appendOnly", "invariants"] };
      return await withProperties(await createRides(store), { "delta.enableInCommitTimestamps": "true", "delta.inCommitTimestampEnablementVersion": "1", "delta.inCommitTimestampEnablementTimestamp": String(from) }, features);
    };
    const enabled = await times(Date.now());
    let snapshot = await appendEach(enabled, [1, 2, 3], [3]);
    // Files of a log that was copied may have any time; the commits say that they are new.
    await age(() => 60);
    expect((await cleanLogWhenDue(store, location, snapshot)).removed).toBe(0);
    for (let version = 1; version <= 4; version++) {
      const text = new TextDecoder().decode(await store.read(commitPath(location, version)));
      await writeFile(store.locate(commitPath(location, version)), text.replace(/"inCommitTimestamp":\d+/, `"inCommitTimestamp":${Date.now() - 50 * day + version}`));
    }
    const configuration = { ...snapshot.metadata.configuration, "delta.inCommitTimestampEnablementTimestamp": String(Date.now() - 50 * day) };
    snapshot = { ...snapshot, metadata: { ...snapshot.metadata, configuration } };
    expect((await cleanLogWhenDue(store, location, snapshot)).removed).toBe(0);
    await age(() => 60);
    expect(await cleanLogWhenDue(store, location, snapshot)).toMatchObject({ removed: 3, oldest: 3 });
  });
});

describe("nothing goes", () => {
  test("where no checkpoint is there, or the only one is damaged, or a commit behind it is missing", async () => {
    const snapshot = await appendEach(await createRides(store), [1, 2, 3, 4]);
    const all = { before: Number.POSITIVE_INFINITY };
    expect((await cleanLog(store, location, snapshot, all)).removed).toBe(0);
    const third = await readSnapshot(store, location, { version: 3 });
    await writeCheckpoint(store, location, third);
    const whole = await store.read(checkpointPath(location, 3));
    await writeFile(store.locate(checkpointPath(location, 3)), whole.subarray(0, whole.length / 2));
    expect((await cleanLog(store, location, snapshot, all)).removed).toBe(0);
    await writeFile(store.locate(checkpointPath(location, 3)), whole);
    const fourth = await store.read(commitPath(location, 4));
    await appendEach(snapshot, [5]);
    await rm(store.locate(commitPath(location, 4)));
    expect((await cleanLog(store, location, snapshot, all)).removed).toBe(0);
    await writeFile(store.locate(commitPath(location, 4)), fourth);
    expect(await cleanLog(store, location, snapshot, all)).toMatchObject({ removed: 3, oldest: 3 });
  });

  test("below what readers are told to begin with, though a newer checkpoint is there", async () => {
    const snapshot = await appendEach(await createRides(store), [1, 2, 3, 4], [2, 4]);
    await writeFile(store.locate(`${logDirectory(location)}_last_checkpoint`), JSON.stringify({ version: 2, size: 1 }));
    expect(await cleanLog(store, location, snapshot, { before: Number.POSITIVE_INFINITY })).toMatchObject({ removed: 2, oldest: 2 });
  });

  test("of a table whose checkpoints are protected, until all that is protected can go at once", async () => {
    const features = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["checkpointProtection", "appendOnly", "invariants"] };
    const base = await withProperties(await createRides(store), { "delta.requireCheckpointProtectionBeforeVersion": "4" }, features);
    let snapshot = await appendEach(base, [1, 2], [3]);
    const all = { before: Number.POSITIVE_INFINITY };
    await expect(cleanLog(store, location, snapshot, all)).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", place: { value: "checkpointProtection" } });
    await age(() => 60);
    expect((await cleanLogWhenDue(store, location, snapshot)).removed).toBe(0);
    snapshot = await appendEach(snapshot, [3], [4]);
    expect(await cleanLog(store, location, snapshot, all)).toMatchObject({ oldest: 4 });
  });

  test("of a table with a feature that is not known here", async () => {
    const features = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["somethingNew"] };
    const snapshot = await appendEach(await createRides(store), [1, 2], [2]);
    await expect(cleanLog(store, location, { ...snapshot, protocol: features }, { before: Number.POSITIVE_INFINITY })).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", place: { value: "somethingNew" } });
  });
});

test("it goes on where another ended half-way, and every version that stays was readable at each step", async () => {
  const newest = 40;
  const snapshot = await appendEach(await createRides(store), Array.from({ length: newest }, (_, index) => index + 1), [10, 20, 36]);
  let removals = 0;
  const watched: Store = {
    ...store,
    async remove(name) {
      if (++removals % 7 === 0) expect((await readableVersions(newest)).slice(-5)).toEqual([36, 37, 38, 39, 40]);
      if (removals === 15) throw new Error("the disk went");
      await store.remove(name);
    },
  };
  await expect(cleanLog(watched, location, snapshot, { before: Number.POSITIVE_INFINITY })).rejects.toThrow("the disk went");
  expect((await readableVersions(newest)).slice(-5)).toEqual([36, 37, 38, 39, 40]);
  expect(await cleanLog(watched, location, snapshot, { before: Number.POSITIVE_INFINITY })).toMatchObject({ oldest: 36 });
  expect(await readableVersions(newest)).toEqual([36, 37, 38, 39, 40]);
  expect(await log()).toHaveLength(5 + 1 + 1 + 1);
});

describe("whatever stops it leaves a log without a gap, and the next one goes on", () => {
  const newest = 12;
  const fails = async (): Promise<never> => await Promise.reject(new Error("the disk went"));

  /** Of each way to fail at a step, until there is none left: what verify finds, and which versions can be read. Gives the steps. */
  async function eachStep(failing: (step: number) => Store): Promise<number> {
    const snapshot = await appendEach(await createRides(store), Array.from({ length: newest }, (_, index) => index + 1), [3, 6, 10]);
    const table = store.locate(location);
    await cp(table, `${table}-whole`, { recursive: true });
    for (let step = 1; ; step++) {
      const ended = await cleanLog(failing(step), location, snapshot, { before: Number.POSITIVE_INFINITY }).then(() => "done", () => "failed");
      const left = await readableVersions(newest);
      expect(left, `step ${step}`).toEqual(Array.from({ length: left.length }, (_, k) => newest - left.length + 1 + k));
      expect(left.slice(-3), `step ${step}`).toEqual([10, 11, 12]);
      const { findings } = await verifyTable(store, location, async (files) => files.map(() => 1));
      expect(findings, `step ${step}`).toEqual([]);
      await cleanLog(store, location, snapshot, { before: Number.POSITIVE_INFINITY });
      expect((await log()).filter((name) => name.endsWith(".json")).map((name) => Number(name.slice(0, 20))), `step ${step}`).toEqual([10, 11, 12]);
      await rm(table, { recursive: true });
      if (ended === "done") {
        await rm(`${table}-whole`, { recursive: true });
        return step - 1;
      }
      await cp(`${table}-whole`, table, { recursive: true });
    }
  }

  test("on a disk, before and behind each removal", async () => {
    const failing = (when: "before" | "behind") => (step: number): Store => {
      let removals = 0;
      return { ...store, remove: async (name) => {
        const isLast = ++removals === step;
        if (isLast && when === "before") await fails();
        await store.remove(name);
        if (isLast) await fails();
      } };
    };
    // Ten commits and two checkpoints, each of which has its checksum.
    for (const when of ["before", "behind"] as const) expect(await eachStep(failing(when))).toBe(14);
  });

  test("on a service that takes many in a request, and fails with any of them gone", async () => {
    const failing = (isGone: (k: number) => boolean) => (step: number): Store => {
      let requests = 0;
      return { ...store, removeAll: async (names) => {
        const isLast = names.length > 0 && ++requests === step;
        for (const [k, name] of names.entries()) if (!isLast || isGone(k)) await store.remove(name);
        if (isLast) await fails();
      } };
    };
    for (const isGone of [(k: number) => k % 2 === 0, (k: number) => k % 2 === 1, (k: number) => k > 3, () => false, () => true]) expect(await eachStep(failing(isGone))).toBe(2);
  });
});

test("a reader that goes over all versions beside it meets each whole, or is told that it is not there", async () => {
  const newest = 30;
  const snapshot = await appendEach(await createRides(store), Array.from({ length: newest }, (_, index) => index + 1), [5, 10, 15, 20, 25]);
  let done = false;
  let reads = 0;
  const reading = (async () => {
    do {
      expect((await readSnapshot(store, location)).files).toHaveLength(newest);
      for (let version = 25; version <= newest; version++) expect((await readSnapshot(store, location, { version })).files).toHaveLength(version);
      reads++;
    } while (!done);
  })();
  for (let version = 5; version <= 25; version += 5) {
    const { modified = 0 } = (await store.head(commitPath(location, version))) ?? {};
    await cleanLog(store, location, snapshot, { before: modified });
  }
  await cleanLog(store, location, snapshot, { before: Number.POSITIVE_INFINITY });
  done = true;
  await reading;
  expect(reads).toBeGreaterThan(0);
  expect(await readableVersions(newest)).toEqual([25, 26, 27, 28, 29, 30]);
});

await onStores(["S3", "S3 with DynamoDB"], (site) => {
  test("on S3 what goes goes by many in a request, and appends go on behind it", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "clean-"));
    try {
      store = site.open(site.newRoot(directory), directory);
      let snapshot = await appendEach(await createRides(store), [1, 2, 3, 4], [2, 4]);
      expect(await cleanLog(store, location, snapshot, { before: Number.POSITIVE_INFINITY })).toMatchObject({ removed: 6, oldest: 4 });
      snapshot = await appendEach(await readSnapshot(store, location), [5]);
      expect(await readSnapshot(store, location)).toMatchObject({ version: 5, files: { length: 5 } });
      const names = (await Array.fromAsync(store.list(logDirectory(location)))).map(({ path: name }) => name.slice(name.lastIndexOf("/") + 20));
      expect(names.slice(0, -1)).toEqual(["4.checkpoint.parquet", "4.crc", "4.json", "5.json"]);
      committed(await commit(store, location, snapshot, [{ txn: { appId: "a", version: 1 } }], facts));
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
