import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { checkpointPath, commitPath, logDirectory } from "../../../runtime/delta/log/log.ts";
import { repairTable } from "../../../runtime/delta/maintenance/repair.ts";
import type { Repaired, RepairOptions } from "../../../runtime/delta/maintenance/repair.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import type { Verification } from "../../../runtime/delta/snapshot/verify.ts";
import { append, committed, createRides, location, rides } from "./rides.ts";
import { store, storeEach } from "./store-each.ts";

storeEach();

const facts = { operation: "TEST", parameters: {}, metrics: {} };
const logFile = (name: string): string => path.join(store.locate(logDirectory(location)), name);
const padded = (version: number, ending: string): string => `${String(version).padStart(20, "0")}.${ending}`;

/** Two rides a file, a file a version; each version in `at` has a checkpoint. */
async function grown(versions: number, at: readonly number[], configuration?: { readonly [name: string]: string }): Promise<Snapshot> {
  let snapshot = await createRides(store);
  if (configuration !== undefined) {
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["v2Checkpoint"], writerFeatures: ["v2Checkpoint", "appendOnly", "invariants"] };
    snapshot = committed(await replaceFiles(store, location, snapshot, { remove: [], add: [], dataChange: false, protocol, metadata: { ...snapshot.metadata, configuration } }, facts));
  }
  while (snapshot.version < versions) {
    snapshot = committed(await append(store, snapshot, rides(snapshot.version, snapshot.version + 100)));
    if (at.includes(snapshot.version)) await writeCheckpoint(store, location, snapshot);
  }
  return snapshot;
}

/** Every file that is there holds two rows. */
const verify = async (): Promise<Verification> => await verifyTable(store, location, async (urls) => urls.map(() => 2));
const repair = async (options: RepairOptions = {}): Promise<Repaired> => await repairTable(store, location, await verify(), options);
const told = ({ repairs }: Repaired): unknown[] => repairs.map(({ what, done, path: where }) => [what, done, where]);

async function halve(name: string): Promise<void> {
  const bytes = await readFile(logFile(name));
  await writeFile(logFile(name), bytes.subarray(0, bytes.length / 2));
}

test("a table that is whole is left as it is", async () => {
  await grown(4, [2, 4]);
  const before = await readdir(logFile("."));
  expect(await repair()).toEqual({ repairs: [], rowsLost: 0, left: [] });
  expect(await readdir(logFile("."))).toEqual(before);
});

describe("_last_checkpoint", () => {
  test.each([["is no JSON", "{"], ["names a checkpoint that is not there", '{"version":3,"size":1}'], ["is missing", undefined]])("that %s is written anew", async (_, text) => {
    await grown(4, [2]);
    await rm(logFile("_last_checkpoint"));
    if (text !== undefined) await writeFile(logFile("_last_checkpoint"), text);
    expect((await verify()).findings.map(({ mend }) => mend?.what)).toEqual(text === undefined ? [] : ["last-checkpoint"]);
    expect(told(await repair({ dryRun: true }))).toEqual([["last-checkpoint", false, "_delta_log/_last_checkpoint"]]);
    expect(await readFile(logFile("_last_checkpoint"), "utf8").catch(() => undefined)).toBe(text);
    expect(await repair()).toMatchObject({ repairs: [{ done: true }], left: [] });
    expect(JSON.parse(await readFile(logFile("_last_checkpoint"), "utf8"))).toMatchObject({ version: 2, numOfAddFiles: 2 });
    expect(await repair()).toMatchObject({ repairs: [], left: [] });
  });

  test("that names one, where there is none, goes", async () => {
    await grown(2, []);
    await writeFile(logFile("_last_checkpoint"), '{"version":1,"size":1}');
    expect(await repair()).toMatchObject({ repairs: [{ what: "last-checkpoint", done: true }], left: [] });
    expect(await readdir(logFile("."))).not.toContain("_last_checkpoint");
  });
});

describe("a damaged checkpoint", () => {
  test.each([["classic", undefined], ["of the second form", { "delta.checkpointPolicy": "v2" }]])("%s is set aside and written anew, where the commits are there", async (_, configuration) => {
    const snapshot = await grown(4, [4], configuration);
    const [name = ""] = (await readdir(logFile("."))).filter((one) => one.includes(".checkpoint."));
    await halve(name);
    expect((await verify()).findings).toMatchObject([{ kind: "broken", mend: { what: "checkpoint", version: 4 } }]);
    expect(told(await repair({ dryRun: true }))).toEqual([["checkpoint", false, `_delta_log/${name}`]]);
    const repaired = await repair();
    expect(repaired).toMatchObject({ left: [] });
    expect(repaired.repairs[0]).toMatchObject({ what: "checkpoint", done: true, message: expect.stringContaining("written anew") });
    expect((await readdir(logFile("_damaged"), { recursive: true })).some((one) => one.endsWith(name))).toBe(true);
    expect(await verify()).toMatchObject({ version: 4, findings: [] });
    // Nothing of the way around it is needed any more.
    for (let version = 0; version < 4; version++) await rm(store.locate(commitPath(location, version)));
    expect((await readSnapshot(store, location)).files).toHaveLength(snapshot.files.length);
  });

  test("stays where the log has no other way to its version, and that is told", async () => {
    await grown(6, [2, 4]);
    for (let version = 0; version <= 3; version++) await rm(store.locate(commitPath(location, version)));
    await rm(store.locate(checkpointPath(location, 2)));
    await writeCheckpoint(store, location, await readSnapshot(store, location));
    await halve(padded(4, "checkpoint.parquet"));
    const repaired = await repair();
    expect(repaired.repairs).toMatchObject([{ what: "checkpoint", done: false, message: expect.stringContaining("no other way") }]);
    expect(repaired.left).toHaveLength(1);
    expect(await readdir(logFile("."))).toContain(padded(4, "checkpoint.parquet"));
  });
});

