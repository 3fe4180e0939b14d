import { describe, expect, test } from "vitest";
import type { Action, Metadata } from "../../../runtime/delta/actions/actions.ts";
import { decodePath } from "../../../runtime/delta/actions/file-paths.ts";
import { writeRows } from "../../../runtime/delta/commit/append.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import type { Replacement } from "../../../runtime/delta/commit/replace.ts";
import { restoreTable } from "../../../runtime/delta/commit/restore.ts";
import type { Restored } from "../../../runtime/delta/commit/restore.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { undoVersion } from "../../../runtime/delta/commit/undo.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { withIdentityMarks } from "../../../runtime/delta/schema/identity-marks.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { append, committed, createRides, location, rides } from "./rides.ts";
import { idsOf } from "./table-rows.ts";
import { store, storeEach } from "./store-each.ts";

storeEach();

const facts = { operation: "DELETE", parameters: {}, metrics: {} };
const newest = (): Promise<Snapshot> => readSnapshot(store, location);
const ids = async (): Promise<readonly number[]> => await idsOf(store, await newest());

async function restore(version: number, base?: Snapshot): Promise<Restored> {
  return await restoreTable(store, location, base ?? (await newest()), await readSnapshot(store, location, { version }), { version });
}

/** Without an engine: nobody has to look at rows. */
const searching = () => ({ store, location, finder: rowFinder(async () => await Promise.reject(new Error("rows were looked at"))) });

async function replace(base: Snapshot, replacement: Partial<Replacement>): Promise<Snapshot> {
  return committed(await replaceFiles(store, location, base, { remove: [], add: [], dataChange: false, ...replacement }, facts));
}

/** Versions 1, 2 and 3 add the rides 1, 2 and 3, each in a file of its own. */
async function threeRides(): Promise<Snapshot> {
  let snapshot = await createRides(store);
  for (let id = 1; id <= 3; id++) snapshot = committed(await append(store, snapshot, rides(id)));
  return snapshot;
}

const withProperties = ({ metadata }: Snapshot, more: Metadata["configuration"]): Metadata => ({ ...metadata, configuration: { ...metadata.configuration, ...more } });

