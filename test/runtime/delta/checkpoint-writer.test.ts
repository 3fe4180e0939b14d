import { readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Action } from "../../../runtime/delta/actions/actions.ts";
import { readCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint.ts";
import { checkpointWhenDue, writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { checkpointPath, commitPath, logDirectory } from "../../../runtime/delta/log/log.ts";
import { reconciledActions } from "../../../runtime/delta/checkpoints/reconcile.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { countRequests } from "./counting-store.ts";
import { append, committed, createRides, location, rideColumns } from "./rides.ts";
import { appendEach, stateOf } from "./checkpointed.ts";
import { store, storeEach } from "./store-each.ts";

storeEach();

const facts = { operation: "DELETE", parameters: {}, metrics: {} };
const hintFile = (): string => store.locate(`${logDirectory(location)}_last_checkpoint`);

/** Takes the first file away. */
async function removeFirst(base: Snapshot): Promise<Snapshot> {
  return committed(await replaceFiles(store, location, base, { remove: [...base.files].slice(0, 1), add: [], dataChange: true }, facts));
}

async function removeCommits(from: number, to: number): Promise<void> {
  for (let version = from; version <= to; version++) await rm(store.locate(commitPath(location, version)));
}

async function actionsAt(version: number): Promise<Action[]> {
  const lists = await Array.fromAsync(readCheckpoint(store, location, { version, names: [`${String(version).padStart(20, "0")}.checkpoint.parquet`] }, ["protocol", "metaData", "txn", "domainMetadata", "add", "remove"]));
  return lists.flat();
}

describe("a checkpoint", () => {
  test("stands for all commits up to it: the same table is read without them", async () => {
    const before = await removeFirst(await appendEach(await createRides(store), 1, 2, 3));
    expect(await writeCheckpoint(store, location, before)).toMatchObject({ version: 4, written: true, actions: 2 + 2 + 3 });
    await removeCommits(0, 3);
    const read = await readSnapshot(store, location);
    expect(read.checkpoint).toBe(4);
    expect(stateOf(read)).toEqual(stateOf(before));
    expect((await appendEach(read, 5)).files).toHaveLength(3);
  });

  test("follows one before it, of which it keeps what still stands", async () => {
    let snapshot = await appendEach(await createRides(store), 1, 2, 3);
    await writeCheckpoint(store, location, snapshot);
    snapshot = await removeFirst(await appendEach(snapshot, 4, 5));
    await writeCheckpoint(store, location, snapshot);
    await removeCommits(0, 5);
    await rm(store.locate(checkpointPath(location, 3)));
    expect(stateOf(await readSnapshot(store, location))).toEqual(stateOf(snapshot));
    const actions = await actionsAt(6);
    expect(actions.filter(({ add }) => add)).toHaveLength(4);
    expect(actions.flatMap((action) => action.txn ?? [])).toEqual([{ appId: "app 0", version: 4, lastUpdated: 1_004 }, { appId: "app 1", version: 5, lastUpdated: 1_005 }]);
  });

  test("keeps tombstones until the table's retention is over, also through the next checkpoint", async () => {
    const configuration = { "delta.deletedFileRetentionDuration": "interval 1 hour" };
    let snapshot = await appendEach(await createRides(store), 1, 2, 3);
    snapshot = committed(await replaceFiles(store, location, snapshot, { remove: [], add: [], dataChange: false, metadata: { ...snapshot.metadata, configuration } }, facts));
    const old = { path: [...snapshot.files][0]?.path ?? "", deletionTimestamp: Date.now() - 3_700_000, dataChange: true };
    snapshot = committed(await commit(store, location, snapshot, [{ remove: old }], facts));
    const kept = [...snapshot.files][0];
    snapshot = await removeFirst(snapshot);
    await writeCheckpoint(store, location, snapshot);
    const tombstone = { path: kept?.path, size: kept?.size, partitionValues: {}, extendedFileMetadata: true, dataChange: false, deletionTimestamp: expect.any(Number) };
    expect((await actionsAt(6)).flatMap((action) => action.remove ?? [])).toEqual([tombstone]);
    snapshot = await appendEach(snapshot, 4);
    await writeCheckpoint(store, location, snapshot);
    expect((await actionsAt(7)).flatMap((action) => action.remove ?? [])).toEqual([tombstone]);
  });

  test("has a file once that was removed and named again, and a domain as long as it is there", async () => {
    let snapshot = await appendEach(await createRides(store), 1);
    const [file] = snapshot.files;
    const domain = (name: string, removed: boolean): Action => ({ domainMetadata: { domain: name, configuration: "{}", removed } });
    snapshot = committed(await commit(store, location, snapshot, [{ remove: { path: file?.path ?? "", deletionTimestamp: Date.now(), dataChange: true } }, domain("a", false), domain("b", false)], facts));
    await writeCheckpoint(store, location, snapshot);
    snapshot = committed(await commit(store, location, snapshot, [file === undefined ? {} : { add: file }, domain("a", true)], facts));
    await writeCheckpoint(store, location, snapshot);
    const actions = await actionsAt(3);
    expect(actions.flatMap(({ add, remove: gone, domainMetadata }) => add?.path ?? gone?.path ?? domainMetadata?.domain ?? [])).toEqual([file?.path, "b"].toSorted((left) => (left === "b" ? -1 : 1)));
  });

  test("is named by _last_checkpoint, from which the next reader begins", async () => {
    const snapshot = await appendEach(await createRides(store), 1, 2);
    const { bytes, actions } = await writeCheckpoint(store, location, snapshot);
    expect(JSON.parse(await readFile(hintFile(), "utf8"))).toEqual({ version: 2, size: actions, sizeInBytes: bytes, numOfAddFiles: 2 });
    await appendEach(snapshot, 3);
    const counting = countRequests(store);
    expect((await readSnapshot(counting.store, location)).version).toBe(3);
    // The hint, the checkpoint and the one commit behind it.
    expect(counting.counts).toEqual({ list: 1, read: 3, head: 0, put: 0 });
  });

  test("that is there already is not written again", async () => {
    const snapshot = await appendEach(await createRides(store), 1);
    await writeCheckpoint(store, location, snapshot);
    expect(await writeCheckpoint(store, location, snapshot)).toEqual({ version: 1, written: false, form: "classic" });
  });

  test("of an older version does not take the hint back", async () => {
    const older = await appendEach(await createRides(store), 1);
    await writeCheckpoint(store, location, await appendEach(older, 2));
    await writeCheckpoint(store, location, older);
    expect(JSON.parse(await readFile(hintFile(), "utf8"))).toMatchObject({ version: 2 });
  });

  test("is written by many at once, and is whole", async () => {
    const snapshot = await appendEach(await createRides(store), 1, 2, 3);
    const results = await Promise.all(Array.from({ length: 4 }, () => writeCheckpoint(store, location, snapshot)));
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    await removeCommits(0, 2);
    expect((await readSnapshot(store, location)).files).toHaveLength(3);
  });
});

describe("a checkpoint is due", () => {
  async function tableWith(configuration: { readonly [name: string]: string }): Promise<Snapshot> {
    const base = await createRides(store);
    return committed(await replaceFiles(store, location, base, { remove: [], add: [], dataChange: false, metadata: { ...base.metadata, configuration } }, facts));
  }

  test("as often as the table says, counted from the last", async () => {
    let snapshot = await tableWith({ "delta.checkpointInterval": "3" });
    const written: number[] = [];
    for (let id = 2; id <= 10; id++) {
      snapshot = await appendEach(snapshot, id);
      const result = await checkpointWhenDue(store, location, snapshot);
      if (result !== undefined) written.push(result.version);
    }
    expect(written).toEqual([3, 6, 9]);
  });

  test("after a hundred commits when it says nothing", async () => {
    const snapshot = await createRides(store);
    expect(await checkpointWhenDue(store, location, { ...snapshot, version: 99 })).toBeUndefined();
    await expect(checkpointWhenDue(store, location, { ...snapshot, version: 100 })).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN" });
  });

  test("later, when the last one was large", async () => {
    let snapshot = await appendEach(await tableWith({ "delta.checkpointInterval": "2" }), 2);
    await writeFile(hintFile(), JSON.stringify({ version: 0, size: 1_000 }));
    for (const id of [3, 4]) {
      snapshot = await appendEach(snapshot, id);
      expect(await checkpointWhenDue(store, location, snapshot)).toBeUndefined();
    }
    expect(await checkpointWhenDue(store, location, await appendEach(snapshot, 5))).toMatchObject({ version: 5, written: true });
  });

  test("never by an interval that is no number", async () => {
    await expect(checkpointWhenDue(store, location, await tableWith({ "delta.checkpointInterval": "often" }))).rejects.toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining('"often"') });
  });
});

