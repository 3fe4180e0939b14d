import { appendFile, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../../runtime/storage/store.ts";
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
