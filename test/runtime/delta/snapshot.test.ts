import { appendFile, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { countRequests } from "./counting-store.ts";
import { append, committed, createRides, location, newStore, rideColumns, rides } from "./rides.ts";

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newStore());
});

afterEach(async () => {
  await remove();
});

const commitFile = (version: number): string => store.locate(commitPath(location, version));

/** A table of versions 0 to `last`, a ride each from version 1. */
async function tableOf(last: number): Promise<Snapshot> {
  let snapshot = await createRides(store);
  for (let id = 1; id <= last; id++) snapshot = committed(await append(store, snapshot, rides(id)));
  return snapshot;
}

/** What a snapshot says, times aside: a commit's time is only known when its file is there. */
function stateOf({ committed: _time, ...state }: Snapshot): object {
  return { ...state, files: [...state.files] };
}

describe("a snapshot", () => {
  test("read from the log equals the one that the commits gave", async () => {
    const given = await tableOf(3);
    const read = await readSnapshot(store, location);
    expect(stateOf(read)).toEqual(stateOf(given));
    expect(read).toMatchObject({ version: 3, columns: rideColumns, partitionColumns: [], metadata: { name: "rides.trips", description: "Finished rides." } });
    expect(read.files).toHaveLength(3);
  });

  test("of a table at the store's root is read as well", async () => {
    await tableOf(1);
    const { openFiles } = await import("../../../runtime/storage/files.ts");
    expect((await readSnapshot(openFiles(store.locate(location)), "")).version).toBe(1);
  });

  test("of no table is DELTA_TABLE_NOT_FOUND, with the place", async () => {
    await expect(readSnapshot(store, "rides/none")).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND", message: expect.stringContaining(store.locate("rides/none")) });
  });
});

describe("requests", () => {
  test("an unchanged table costs a look at its commit and one for the next, and is the same object", async () => {
    const known = await tableOf(3);
    const counting = countRequests(store);
    expect(await readSnapshot(counting.store, location, undefined, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 0, read: 1, head: 1, put: 0 });
  });

  test("a table that grew much is listed once, whatever has been committed", async () => {
    const known = await tableOf(1);
    let last = known;
    for (let id = 2; id <= 40; id++) last = committed(await append(store, last, rides(id)));
    const counting = countRequests(store);
    const grown = await readSnapshot(counting.store, location, undefined, known);
    expect(counting.counts).toMatchObject({ list: 1, head: 17, put: 0 });
    expect(stateOf(grown)).toEqual(stateOf(last));
    expect(grown.committed).toBe((await readSnapshot(store, location)).committed);
  });

  test("a grown table costs a read and a look for each new commit, and no listing", async () => {
    const known = await tableOf(3);
    await append(store, committed(await append(store, known, rides(4))), rides(5));
    // Our own time of a commit is a little behind its file's: two within a millisecond would not tell the same.
    for (const version of [known.version + 1, known.version + 2]) await utimes(commitFile(version), 0, known.committed / 1_000 + version);
    const counting = countRequests(store);
    const grown = await readSnapshot(counting.store, location, undefined, known);
    expect(counting.counts).toEqual({ list: 0, read: 3, head: 3, put: 0 });
    const whole = await readSnapshot(store, location);
    expect(stateOf(grown)).toEqual(stateOf(whole));
    expect(grown.committed).toBe(whole.committed);
  });

  test("an append as of a known snapshot costs its two files alone", async () => {
    const known = await tableOf(1);
    const counting = countRequests(store);
    committed(await append(counting.store, known, rides(2)));
    expect(counting.counts).toEqual({ list: 0, read: 0, head: 0, put: 2 });
  });

  test("a table that was made anew is read anew", async () => {
    const known = await tableOf(2);
    await rm(store.locate(location), { recursive: true });
    for (let id = 1; id <= 3; id++) await (id === 1 ? createRides(store) : readSnapshot(store, location)).then((snapshot) => append(store, snapshot, rides(id)));
    const read = await readSnapshot(store, location, undefined, known);
    expect(read.metadata.id).not.toBe(known.metadata.id);
    expect(stateOf(read)).toEqual(stateOf(await readSnapshot(store, location)));
  });

  test("a commit of our own is known again though the store's clock goes before ours", async () => {
    const known = await tableOf(2);
    await utimes(commitFile(2), 0, known.committed / 1_000 + 60);
    expect(await readSnapshot(store, location, undefined, known)).toBe(known);
  });

  test("a known snapshot's own version costs nothing", async () => {
    const known = await tableOf(1);
    const counting = countRequests(store);
    expect(await readSnapshot(counting.store, location, { version: 1 }, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 0, read: 0, head: 0, put: 0 });
  });
});