test.each(["no JSON", '{"version":99}', '{"version":-1}', "null", '{"version":1}'])("a hint that says %s leads nobody astray", async (text) => {
  await appendEach(await createRides(store), 1, 2);
  await writeFile(hintFile(), text);
  expect((await readSnapshot(store, location)).files).toHaveLength(2);
});

test("behind a hint every version is found, and none that is not there", async () => {
  const snapshot = await appendEach(await createRides(store), 1, 2);
  await writeCheckpoint(store, location, snapshot);
  await appendEach(snapshot, 3);
  for (const [version, files] of [[1, 1], [2, 2], [3, 3]] as const) expect((await readSnapshot(store, location, { version })).files).toHaveLength(files);
  await expect(readSnapshot(store, location, { version: 4 })).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND", hint: expect.stringMatching(/oldest .* 0 .*newest 3/) });
});

test("many actions come a part at a time", async () => {
  const base = await createRides(store);
  const adds = Array.from({ length: 20_000 }, (_, index) => ({ add: { path: `f${index}`, size: 1, partitionValues: {}, modificationTime: 0, dataChange: true } }));
  const snapshot = committed(await commit(store, location, base, adds, facts));
  await writeCheckpoint(store, location, snapshot);
  const lists = await Array.fromAsync(reconciledActions(store, location, 1, 0));
  expect(Math.max(...lists.map((list) => list.length))).toBeLessThanOrEqual(8_192);
  expect(lists.flat()).toHaveLength(20_002);
  expect([...(await readSnapshot(store, location)).files]).toEqual([...snapshot.files].map((file) => ({ ...file, dataChange: false })));
});

