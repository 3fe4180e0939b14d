import { readdir, symlink, utimes } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Action } from "../../../runtime/delta/actions/actions.ts";
import { writeRows } from "../../../runtime/delta/commit/append.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { decodePath } from "../../../runtime/delta/actions/file-paths.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { vacuum } from "../../../runtime/delta/maintenance/vacuum.ts";
import { append, committed, createRides, location, rideColumns, rides } from "./rides.ts";
import { age, facts, file, found, hour, removeFiles, run, threeOld } from "./aged-files.ts";
import { store, storeEach } from "./store-each.ts";

storeEach();

describe("a vacuum", () => {
  test("removes what was removed before the retention began, and keeps what lives or was removed since", async () => {
    const { snapshot, names } = await threeOld();
    const [first = "", second = "", third = ""] = names;
    await removeFiles(await removeFiles(snapshot, 1, 169), 1, 167);
    expect(await run()).toEqual({ removed: [first], bytes: [...snapshot.files][0]?.size, leftovers: 0 });
    expect(await found()).toEqual([second, third].toSorted());
    expect(await run()).toEqual({ removed: [], bytes: 0, leftovers: 0 });
  });

  test("knows tombstones that only a checkpoint holds, and files that only it names", async () => {
    const { snapshot, names } = await threeOld();
    await writeCheckpoint(store, location, await removeFiles(snapshot, 1, 100));
    for (let version = 0; version <= 3; version++) await store.remove(`${location}/_delta_log/${String(version).padStart(20, "0")}.json`);
    expect((await run()).removed).toEqual([]);
    expect((await run({ retainMs: 99 * hour, allowShort: true })).removed).toEqual([names[0]]);
  });

  test("removes files of no version, once they are old", async () => {
    await threeOld();
    await age("part-orphan.parquet", 169);
    await age("part-being-written.parquet", 167);
    await age("city=a b/part-orphan.parquet", 169);
    expect((await run()).removed).toEqual(["city=a b/part-orphan.parquet", "part-orphan.parquet"]);
    expect(await found()).toContain("part-being-written.parquet");
  });

  test("that was held up since it looked at the table keeps what others wrote and committed meanwhile", async () => {
    const seen = await createRides(store);
    const added = committed(await append(store, seen, rides(1)));
    const [name = ""] = await Promise.all([...added.files].map((one) => age(one.path, 2)));
    const late = { retainMs: hour, allowShort: true, dryRun: true };
    expect((await vacuum(store, location, seen, late)).removed).toEqual([name]);
    expect((await vacuum(store, location, seen, { ...late, seenAt: Date.now() - 3 * hour })).removed).toEqual([]);
  });

  test("passes over hidden names, but not over partitions and change data", async () => {
    await createRides(store, [...rideColumns, { name: "_p", type: { kind: "text" }, nullable: true }], ["_p"]);
    for (const name of ["_p=1/orphan.parquet", "_change_data/cdc.parquet", "_q=1/kept.parquet", "_metadata", ".hidden", "a/_b/c.parquet", "_p=1/_kept", ".p/x"]) await age(name, 1_000);
    expect((await run()).removed).toEqual(["_change_data/cdc.parquet", "_p=1/orphan.parquet"]);
    expect(await found()).toEqual([".hidden", ".p/x", "_metadata", "_p=1/_kept", "_q=1/kept.parquet", "a/_b/c.parquet"]);
  });

  test("keeps live files whose path the log encodes, or names as it stands, or as a URI", async () => {
    const columns = [...rideColumns, { name: "p", type: { kind: "text" }, nullable: true }] as const;
    const base = await createRides(store, columns, ["p"]);
    const snapshot = committed(await append(store, base, ["a b", "a%2Fb", "ü", "#"].map((p, id) => ({ id: BigInt(id), p }))));
    for (const one of snapshot.files) await age(decodePath(one.path), 1_000);
    const plain = { size: 0, partitionValues: { p: null }, modificationTime: 0, dataChange: true };
    const spelled = [{ path: "not%20encoded.parquet" }, { path: `file://${file("by-uri.parquet")}` }, { path: file("by-path.parquet") }, { path: "file:/elsewhere/x.parquet" }];
    committed(await commit(store, location, snapshot, spelled.map((one) => ({ add: { ...plain, ...one } })), facts));
    for (const name of ["not%20encoded.parquet", "by-uri.parquet", "by-path.parquet"]) await age(name, 1_000);
    expect((await run()).removed).toEqual([]);
  });

  test("never goes outside the table, through a link or into a table inside", async () => {
    const { snapshot } = await threeOld();
    await age("../elsewhere/kept.parquet", 1_000);
    await symlink(file("../elsewhere"), file("linked"));
    const gone: Action[] = ["../elsewhere/kept.parquet", `file://${file("../elsewhere/kept.parquet")}`].map((one) => ({ remove: { path: one, deletionTimestamp: 0, dataChange: true } }));
    committed(await commit(store, location, snapshot, gone, facts));
    await age("inner/_delta_log/00000000000000000000.json", 1_000);
    await age("inner/part-1.parquet", 1_000);
    expect((await run()).removed).toEqual([]);
    expect(await readdir(file("../elsewhere"))).toEqual(["kept.parquet"]);
  });

  test("keeps the deletion vectors of what it keeps", async () => {
    const { snapshot } = await threeOld();
    const vector = { storageType: "u", pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^", offset: 4, sizeInBytes: 40, cardinality: 6 };
    const tombstone = { path: "part-1.parquet", deletionTimestamp: Date.now(), dataChange: true, deletionVector: vector };
    committed(await commit(store, location, snapshot, [{ remove: tombstone }], facts));
    await age("ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin", 1_000);
    await age("deletion_vector_00000000-0000-0000-0000-000000000000.bin", 1_000);
    expect((await run()).removed).toEqual(["deletion_vector_00000000-0000-0000-0000-000000000000.bin"]);
  });

  test("takes the log's word for the age of what it says was removed long ago, and looks at what it says no time or size of", async () => {
    const { snapshot, names } = await threeOld();
    for (const name of names) await age(name, 1);
    const tombstone = { deletionTimestamp: Date.now() - 169 * hour, size: 5, dataChange: true };
    const [path = "", untimed = "", unsized = ""] = names;
    committed(await commit(store, location, snapshot, [{ remove: { ...tombstone, path } }, { remove: { path: untimed, size: 5, dataChange: true } }, { remove: { path: unsized, deletionTimestamp: tombstone.deletionTimestamp, dataChange: true } }], facts));
    expect(await run()).toEqual({ removed: [path], bytes: 5, leftovers: 0 });
    expect(await found()).toEqual([untimed, unsized].toSorted());
  });

  test("clears what killed writers left on the disk, wherever it is", async () => {
    await threeOld();
    const uuid = "80a083e8-7026-4e79-81be-64bd76c43a11";
    const old = [`.part-1.parquet.${uuid}.tmp`, `_delta_log/.00000000000000000009.json.${uuid}.tmp`, `.scratch.${uuid}.tmp/rows.parquet`];
    for (const name of old) await age(name, 169);
    await utimes(file(`.scratch.${uuid}.tmp`), 0, 0);
    await age(`.part-2.parquet.${uuid}.tmp`, 1);
    const result = await run();
    expect(result.removed.toSorted()).toEqual([`.part-1.parquet.${uuid}.tmp`, `.scratch.${uuid}.tmp`, `_delta_log/.00000000000000000009.json.${uuid}.tmp`]);
    expect(result.leftovers).toBe(3);
    expect(await found()).toEqual(expect.arrayContaining([`.part-2.parquet.${uuid}.tmp`]));
    expect(await found()).toHaveLength(4);
  });

  test("says what it would remove, and removes nothing, when it is only asked", async () => {
    const { snapshot, names } = await threeOld();
    await removeFiles(snapshot, 2, 200);
    expect((await run({ dryRun: true })).removed).toEqual(names.slice(0, 2).toSorted());
    expect(await found()).toHaveLength(3);
  });

  test("leaves old versions to be read as long as they are kept", async () => {
    const { snapshot } = await threeOld();
    const add = await writeRows(store, location, snapshot, rides(1, 2, 3));
    committed(await replaceFiles(store, location, snapshot, { remove: [...snapshot.files], add, dataChange: false }, facts));
    expect((await run()).removed).toEqual([]);
    expect((await readSnapshot(store, location, { version: 3 })).files).toHaveLength(3);
  });
});

describe("a light vacuum", () => {
  test("removes what the log says was removed, with its vectors and old change data, and looks at nothing else", async () => {
    const { snapshot, names } = await threeOld();
    const [first = "", second = "", third = ""] = names;
    await age("part-orphan.parquet", 1_000);
    const vector = { storageType: "u", pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^", offset: 4, sizeInBytes: 40, cardinality: 6 };
    const gone: Action[] = [{ remove: { path: first, deletionTimestamp: Date.now() - 169 * hour, dataChange: true, deletionVector: vector } }, { remove: { path: second, deletionTimestamp: Date.now() - 167 * hour, dataChange: true } }, { cdc: { path: "_change_data/cdc-1.parquet", partitionValues: {}, size: 1 } }];
    const changed = committed(await commit(store, location, snapshot, gone, facts));
    const live = committed(await commit(store, location, changed, [{ add: [...snapshot.files][0] ?? (() => { throw new Error("no file"); })() }], facts));
    for (const name of ["ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin", "_change_data/cdc-1.parquet"]) await age(name, 1_000);
    expect((await run({ lite: true, dryRun: true })).removed).toEqual(["ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin"]);
    await removeFiles(live, 0, 0);
    const tombstone: Action = { remove: { path: first, deletionTimestamp: Date.now() - 169 * hour, dataChange: true } };
    committed(await commit(store, location, await readSnapshot(store, location), [tombstone], facts));
    expect((await run({ lite: true })).removed).toEqual(["ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin", first]);
    expect((await run({ lite: true })).removed).toEqual([]);
    for (let version = 0; version <= changed.version; version++) await age(`_delta_log/${String(version).padStart(20, "0")}.json`, 200);
    expect((await run({ lite: true })).removed).toEqual(["_change_data/cdc-1.parquet"]);
    expect(await found()).toEqual(["part-orphan.parquet", second, third].toSorted());
  });

  test("never goes outside the table, whatever the log names", async () => {
    const { snapshot } = await threeOld();
    for (const name of ["../elsewhere/kept.parquet", "_delta_log/kept.json"]) await age(name, 1_000);
    const paths = ["../elsewhere/kept.parquet", "x/../../elsewhere/kept.parquet", `file://${file("../elsewhere/kept.parquet")}`, file("../elsewhere/kept.parquet"), "_delta_log/kept.json", "%2E%2E/elsewhere/kept.parquet"];
    committed(await commit(store, location, snapshot, paths.map((one): Action => ({ remove: { path: one, deletionTimestamp: 0, dataChange: true } })), facts));
    expect((await run({ lite: true })).removed).toEqual([]);
    expect(await readdir(file("../elsewhere"))).toEqual(["kept.parquet"]);
  });

  test("keeps a file that was removed and is of the table again", async () => {
    const { snapshot } = await threeOld();
    const removed = await removeFiles(snapshot, 1, 1_000);
    committed(await commit(store, location, removed, [{ add: [...snapshot.files][0] ?? (() => { throw new Error("no file"); })() }], facts));
    expect((await run({ lite: true })).removed).toEqual([]);
  });
});

describe("a vacuum that is told in the history", () => {
  test("has two commits around it, as Spark writes them; none when nothing is removed", async () => {
    const { snapshot } = await threeOld();
    await run({ inHistory: true });
    expect((await readSnapshot(store, location)).version).toBe(3);
    await removeFiles(snapshot, 2, 200);
    await run({ inHistory: true, dryRun: true });
    const { bytes } = await run({ inHistory: true });
    const told = (await readHistory(store, location)).slice(0, 2).map(({ version, info }) => [version, info?.["operation"], info?.["operationParameters"], info?.["operationMetrics"]]);
    expect(told).toEqual([
      [6, "VACUUM END", { status: "COMPLETED" }, { numDeletedFiles: "2" }],
      [5, "VACUUM START", { retentionCheckEnabled: true, defaultRetentionMillis: 168 * hour }, { numFilesToDelete: "2", sizeOfDataToDelete: String(bytes) }],
    ]);
  });

  test("says that it failed when it did", async () => {
    const { snapshot } = await threeOld();
    await removeFiles(snapshot, 1, 200);
    await expect(run({ inHistory: true, signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped");
    expect((await readHistory(store, location))[0]?.info).toMatchObject({ operation: "VACUUM END", operationParameters: { status: "FAILED" } });
  });
});

describe("is refused, with nothing removed, when", () => {
  test("the retention is shorter than a week, unless that is allowed", async () => {
    const { snapshot } = await threeOld();
    await removeFiles(snapshot, 1, 100);
    await expect(run({ retainMs: 167 * hour })).rejects.toMatchObject({ code: "PARAMETER_INVALID", hint: expect.stringContaining("--allow-short-retention"), place: { parameter: "retain" } });
    expect(await found()).toHaveLength(3);
    expect((await run({ retainMs: 99 * hour, allowShort: true })).removed).toHaveLength(1);
  });

  test("the retention is shorter than the table's own", async () => {
    const { snapshot } = await threeOld();
    const metadata = { ...snapshot.metadata, configuration: { "delta.deletedFileRetentionDuration": "interval 30 days" } };
    await removeFiles(committed(await replaceFiles(store, location, snapshot, { remove: [], add: [], dataChange: false, metadata }, facts)), 1, 200);
    expect((await run()).removed).toEqual([]);
    await expect(run({ retainMs: 168 * hour })).rejects.toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("keeps removed files for 30d, and 7d were asked for") });
  });

  test("its protocol asks of writers what this version does not do", async () => {
    const { snapshot } = await threeOld();
    await age("part-orphan.parquet", 1_000);
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["vacuumProtocolCheck"], writerFeatures: ["vacuumProtocolCheck", "somethingNew"] };
    committed(await replaceFiles(store, location, snapshot, { remove: [], add: [], dataChange: false, protocol }, facts));
    await expect(run()).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", place: { value: "somethingNew" } });
    expect(await found()).toHaveLength(4);
  });
});
