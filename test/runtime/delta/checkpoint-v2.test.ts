import { readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { Action, Metadata } from "../../../runtime/delta/actions/actions.ts";
import { readCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { checkpointPath, commitPath, listLog, logDirectory } from "../../../runtime/delta/log/log.ts";
import { cleanLog } from "../../../runtime/delta/maintenance/log-cleanup.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { append, committed, createRides, location, rideColumns } from "./rides.ts";
import { appendEach, stateOf } from "./checkpointed.ts";
import { store, storeEach } from "./store-each.ts";

storeEach();

const facts = { operation: "TEST", parameters: {}, metrics: {} };
const second = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["v2Checkpoint", "deletionVectors"], writerFeatures: ["v2Checkpoint", "deletionVectors", "appendOnly", "invariants", "domainMetadata"] };
const policy: Metadata["configuration"] = { "delta.checkpointPolicy": "v2" };
const logFile = (name: string): string => path.join(store.locate(logDirectory(location)), name);

/** A table with the feature, whose policy is the second form unless others are given. */
async function secondTable(configuration = policy, columns: readonly NamedType[] = rideColumns, partitions: readonly string[] = []): Promise<Snapshot> {
  const base = await createRides(store, columns, partitions);
  return committed(await replaceFiles(store, location, base, { remove: [], add: [], dataChange: false, protocol: second, metadata: { ...base.metadata, configuration } }, facts));
}

const sidecars = async (): Promise<string[]> => await readdir(logFile("_sidecars")).catch(() => []);
const seconds = async (): Promise<string[]> => (await readdir(logFile("."))).filter((name) => /\.checkpoint\.[0-9a-f-]{36}\.parquet$/.test(name));

describe("a checkpoint of the second form", () => {
  test("has its files in sidecars of so many each, and stands for all commits up to it", async () => {
    let snapshot = await appendEach(await secondTable(), 1, 2, 3, 4, 5);
    snapshot = committed(await replaceFiles(store, location, snapshot, { remove: [...snapshot.files].slice(0, 1), add: [], dataChange: true }, facts));
    snapshot = committed(await commit(store, location, snapshot, [{ domainMetadata: { domain: "a", configuration: "{}", removed: false } }], facts));
    const result = await writeCheckpoint(store, location, snapshot, { perSidecar: 2 });
    expect(result).toMatchObject({ version: 8, written: true, form: "v2", sidecars: 3 });
    expect([await sidecars(), await seconds()]).toMatchObject({ 0: { length: 3 }, 1: { length: 1 } });
    for (let version = 0; version < 8; version++) await rm(store.locate(commitPath(location, version)));
    const read = await readSnapshot(store, location);
    expect([read.checkpoint, stateOf(read)]).toEqual([8, stateOf(snapshot)]);
    const [checkpoint] = (await listLog(store, location)).checkpoints;
    const actions = (await Array.fromAsync(readCheckpoint(store, location, checkpoint ?? { version: 8, names: [] }, ["txn", "remove", "add"]))).flat();
    expect(actions.filter((action) => action.remove)).toHaveLength(1);
    expect(actions.flatMap((action) => action.txn ?? [])).toEqual([{ appId: "app 1", version: 5, lastUpdated: 1_005 }, { appId: "app 0", version: 4, lastUpdated: 1_004 }]);
  });

  test("is named by _last_checkpoint with what it holds, and follows one before it", async () => {
    let snapshot = await appendEach(await secondTable(), 1, 2, 3);
    await writeCheckpoint(store, location, snapshot, { perSidecar: 2 });
    const hint = JSON.parse(await readFile(logFile("_last_checkpoint"), "utf8")) as { readonly v2Checkpoint: { readonly path: string; readonly sidecarFiles: readonly object[]; readonly nonFileActions: readonly Action[] } };
    expect(hint).toMatchObject({ version: 4, numOfAddFiles: 3, v2Checkpoint: { path: (await seconds())[0], sizeInBytes: expect.any(Number), modificationTime: expect.any(Number) } });
    expect(hint.v2Checkpoint.sidecarFiles).toHaveLength(2);
    expect(hint.v2Checkpoint.nonFileActions[0]).toEqual({ checkpointMetadata: { version: 4 } });
    snapshot = await appendEach(snapshot, 4);
    expect(await writeCheckpoint(store, location, snapshot)).toMatchObject({ written: true, sidecars: 1 });
    for (let version = 0; version < 5; version++) await rm(store.locate(commitPath(location, version)));
    expect(stateOf(await readSnapshot(store, location))).toEqual(stateOf(snapshot));
  });

  test("that is there already, whatever its name, is not written again; nor is an empty table given sidecars", async () => {
    const empty = await secondTable();
    expect(await writeCheckpoint(store, location, empty)).toMatchObject({ written: true, sidecars: 0 });
    expect(await writeCheckpoint(store, location, empty)).toEqual({ version: 1, written: false, form: "v2" });
    expect(await sidecars()).toEqual([]);
    await rm(store.locate(commitPath(location, 0)));
    expect(stateOf(await readSnapshot(store, location))).toEqual(stateOf(empty));
  });

  test("is written where it is asked for and the feature is there; else it is refused with the way out, and a policy alone is passed over", async () => {
    const classic = await appendEach(await secondTable({}), 1);
    expect(await writeCheckpoint(store, location, classic, { v2: true })).toMatchObject({ form: "v2", written: true });
    expect(await writeCheckpoint(store, location, classic)).toMatchObject({ form: "classic", written: true });
    const plain = { ...classic, protocol: { minReaderVersion: 1, minWriterVersion: 2 }, metadata: { ...classic.metadata, configuration: policy } };
    await expect(writeCheckpoint(store, location, plain, { v2: true })).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", place: { value: "v2Checkpoint" }, hint: expect.stringContaining("delta.checkpointPolicy") });
    expect(await writeCheckpoint(store, location, plain)).toMatchObject({ form: "classic", written: false });
  });

  test("is written by many at once, and each is whole", async () => {
    const snapshot = await appendEach(await secondTable(), 1, 2, 3);
    await Promise.all(Array.from({ length: 4 }, () => writeCheckpoint(store, location, snapshot, { perSidecar: 2 })));
    for (let version = 0; version < 4; version++) await rm(store.locate(commitPath(location, version)));
    const names = await seconds();
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      for (const other of names) if (other !== name) await rename(logFile(other), logFile(`aside-${other}`));
      expect((await readSnapshot(store, location)).files).toHaveLength(3);
      for (const other of names) if (other !== name) await rename(logFile(`aside-${other}`), logFile(other));
    }
  });
});