describe("requests of a store that is not on this machine", () => {
  /** What only a store's root tells. */
  const far = (): ReturnType<typeof countRequests> => countRequests({ ...store, root: "s3://bucket/lake" });

  test("an unchanged table costs one, and is the same object", async () => {
    const known = await tableOf(3);
    const counting = far();
    expect(await readSnapshot(counting.store, location, undefined, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 1, read: 0, head: 0, put: 0 });
  });

  test("a grown table costs one and a read for each new commit", async () => {
    const known = await tableOf(3);
    let last = known;
    for (let id = 4; id <= 24; id++) last = committed(await append(store, last, rides(id)));
    const counting = far();
    const grown = await readSnapshot(counting.store, location, undefined, known);
    expect(counting.counts).toEqual({ list: 1, read: 21, head: 0, put: 0 });
    expect(stateOf(grown)).toEqual(stateOf(last));
    expect(grown.committed).toBe((await readSnapshot(store, location)).committed);
  });

  test("a commit of our own that the store dates later is read once, and then known", async () => {
    const known = await tableOf(2);
    await utimes(commitFile(2), 0, known.committed / 1_000 + 60);
    const counting = far();
    for (const _ of [1, 2]) expect(await readSnapshot(counting.store, location, undefined, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 2, read: 1, head: 0, put: 0 });
  });

  test.each([[1, "fewer"], [2, "as many"], [4, "more"]])("a table that was made anew with %d versions, %s than before, is read anew", async (last) => {
    await tableOf(2);
    const known = await readSnapshot(store, location);
    await rm(store.locate(location), { recursive: true });
    const made = await tableOf(last);
    if (last >= 2) await utimes(commitFile(2), 0, known.committed / 1_000 + 1);
    const read = await readSnapshot(far().store, location, undefined, known);
    expect([read.metadata.id, read.version]).toEqual([made.metadata.id, last]);
  });

  test("a table that is gone is DELTA_TABLE_NOT_FOUND", async () => {
    const known = await tableOf(1);
    await rm(store.locate(location), { recursive: true });
    await expect(readSnapshot(far().store, location, undefined, known)).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
  });
});

describe("a table that was removed and made anew under a known snapshot", () => {
  const removed = (): Promise<void> => rm(store.locate(location), { recursive: true });

  test("is read anew when it has fewer versions", async () => {
    const known = await tableOf(3);
    await removed();
    await tableOf(1);
    const read = await readSnapshot(store, location, undefined, known);
    expect(read.version).toBe(1);
    expect(read.metadata.id).not.toBe(known.metadata.id);
  });

  test("is read anew when it has as many", async () => {
    await tableOf(2);
    const known = await readSnapshot(store, location);
    await removed();
    const { metadata } = await tableOf(2);
    await utimes(commitFile(2), 0, known.committed / 1_000 + 1);
    expect((await readSnapshot(store, location, undefined, known)).metadata.id).toBe(metadata.id);
  });

  test("and not made again is DELTA_TABLE_NOT_FOUND", async () => {
    const known = await tableOf(1);
    await removed();
    await expect(readSnapshot(store, location, undefined, known)).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
  });
});