test("a checksum that is wrong, or none, is removed and not replaced", async () => {
  await grown(2, [2]);
  for (const change of [(text: string) => text.replace('"numFiles":2', '"numFiles":7'), () => "{"]) {
    await writeFile(logFile(padded(2, "crc")), change(await readFile(logFile(padded(2, "crc")), "utf8")));
    expect(told(await repair({ dryRun: true }))).toEqual([["checksum", false, expect.stringContaining(padded(2, "crc"))]]);
  }
  expect(await repair()).toMatchObject({ repairs: [{ what: "checksum", done: true }], left: [] });
  expect(await readdir(logFile("."))).not.toContain(padded(2, "crc"));
  expect((await verify()).findings).toEqual([]);
});

describe("live files that are gone", () => {
  async function lose(count: number): Promise<Snapshot> {
    const snapshot = await grown(4, []);
    for (const { path: name } of [...snapshot.files].slice(0, count)) await rm(store.locate(`${location}/${name}`));
    return snapshot;
  }

  test("are told with their rows, and stay in the log until they are to be dropped", async () => {
    const snapshot = await lose(2);
    for (const options of [{}, { dropMissing: true, dryRun: true }]) {
      const repaired = await repair(options);
      expect(repaired).toMatchObject({ rowsLost: 0, repairs: [{ what: "drop", done: false, message: expect.stringContaining("with 2 rows") }, {}] });
      expect(repaired.left).toHaveLength(2);
    }
    expect((await readSnapshot(store, location)).version).toBe(snapshot.version);
  });

  test("leave the log in one commit, which says how many rows are lost", async () => {
    const snapshot = await lose(2);
    expect(await repair({ dropMissing: true })).toMatchObject({ rowsLost: 4, left: [], repairs: [{ done: true }, { done: true }] });
    expect(await readSnapshot(store, location)).toMatchObject({ version: snapshot.version + 1, files: { length: 2 } });
    expect((await readHistory(store, location))[0]?.info).toMatchObject({ operation: "FSCK", operationMetrics: { numRemovedFiles: "2", numLostRows: "4" } });
    expect(await verify()).toMatchObject({ rows: 4, findings: [] });
  });

  test("stay when they came back since they were looked for, and where another removed one it is told", async () => {
    const snapshot = await lose(0);
    const [first] = snapshot.files;
    const name = store.locate(`${location}/${first?.path ?? ""}`);
    const bytes = await readFile(name);
    await rm(name);
    const found = await verify();
    await writeFile(name, bytes);
    expect(await repairTable(store, location, found, { dropMissing: true })).toMatchObject({ repairs: [], rowsLost: 0 });
    expect((await readSnapshot(store, location)).version).toBe(snapshot.version);
  });

  test("of a table that only grows are not dropped", async () => {
    const snapshot = await lose(1);
    committed(await replaceFiles(store, location, snapshot, { remove: [], add: [], dataChange: false, metadata: { ...snapshot.metadata, configuration: { "delta.appendOnly": "true" } } }, facts));
    await expect(repair({ dropMissing: true })).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE" });
  });
});

test("a log that lacks a commit is refused, and nothing is changed", async () => {
  await grown(4, []);
  await rm(store.locate(commitPath(location, 2)));
  await writeFile(logFile("_last_checkpoint"), "{");
  await expect(repair()).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("version 2"), hint: expect.stringContaining("copy") });
  expect(await readFile(logFile("_last_checkpoint"), "utf8")).toBe("{");
});

test("what only a copy or a vacuum helps is left, and told", async () => {
  const snapshot = await grown(2, []);
  const [first] = snapshot.files;
  await writeFile(store.locate(`${location}/${first?.path ?? ""}`), "too short");
  await writeFile(store.locate(`${location}/stray.parquet`), "x");
  const repaired = await repair({ dropMissing: true });
  expect([repaired.repairs, repaired.left.map(({ kind }) => kind).toSorted()]).toEqual([[], ["broken", "orphaned"]]);
});
