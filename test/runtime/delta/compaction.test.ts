import { readdir, rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import type { CompactionGoal } from "../../../runtime/delta/maintenance/compaction-plan.ts";
import type { RepackedRun } from "../../../runtime/delta/maintenance/repacking.ts";
import type { RewriteFiles } from "../../../runtime/delta/engine.ts";
import type { Metadata } from "../../../runtime/delta/actions/actions.ts";
import { decodePath } from "../../../runtime/delta/actions/file-paths.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { schemaFields } from "../../../runtime/delta/schema/types.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { countRequests } from "./counting-store.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import { inlineVector } from "./roaring-writer.ts";
import { append, committed, createRides, location, newStore, rideColumns, rides } from "./rides.ts";

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newStore());
});

afterEach(async () => {
  await remove();
});

const goal: CompactionGoal = { targetBytes: 1_000_000, filesMin: 2, growing: false };

async function appendEach(base: Snapshot, ...ids: readonly number[]): Promise<Snapshot> {
  let snapshot = base;
  for (const id of ids) snapshot = committed(await append(store, snapshot, rides(id)));
  return snapshot;
}

async function idsOf(snapshot: Snapshot): Promise<number[]> {
  const ids: number[] = [];
  for (const file of snapshot.files) {
    for (const batch of decodeParquet(await store.read(`${location}/${decodePath(file.path)}`), file.path)) {
      ids.push(...readRows(snapshot.columns.filter(({ name }) => !snapshot.partitionColumns.includes(name)), batch).map((row) => Number(row["id"])));
    }
  }
  return ids.toSorted((left, right) => left - right);
}

/** Parquet files in the table's directory, whether a version names them or not. */
const dataFiles = async (): Promise<number> => (await readdir(store.locate(location), { recursive: true })).filter((name) => name.endsWith(".parquet")).length;

test("small files become one, in one commit, and no row is other than it was", async () => {
  const base = await appendEach(await createRides(store), 1, 2, 3);
  const result = await compact(store, location, base, goal, rewriteFiles);
  expect(result).toMatchObject({ commits: [{ version: 4, before: 3, after: 1 }], dropped: 0, snapshot: { version: 4 } });
  const read = await readSnapshot(store, location);
  expect([...read.files]).toEqual([...result.snapshot.files]);
  expect(await idsOf(read)).toEqual([1, 2, 3]);
  expect((await readHistory(store, location))[0]?.info).toMatchObject({ operation: "OPTIMIZE", operationMetrics: { numRemovedFiles: "3", numAddedFiles: "1" } });
  expect((await readSnapshot(store, location, { version: 3 })).files).toHaveLength(3);
});

test("a table that is as it should be is not written to", async () => {
  const { snapshot } = await compact(store, location, await appendEach(await createRides(store), 1, 2), goal, rewriteFiles);
  const counting = countRequests(store);
  expect(await compact(counting.store, location, snapshot, goal, rewriteFiles)).toMatchObject({ commits: [], snapshot });
  expect(counting.counts).toEqual({ list: 0, read: 0, head: 0, put: 0 });
});