describe("time travel", () => {
  test("to what is no time is PARAMETER_INVALID", async () => {
    await tableOf(0);
    await expect(readSnapshot(store, location, { timestamp: "yesterday" })).rejects.toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("yesterday") });
  });

  test("to a version gives the files of then", async () => {
    await tableOf(3);
    expect((await readSnapshot(store, location, { version: 1 })).files).toHaveLength(1);
    expect([...(await readSnapshot(store, location, { version: 0 })).files]).toEqual([]);
  });

  test("to a version that is not there names the oldest and the newest", async () => {
    await tableOf(2);
    await expect(readSnapshot(store, location, { version: 7 })).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND", hint: expect.stringMatching(/oldest .* 0 .*newest 2/) });
  });

  test("to a time gives the newest version at that time, and none before the first", async () => {
    await tableOf(3);
    for (let version = 0; version <= 3; version++) await utimes(commitFile(version), 0, 1_000 + version * 10);
    const at = async (seconds: number): Promise<number> => (await readSnapshot(store, location, { timestamp: new Date(seconds * 1_000).toISOString() })).version;
    expect([await at(1_000), await at(1_009), await at(1_010), await at(2_000)]).toEqual([0, 0, 1, 3]);
    await expect(at(999)).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND" });
  });

  test("takes a commit whose file is older than the one before as a millisecond later", async () => {
    await tableOf(2);
    for (const [version, seconds] of [[0, 1_000], [1, 900], [2, 900]] as const) await utimes(commitFile(version), 0, seconds);
    expect((await readSnapshot(store, location, { timestamp: "1970-01-01T00:16:40Z" })).version).toBe(0);
    expect((await readSnapshot(store, location, { timestamp: "1970-01-01T00:16:40.001Z" })).version).toBe(1);
    expect((await readSnapshot(store, location)).committed).toBe(1_000_002);
  });

  test("the time that a snapshot tells leads back to it", async () => {
    await tableOf(2);
    const { committed: time, version } = await readSnapshot(store, location, { version: 1 });
    expect((await readSnapshot(store, location, { timestamp: new Date(time).toISOString() })).version).toBe(version);
  });
});

describe("a broken log is DELTA_LOG_BROKEN", () => {
  test("a missing commit is named", async () => {
    await tableOf(3);
    await rm(commitFile(2));
    await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("lacks version 2") });
    expect((await readSnapshot(store, location, { version: 1 })).version).toBe(1);
  });

  test("a line that is no JSON is named with its file", async () => {
    await tableOf(1);
    await appendFile(commitFile(1), '{"add":{"path":');
    await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", place: { file: commitPath(location, 1), line: 3 } });
  });

  test.each([
    ['{"add":{"size":1,"partitionValues":{}}}', "path"],
    ['{"add":{"path":"%zz","size":1,"partitionValues":{}}}', "%zz"],
    ['{"txn":{"appId":"a"}}', "version"],
    ['{"metaData":{"id":"1","schemaString":"{","partitionColumns":[]}}', "schema"],
    ["[1]", "Line 1"],
    ["7", "Line 1"],
  ])("%s is told", async (line, told) => {
    await createRides(store);
    await writeFile(commitFile(1), line);
    await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining(told) });
  });

  test("a log without a schema is told", async () => {
    await createRides(store);
    const lines = (await readFile(commitFile(0), "utf8")).split("\n").filter((line) => !line.includes("metaData"));
    await writeFile(commitFile(0), lines.join("\n"));
    await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("metaData") });
  });
});