describe("a restore", () => {
  test("brings back files that went and takes away those that came, in the words of Spark", async () => {
    const three = await threeRides();
    const [first, second, third] = three.files;
    const fewer = await replace(three, { remove: [...three.files].slice(0, 2), dataChange: true });
    await append(store, fewer, rides(9));
    const { changed, restored, removed, snapshot } = await restore(2);
    expect([changed, snapshot.version, restored.files, removed.files]).toEqual([true, 6, 2, 2]);
    expect(await ids()).toEqual([1, 2]);
    const [{ commitInfo } = {}, ...actions] = await readCommit(store, location, 6);
    const sum = (first?.size ?? 0) + (second?.size ?? 0);
    expect(commitInfo).toMatchObject({
      operation: "RESTORE", operationParameters: { version: 2, timestamp: null }, isBlindAppend: false, isolationLevel: "Serializable", readVersion: 5,
      operationMetrics: { numRestoredFiles: "2", restoredFilesSize: String(sum), numRemovedFiles: "2", removedFilesSize: expect.any(String), numOfFilesAfterRestore: "2", tableSizeAfterRestore: String(sum) },
    });
    expect(actions.map((action) => action.add ?? action.remove)).toEqual([
      expect.objectContaining({ path: third?.path, dataChange: true, extendedFileMetadata: true }), expect.objectContaining({ dataChange: true }), { ...first, dataChange: true }, { ...second, dataChange: true },
    ]);
  });

  test("to a version that the table is like already commits nothing", async () => {
    await threeRides();
    expect(await restore(3)).toMatchObject({ changed: false, snapshot: { version: 3 } });
    await restore(1);
    expect(await restore(1)).toMatchObject({ changed: false, snapshot: { version: 4 } });
    expect((await newest()).version).toBe(4);
  });

  test("takes schema and properties back, and neither the protocol nor marks of applications nor numbers given out", async () => {
    const first = await createRides(store);
    const before = await replace(first, { metadata: withProperties(first, { "delta.columnMapping.maxColumnId": "2", mine: "old", gone: "was" }) });
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["deletionVectors"], writerFeatures: ["appendOnly", "invariants", "deletionVectors"] };
    const { metadata } = await replace(before, { protocol });
    const { gone: _gone, ...kept } = metadata.configuration;
    const after = await replace(await newest(), { metadata: { ...metadata, description: "new", configuration: { ...kept, "delta.columnMapping.maxColumnId": "7", mine: "new" } } });
    committed(await append(store, after, rides(1), { transactions: [{ appId: "loader", version: 4 }] }));
    await restore(1);
    const now = await newest();
    expect(now.metadata).toEqual({ ...before.metadata, configuration: { ...before.metadata.configuration, "delta.columnMapping.maxColumnId": "7" } });
    expect([now.protocol, now.transactions.get("loader"), now.files.length]).toEqual([protocol, 4, 0]);
  });

  test("keeps the way commits tell their times as it is now", async () => {
    const first = await createRides(store);
    const timed = await replace(first, { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["inCommitTimestamp"] }, metadata: withProperties(first, { "delta.enableInCommitTimestamps": "true", "delta.inCommitTimestampEnablementVersion": "1", "delta.inCommitTimestampEnablementTimestamp": "5" }) });
    await append(store, timed, rides(1));
    await restore(0);
    const now = await newest();
    expect([now.metadata.configuration, now.files.length]).toEqual([timed.metadata.configuration, 0]);
    expect((await readCommit(store, location, now.version))[0]?.commitInfo).toMatchObject({ inCommitTimestamp: expect.any(Number) });
  });

  test("gives files back the ids of their rows, and new rows ids behind all others", async () => {
    const first = await createRides(store);
    const tracked = await replace(first, { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["rowTracking", "domainMetadata"] }, metadata: withProperties(first, { "delta.rowTracking.x": "1" }) });
    let snapshot = committed(await append(store, tracked, rides(1, 2)));
    const [file] = snapshot.files;
    snapshot = committed(await append(store, await replace(snapshot, { remove: [...snapshot.files], dataChange: true }), rides(3)));
    const { snapshot: back } = await restore(2);
    expect([...back.files]).toEqual([file]);
    expect([file?.baseRowId, file?.defaultRowCommitVersion]).toEqual([0, 2]);
    const [, last] = committed(await append(store, back, rides(4))).files;
    expect(last?.baseRowId).toBe(3);
  });

  test("names the files that are gone, and commits nothing", async () => {
    const three = await threeRides();
    const files = [...three.files];
    const fewer = await replace(three, { remove: files, dataChange: true });
    for (const { path } of files.slice(0, 2)) await store.remove(`${location}/${decodePath(path)}`);
    await expect(restore(3)).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: `2 files of version 3 of ${store.locate(location)} are gone: ${files[0]?.path}, ${files[1]?.path}.` });
    expect((await newest()).version).toBe(fewer.version);
    const vector = { storageType: "u", pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^", offset: 4, sizeInBytes: 40, cardinality: 1 };
    const deleted = committed(await commit(store, location, fewer, [{ add: { path: files[2]?.path ?? "", partitionValues: {}, size: 1, modificationTime: 0, dataChange: true, deletionVector: vector } }], facts));
    await replace(deleted, { remove: [...deleted.files], dataChange: true });
    await expect(restore(deleted.version)).rejects.toMatchObject({ code: "FILE_NOT_FOUND", place: { file: "ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin" } });
  });

  test("does not take away what came meanwhile, nor bring back what went", async () => {
    const three = await threeRides();
    await append(store, three, rides(4));
    await expect(restore(2, three)).rejects.toMatchObject({ code: "COMMIT_CONFLICT", retry: true });
    const four = await newest();
    // The first file is of both versions, so the restore itself does not speak of it.
    await replace(four, { remove: [...four.files].slice(0, 1), dataChange: true });
    await expect(restore(2, four)).rejects.toMatchObject({ code: "COMMIT_CONFLICT" });
    expect(await ids()).toEqual([2, 3, 4]);
  });

  test("of a table that only grows is refused", async () => {
    const three = await threeRides();
    await replace(three, { metadata: withProperties(three, { "delta.appendOnly": "true" }) });
    await expect(restore(1)).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE" });
  });
});