test("the lists of features are there where the protocol has them, and partition values as they were", async () => {
  const columns = [...rideColumns, { name: "at", type: { kind: "local_timestamp" }, nullable: true }, { name: "p", type: { kind: "text" }, nullable: true }] as const;
  let snapshot = await createRides(store, columns, ["p"]);
  snapshot = committed(await append(store, snapshot, [{ id: 1n, p: "a b" }, { id: 2n, p: null }]));
  await writeCheckpoint(store, location, snapshot);
  await removeCommits(0, 0);
  const read = await readSnapshot(store, location);
  expect(read.protocol).toEqual(snapshot.protocol);
  expect(read.protocol.readerFeatures).toEqual(["timestampNtz"]);
  expect([...read.files].map((file) => file.partitionValues)).toEqual([{ p: "a b" }, { p: null }]);
});

test("a table that wants statistics neither as text nor as columns is refused by name", async () => {
  const base = await createRides(store);
  const configuration = { "delta.checkpoint.writeStatsAsJson": "false", "delta.checkpoint.writeStatsAsStruct": "false" };
  const other = committed(await replaceFiles(store, location, base, { remove: [], add: [], dataChange: false, metadata: { ...base.metadata, configuration } }, facts));
  await expect(writeCheckpoint(store, location, other)).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", place: { value: "delta.checkpoint.writeStatsAsJson" } });
});

test("a commit that is missing is told, and no checkpoint stands in for it", async () => {
  const snapshot = await appendEach(await createRides(store), 1, 2);
  await removeCommits(1, 1);
  await expect(writeCheckpoint(store, location, snapshot)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("lacks version 1") });
});