describe("sidecars", () => {
  test("go with the checkpoint that named them, and others when they are a day old and of none", async () => {
    const snapshot = await appendEach(await secondTable(), 1, 2, 3, 4);
    await writeCheckpoint(store, location, await readSnapshot(store, location, { version: 3 }), { perSidecar: 1 });
    expect(await sidecars()).toHaveLength(2);
    await writeCheckpoint(store, location, snapshot, { perSidecar: 2 });
    await writeFile(logFile("_sidecars/left.parquet"), "by one that was killed");
    await writeFile(logFile("_sidecars/young.parquet"), "being written");
    await writeFile(logFile("_sidecars/note.txt"), "somebody's");
    const old = Date.now() / 1_000 - 3 * 86_400;
    for (const name of await sidecars()) if (name !== "young.parquet") await utimes(logFile(`_sidecars/${name}`), old, old);
    const { removed } = await cleanLog(store, location, snapshot, { before: Number.POSITIVE_INFINITY });
    // Five commits, a checkpoint and its checksum; its two sidecars and the one that was left.
    expect(removed).toBe(5 + 2 + 3);
    expect(await sidecars()).toHaveLength(2 + 2);
    expect(await sidecars()).toEqual(expect.arrayContaining(["young.parquet", "note.txt"]));
    expect(stateOf(await readSnapshot(store, location))).toEqual(stateOf(snapshot));
  });

  test("stay where a checkpoint that is there does not say which are its own", async () => {
    const snapshot = await appendEach(await secondTable(), 1, 2);
    await writeCheckpoint(store, location, snapshot);
    const old = Date.now() / 1_000 - 3 * 86_400;
    await writeFile(logFile("_sidecars/left.parquet"), "");
    await utimes(logFile("_sidecars/left.parquet"), old, old);
    await writeFile(store.locate(checkpointPath(location, 0)), "no checkpoint");
    await cleanLog(store, location, snapshot, { before: 0 });
    expect(await sidecars()).toContain("left.parquet");
    await rm(store.locate(checkpointPath(location, 0)));
    await cleanLog(store, location, snapshot, { before: 0 });
    expect(await sidecars()).toHaveLength(1);
  });
});