describe("replay", () => {
  test("passes over actions and fields it does not know, and files that are no commits", async () => {
    await tableOf(1);
    await appendFile(commitFile(1), '{"futureAction":{"a":1}}\n\n{"txn":{"appId":"a","version":9,"futureField":true}}\n');
    await writeFile(`${commitFile(1)}.crc`, "x");
    await writeFile(store.locate(`${location}/_delta_log/_last_checkpoint`), "not JSON");
    expect((await readSnapshot(store, location)).transactions).toEqual(new Map([["a", 9]]));
  });

  test("takes parts that are null as not written", async () => {
    const files = [...(await tableOf(1)).files];
    const nulls = { stats: null, deletionVector: null, tags: null, clusteringProvider: null };
    const metaData = { id: "1", name: null, description: null, schemaString: '{"type":"struct","fields":[]}', partitionColumns: [], configuration: null, format: { provider: "parquet", options: {} } };
    const actions = [{ add: { ...files[0], path: "b.parquet", ...nulls }, remove: null, txn: null }, { metaData }];
    await writeFile(commitFile(2), actions.map((action) => JSON.stringify(action)).join("\n"));
    await writeFile(commitFile(3), JSON.stringify({ remove: { path: files[0]?.path, deletionVector: null } }));
    const read = await readSnapshot(store, location);
    const { stats: _stats, ...kept } = files[0] ?? { path: "" };
    expect([...read.files]).toEqual([{ ...kept, path: "b.parquet" }]);
    expect(read.metadata.configuration).toEqual({});
    expect("name" in read.metadata).toBe(false);
  });

  test("knows a file of another place by any spelling of its URI", async () => {
    await createRides(store);
    const add = { size: 1, partitionValues: {}, modificationTime: 0, dataChange: true };
    await writeFile(commitFile(1), JSON.stringify({ add: { ...add, path: "file:///else/a%20b.parquet" } }));
    await writeFile(commitFile(2), JSON.stringify({ remove: { path: "file:/else/a%20b.parquet" } }));
    expect([...(await readSnapshot(store, location)).files]).toEqual([]);
  });

  test("keeps a file once that a commit of another writer names again", async () => {
    const known = await tableOf(1);
    await writeFile(commitFile(2), JSON.stringify({ add: { ...[...known.files][0], dataChange: false, stats: '{"numRecords":1}' } }));
    for (const base of [undefined, known]) expect([...(await readSnapshot(store, location, undefined, base)).files]).toEqual([{ ...[...known.files][0], dataChange: false, stats: '{"numRecords":1}' }]);
    expect(committed(await append(store, known, rides(2))).files).toHaveLength(2);
  });

  test("a remove takes its file away, however the path is spelled", async () => {
    const files = [...(await tableOf(2)).files];
    const path = (files[0]?.path ?? "").replace("part", "%70art");
    await writeFile(commitFile(3), JSON.stringify({ remove: { path, dataChange: true } }));
    expect([...(await readSnapshot(store, location)).files]).toEqual(files.slice(1));
  });

  test("the same file with another deletion vector in one commit replaces itself", async () => {
    const files = [...(await tableOf(1)).files];
    const deletionVector = { storageType: "i", pathOrInlineDv: "abc", sizeInBytes: 3, cardinality: 1 };
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["deletionVectors"], writerFeatures: ["deletionVectors"] };
    const lines = [{ protocol }, { add: { ...files[0], deletionVector } }, { remove: { path: files[0]?.path } }];
    await writeFile(commitFile(2), lines.map((line) => JSON.stringify(line)).join("\n"));
    expect([...(await readSnapshot(store, location)).files]).toEqual([{ ...files[0], deletionVector }]);
    await writeFile(commitFile(3), JSON.stringify({ add: { ...files[0], path: "other", deletionVector: { storageType: "i" } } }));
    await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("deletionVector") });
  });

  test("a domain that was removed is gone", async () => {
    await createRides(store);
    const domain = (removed: boolean, configuration: string): string => JSON.stringify({ domainMetadata: { domain: "a", configuration, removed } });
    await writeFile(commitFile(1), domain(false, "1"));
    expect((await readSnapshot(store, location)).domains.get("a")?.configuration).toBe("1");
    await writeFile(commitFile(2), domain(true, ""));
    expect((await readSnapshot(store, location)).domains.size).toBe(0);
  });
});