test("each partition keeps to itself, its value as it was", async () => {
  const text: ColumnType = { kind: "text" };
  let snapshot = await createRides(store, [...rideColumns, { name: "p", type: text, nullable: true }], ["p"]);
  for (let id = 1; id <= 6; id++) snapshot = committed(await append(store, snapshot, [{ id: BigInt(id), p: id % 2 === 0 ? "a b/ü" : null }]));
  const result = await compact(store, location, snapshot, goal, rewriteFiles);
  expect([...result.snapshot.files].map((file) => file.partitionValues["p"]).toSorted()).toEqual(["a b/ü", null].toSorted());
  expect(result.commits).toHaveLength(1);
  expect(await idsOf(result.snapshot)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("bins that are large are committed one by one, and a signal ends the run between two", async () => {
  const base = await appendEach(await createRides(store), 1, 2, 3, 4, 5, 6);
  const targetBytes = Math.max(...[...base.files].map((file) => file.size)) * 2 + 1;
  const stop = new AbortController();
  const stopped = await compact(store, location, base, { ...goal, targetBytes }, rewriteFiles, { signal: stop.signal, tell: () => stop.abort() });
  expect(stopped.commits).toHaveLength(1);
  const rest = await compact(store, location, stopped.snapshot, { ...goal, targetBytes }, rewriteFiles);
  expect(rest.commits).toHaveLength(2);
  expect(await idsOf(rest.snapshot)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("rows that a deletion vector takes away stay away, and its file gives way", async () => {
  const base = committed(await append(store, committed(await append(store, await createRides(store), rides(1, 2, 3))), rides(4)));
  const features = ["deletionVectors"];
  const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features };
  const [file] = base.files;
  if (file === undefined) throw new Error("the table has no file");
  const actions = [{ protocol }, { remove: { path: file.path, dataChange: true } }, { add: { ...file, deletionVector: inlineVector([0, 2]) } }];
  const deleted = committed(await commit(store, location, base, actions, { operation: "DELETE", parameters: {}, metrics: {} }));
  const result = await compact(store, location, deleted, goal, rewriteFiles);
  expect(result.commits).toMatchObject([{ before: 2, after: 1 }]);
  expect(await idsOf(result.snapshot)).toEqual([2, 4]);
  expect([...(await readSnapshot(store, location)).files]).toEqual([...result.snapshot.files]);
  expect([...result.snapshot.files][0]?.deletionVector).toBeUndefined();
});

test("a table that maps its columns keeps their physical names and field ids", async () => {
  const field = (name: string, id: number, type: unknown): object => ({ name, type, nullable: true, metadata: { "delta.columnMapping.id": id, "delta.columnMapping.physicalName": `col-${id}` } });
  const fields = [field("id", 1, "long"), field("stop", 2, { type: "struct", fields: [field("lat", 3, "double")] }), field("p", 4, "string")];
  const metaData = { id: "t", format: { provider: "parquet", options: {} }, schemaString: JSON.stringify({ type: "struct", fields }), partitionColumns: ["p"], configuration: { "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "4" } };
  await store.putIfAbsent(`${location}/_delta_log/00000000000000000000.json`, new TextEncoder().encode([{ protocol: { minReaderVersion: 2, minWriterVersion: 5 } }, { metaData }].map((action) => JSON.stringify(action)).join("\n")));
  let snapshot = await readSnapshot(store, location);
  for (const id of [1n, 2n]) snapshot = committed(await append(store, snapshot, [{ id, stop: { lat: 1.5 }, p: "a" }]));
  const { snapshot: compacted } = await compact(store, location, snapshot, goal, rewriteFiles);
  const [file] = compacted.files;
  expect(compacted.files).toHaveLength(1);
  expect(file?.partitionValues).toEqual({ "col-4": "a" });
  expect(JSON.parse(file?.stats ?? "")).toEqual({ numRecords: 2, minValues: { "col-1": 1, "col-2": { "col-3": 1.5 } }, maxValues: { "col-1": 2, "col-2": { "col-3": 1.5 } }, nullCount: { "col-1": 0, "col-2": { "col-3": 0 } } });
  const [batch] = decodeParquet(await store.read(`${location}/${decodePath(file?.path ?? "")}`), "a.parquet");
  expect(batch?.schema.fields.map((one) => [one.name, one.metadata.get("PARQUET:field_id")])).toEqual([["col-1", "1"], ["col-2", "2"]]);
});

describe("beside others", () => {
  /** An engine that lets somebody else commit before it is done. */
  const meanwhile = (act: () => Promise<unknown>): RewriteFiles => {
    let acted = false;
    return async (rewrite) => {
      const written = await rewriteFiles(rewrite);
      if (!acted) await act();
      acted = true;
      return written;
    };
  };

  test("appends that came first are followed, and none of their rows is lost", async () => {
    const base = await appendEach(await createRides(store), 1, 2);
    const result = await compact(store, location, base, goal, meanwhile(() => appendEach(base, 3, 4)));
    expect(result).toMatchObject({ commits: [{ version: 5 }], dropped: 0 });
    expect(await idsOf(await readSnapshot(store, location))).toEqual([1, 2, 3, 4]);
  });

  test("two compactors do the work once, and leave no file behind", async () => {
    const base = await appendEach(await createRides(store), 1, 2, 3);
    const results = await Promise.all([compact(store, location, base, goal, rewriteFiles), compact(store, location, base, goal, rewriteFiles)]);
    expect(results.map(({ commits, dropped }) => [commits.length, dropped]).toSorted()).toEqual([[0, 1], [1, 0]]);
    const read = await readSnapshot(store, location);
    expect(read.version).toBe(4);
    expect(await idsOf(read)).toEqual([1, 2, 3]);
    expect(await dataFiles()).toBe(4);
  });

  test("a bin whose file was taken is dropped, and the others are committed", async () => {
    const columns = [...rideColumns, { name: "p", type: { kind: "text" } as const, nullable: true }];
    let base = await createRides(store, columns, ["p"]);
    for (const [id, p] of [[1, "a"], [2, "a"], [3, "b"], [4, "b"]] as const) base = committed(await append(store, base, [{ id: BigInt(id), p }]));
    const taken = [...base.files].slice(0, 1);
    const result = await compact(store, location, base, goal, meanwhile(() => replaceFiles(store, location, base, { remove: taken, add: [], dataChange: true }, { operation: "DELETE", parameters: {}, metrics: {} })));
    expect(result).toMatchObject({ commits: [{ before: 2, after: 1 }], dropped: 1 });
    expect(await idsOf(await readSnapshot(store, location))).toEqual([2, 3, 4]);
    expect(await dataFiles()).toBe(5);
  });

  test("a bin whose file was taken while one before it was committed is dropped too, and its rows stay away", async () => {
    const base = await appendEach(await createRides(store), 1, 2, 3, 4);
    const targetBytes = Math.max(...[...base.files].map((file) => file.size)) * 2 + 1;
    const taken = [...base.files].slice(2, 3);
    const result = await compact(store, location, base, { ...goal, targetBytes }, meanwhile(() => replaceFiles(store, location, base, { remove: taken, add: [], dataChange: true }, { operation: "DELETE", parameters: {}, metrics: {} })));
    expect(result).toMatchObject({ commits: [{ before: 2, after: 1 }], dropped: 1 });
    expect(await idsOf(await readSnapshot(store, location))).toEqual([1, 2, 4]);
    expect(await dataFiles()).toBe(5);
  });

  test("files that vanish after they were replaced are no failure", async () => {
    const base = await appendEach(await createRides(store), 1, 2);
    await compact(store, location, base, goal, rewriteFiles);
    for (const file of base.files) await store.remove(`${location}/${file.path}`);
    expect(await compact(store, location, base, goal, rewriteFiles)).toMatchObject({ commits: [], dropped: 1, snapshot: { version: 3 } });
  });

  const altered = async (base: Snapshot, metadata: Partial<Metadata>): Promise<RepackedRun> => await compact(store, location, base, goal, meanwhile(() => replaceFiles(store, location, base, { remove: [], add: [], dataChange: false, metadata: { ...base.metadata, ...metadata } }, { operation: "SET TBLPROPERTIES", parameters: {}, metrics: {} })));

  test("what was altered meanwhile and touches no file is no hindrance", async () => {
    const base = await appendEach(await createRides(store), 1, 2);
    expect(await altered(base, { description: "Other words.", configuration: { owner: "me", "delta.constraints.positive": "id > 0" } })).toMatchObject({ commits: [{ version: 4, before: 2 }], dropped: 0 });
    expect(await readSnapshot(store, location)).toMatchObject({ version: 4, metadata: { description: "Other words." }, files: { length: 1 } });
  });

  test("under a schema that may read files otherwise they are written again, with nothing left behind", async () => {
    const base = await appendEach(await createRides(store), 1, 2);
    const fields = schemaFields(base.metadata.schemaString);
    expect(await altered(base, { schemaString: JSON.stringify({ type: "struct", fields: [...fields, { name: "came", type: "string", nullable: true, metadata: {} }] }) })).toMatchObject({ commits: [{ version: 4 }], dropped: 1 });
    expect(await dataFiles()).toBe(3);
    const next = await appendEach(await readSnapshot(store, location), 3, 4);
    expect(await altered(next, { configuration: { "delta.dataSkippingNumIndexedCols": "0" } })).toMatchObject({ commits: [{ version: 8 }], dropped: 1 });
    expect(await dataFiles()).toBe(6);
  });

  /** Two files in each of four partitions; who writes files anew finds, each time he has read so many of them, that somebody changed these. */
  async function beaten(window: number): Promise<{ readonly result: RepackedRun; readonly written: number }> {
    let base = await createRides(store, [...rideColumns, { name: "p", type: { kind: "int32" } as const, nullable: true }], ["p"]);
    for (const first of [0, 4]) base = committed(await append(store, base, Array.from({ length: 4 }, (_, p) => ({ id: BigInt(first + p), p }))));
    const read: (string | null | undefined)[] = [];
    const result = await compact(store, location, base, goal, async (rewrite) => {
      const files = await rewriteFiles(rewrite);
      read.push(rewrite.partitionValues["p"]);
      if (read.length % window !== 0) return files;
      const [now, near] = [await readSnapshot(store, location), read.slice(-window)];
      const taken = near.flatMap((p) => [...now.files].filter(({ partitionValues }) => partitionValues["p"] === p).slice(0, 1));
      const gone = committed(await replaceFiles(store, location, now, { remove: taken, add: [], dataChange: true }, { operation: "DELETE", parameters: {}, metrics: {} }));
      await append(store, gone, near.map((p) => ({ id: 100n, p: Number(p) })));
      return files;
    });
    return { result, written: read.length };
  }

  test("who loses every bin plans again and commits fewer at once, until some come first", async () => {
    const { result, written } = await beaten(2);
    expect(result).toMatchObject({ commits: Array.from({ length: 2 }, () => ({ before: 2, after: 1 })), dropped: 4 + 4 + 2 });
    expect([written, await dataFiles()]).toEqual([3 * 4, 8 + 3 * 4 + 2]);
  });

  test("who loses every bin each time gives up, and leaves nothing behind", async () => {
    const { result, written } = await beaten(1);
    expect(result).toMatchObject({ commits: [], dropped: 4 * 4 });
    expect([written, await dataFiles()]).toEqual([4 * 4, 8 + 4 * 4]);
  });
});

describe("is refused, with nothing changed, when", () => {
  test("a file of the table is missing", async () => {
    const base = await appendEach(await createRides(store), 1, 2);
    await rm(store.locate(`${location}/${[...base.files][0]?.path}`));
    await expect(compact(store, location, base, goal, rewriteFiles)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    expect((await readSnapshot(store, location)).version).toBe(2);
  });

  test("the files hold other rows than the log says", async () => {
    const base = await appendEach(await createRides(store), 1, 2);
    const losing: RewriteFiles = async (rewrite) => await rewriteFiles({ ...rewrite, inputs: rewrite.inputs.slice(1) });
    await expect(compact(store, location, base, goal, losing)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("hold 2 rows, and they hold 1") });
    expect((await readSnapshot(store, location)).version).toBe(2);
  });

  test("the store does not say whether it was committed, and then no file is removed", async () => {
    const base = await appendEach(await createRides(store), 1, 2);
    const gone = new Failure("STORE_FAILED", "unreachable");
    const failing: Store = { ...store, read: () => Promise.reject(gone), putIfAbsent: () => Promise.reject(gone) };
    await expect(compact(failing, location, base, goal, rewriteFiles)).rejects.toMatchObject({ code: "COMMIT_UNKNOWN" });
    expect(await dataFiles()).toBe(3);
  });
});

test("files of a column before and after it was widened are put together as it is now, and appends go on", async () => {
  const built = await buildTable();
  try {
    const field = (type: string, changes: object) => [{ name: "id", type, metadata: changes }];
    await built.commit(0, protocol(["typeWidening"]), metaData(field("integer", {}), { configuration: { "delta.enableTypeWidening": "true" } }));
    await built.commit(1, await built.add("a.parquet", "SELECT 1::INTEGER AS id"), await built.add("b.parquet", "SELECT 2::INTEGER AS id"));
    await built.commit(2, metaData(field("long", { "delta.typeChanges": [{ fromType: "integer", toType: "long" }] }), { configuration: { "delta.enableTypeWidening": "true" } }));
    const base = await built.snapshot();
    const more = committed(await appendFiles(built.store, "", base, await writeRows(built.store, "", base, [{ id: 2n ** 40n }])));
    const result = await compact(built.store, "", more, goal, rewriteFiles);
    expect(result.snapshot.files).toHaveLength(1);
    expect((await built.rows()).map((row) => row["id"])).toEqual([1n, 2n, 2n ** 40n]);
  } finally {
    await built.close();
  }
});