describe("statistics as columns", () => {
  const columns: readonly NamedType[] = [
    { name: "id", type: { kind: "int64" }, nullable: false }, { name: "price", type: { kind: "decimal", precision: 12, scale: 2 }, nullable: true }, { name: "at", type: { kind: "timestamp" }, nullable: true },
    { name: "on", type: { kind: "day" }, nullable: true }, { name: "ok", type: { kind: "bool" }, nullable: true }, { name: "f", type: { kind: "float64" }, nullable: true },
    { name: "in", type: { kind: "object", fields: [{ name: "x", type: { kind: "int32" }, nullable: true }, { name: "t", type: { kind: "text" }, nullable: true }] }, nullable: true },
    { name: "p", type: { kind: "int32" }, nullable: true }, { name: "q", type: { kind: "text" }, nullable: true },
  ];

  test.each([["classic", {}], ["v2", policy]] as const)("alone, in a checkpoint of form %s, say what the text said", async (form, more) => {
    let snapshot = await secondTable({ ...more, "delta.checkpoint.writeStatsAsJson": "false" }, columns, ["p", "q"]);
    const row = { id: 9_007_199_254_740_993n, price: "12.50", at: Temporal.Instant.from("2026-08-01T00:00:00.123Z"), on: Temporal.PlainDate.from("2026-08-01"), ok: true, f: 0.5, in: { x: 1, t: "t" } };
    snapshot = committed(await append(store, snapshot, [{ ...row, p: 1, q: "a b" }, { id: 2n, p: null, q: null, price: null, at: null, on: null, ok: null, f: null, in: null }]));
    const odd = { path: "odd.parquet", size: 1, partitionValues: { p: "no number", q: null }, modificationTime: 0, dataChange: true, stats: "{\"numRecords\":3,\"minValues\":{\"id\":\"no number\"}}" };
    snapshot = committed(await commit(store, location, snapshot, [{ add: odd }], facts));
    expect(await writeCheckpoint(store, location, snapshot)).toMatchObject({ written: true, form });
    for (let version = 0; version < snapshot.version; version++) await rm(store.locate(commitPath(location, version)));
    const read = await readSnapshot(store, location);
    const told = (from: Snapshot): unknown[] => [...from.files].map(({ path: name, partitionValues, stats = "" }) => ({ name, partitionValues, stats: JSON.parse(stats) as object }));
    const [first, second_, third] = told(read) as { stats: { numRecords: number; minValues?: object; nullCount?: object } }[];
    const before = told(snapshot) as { stats: { minValues: object; maxValues: object; nullCount: object } }[];
    for (const [is, was] of [[first, before[0]], [second_, before[1]]] as const) expect(normal(is)).toEqual(normal(was));
    expect(third?.stats).toMatchObject({ numRecords: 3 });
  });

  test("beside the text where the table wants both, and not where it says nothing", async () => {
    const both = await appendEach(await secondTable({ "delta.checkpoint.writeStatsAsStruct": "true" }), 1);
    await writeCheckpoint(store, location, both);
    const names = async (version: number): Promise<string> => new TextDecoder("latin1").decode(await store.read(checkpointPath(location, version)));
    expect(await names(2)).toContain("stats_parsed");
    const neither = committed(await replaceFiles(store, location, both, { remove: [], add: [], dataChange: false, metadata: { ...both.metadata, configuration: {} } }, facts));
    await writeCheckpoint(store, location, neither);
    expect(await names(3)).not.toContain("stats_parsed");
  });
});

/** Statistics as they compare: a time in microseconds or milliseconds, a decimal with its places. */
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === "string" && /^\d{4}-\d\d-\d\dT/.test(part) ? Temporal.Instant.from(part).epochMilliseconds : typeof part === "object" && part !== null && Object.keys(part).length === 0 ? undefined : part))) as unknown;
}