describe("undoing a version", () => {
  test("takes its rows away and keeps those that came later", async () => {
    await threeRides();
    const { snapshot, removed } = await undoVersion(searching(), await newest(), 2);
    expect([snapshot.version, removed.files, await ids()]).toEqual([4, 1, [1, 3]]);
    expect((await readCommit(store, location, 4))[0]?.commitInfo).toMatchObject({ operation: "RESTORE", operationParameters: { version: null, timestamp: null, undone: 2 } });
  });

  test("brings back what it removed, with all that was known of it", async () => {
    const three = await threeRides();
    const [first] = three.files;
    const replaced = await replace(three, { remove: [...three.files].slice(0, 1), add: await writeRows(store, location, three, rides(7)), dataChange: true });
    await append(store, replaced, rides(8));
    const { snapshot } = await undoVersion(searching(), await newest(), 4);
    expect(await ids()).toEqual([1, 2, 3, 8]);
    expect([...snapshot.files].find(({ path }) => path === first?.path)).toEqual(first);
    await expect(undoVersion(searching(), snapshot, 4)).rejects.toMatchObject({ code: "COMMIT_CONFLICT", message: expect.stringContaining("version 6 (RESTORE) replaced or removed") });
  });

  test("follows appends that came meanwhile", async () => {
    const three = await threeRides();
    await append(store, three, rides(4));
    await undoVersion(searching(), three, 2);
    expect(await ids()).toEqual([1, 3, 4]);
  });

  test("is refused, and says which version is in the way, once its rows are in other files", async () => {
    const three = await threeRides();
    await replace(three, { remove: [...three.files].slice(1), add: await writeRows(store, location, three, rides(2, 3)) });
    await expect(undoVersion(searching(), await newest(), 3)).rejects.toMatchObject({ code: "COMMIT_CONFLICT", message: expect.stringContaining("version 4 (DELETE) replaced or removed"), hint: expect.stringContaining("restore --version 2") });
    expect((await undoVersion(searching(), await newest(), 1)).snapshot.version).toBe(5);
    expect(await ids()).toEqual([2, 3]);
  });

  test("that did more than change rows, or that is not there, is refused", async () => {
    const three = await threeRides();
    await replace(three, { metadata: withProperties(three, { mine: "1" }) });
    await expect(undoVersion(searching(), await newest(), 4)).rejects.toMatchObject({ code: "COMMIT_CONFLICT", message: expect.stringContaining("it changed the table's schema or properties") });
    await expect(undoVersion(searching(), await newest(), 5)).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND" });
    committed(await commit(store, location, await newest(), [] as Action[], facts));
    await expect(undoVersion(searching(), await newest(), 5)).rejects.toMatchObject({ code: "COMMIT_CONFLICT", message: expect.stringContaining("it changed no row") });
  });
});

test("identity columns go on behind the numbers they gave out since, in either direction and beyond 2^53", () => {
  const field = (name: string, step: number, mark: string, physical?: string): string =>
    `{"name":"${name}","type":"long","nullable":true,"metadata":{"delta.identity.start":1,"delta.identity.step":${step},"delta.identity.highWaterMark":${mark}${physical === undefined ? "" : `,"delta.columnMapping.physicalName":"${physical}"`}}}`;
  const schema = (...fields: readonly string[]): string => `{"type":"struct","fields":[${fields.join(",")}]}`;
  const old = schema(field("a", 1, "5"), field("b", -1, "-5"), field("c", 1, "9007199254740993"), field("d", 1, "1", "p"), field("e", 1, "8"));
  const now = schema(field("a", 1, "9"), field("b", -1, "-9"), field("c", 1, "9007199254740995"), field("renamed", 1, "3", "p"), field("e", 1, "7"));
  expect(withIdentityMarks(old, now)).toBe(schema(field("a", 1, "9"), field("b", -1, "-9"), field("c", 1, "9007199254740995"), field("d", 1, "3", "p"), field("e", 1, "8")));
  expect(withIdentityMarks("{ }", "{}")).toBe("{ }");
});
