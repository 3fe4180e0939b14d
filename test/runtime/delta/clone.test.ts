/** Clones of a table, deep and shallow, from any store into any other. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { openVectorFiles } from "../../../runtime/delta/deletion-vectors/vector-files.ts";
import { readDeletionVector } from "../../../runtime/delta/deletion-vectors/deletion-vector.ts";
import { decodePath } from "../../../runtime/delta/actions/file-paths.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { cloneTable } from "../../../runtime/delta/maintenance/clone.ts";
import { vacuum } from "../../../runtime/delta/maintenance/vacuum.ts";
import { localFile } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { objectsIn, onEveryStore } from "../../stores.ts";
import { append, committed, createRides, location, rideColumns, rides } from "./rides.ts";
import { idsOf } from "./table-rows.ts";

/** The ids, whatever the partitions. */
const rideIds = async (store: Store, snapshot: Snapshot): Promise<readonly number[]> => await idsOf(store, { ...snapshot, columns: rideColumns });

const facts = { operation: "DELETE", parameters: {}, metrics: {} };

await onEveryStore((site) => {
  let directory: string;
  let root: string;
  let store: Store;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "clone-"));
    root = site.newRoot(directory);
    store = site.open(root, directory);
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Two partitions with awkward names, and a vector that stands in a file. */
  async function source(): Promise<Snapshot> {
    const first = await createRides(store, [...rideColumns, { name: "p", type: { kind: "text" }, nullable: true }], ["p"]);
    const ready = committed(await replaceFiles(store, location, first, { remove: [], add: [], dataChange: false,
      protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["deletionVectors"], writerFeatures: ["deletionVectors", "rowTracking", "domainMetadata", "inCommitTimestamp"] },
      metadata: { ...first.metadata, configuration: { "delta.enableInCommitTimestamps": "true", "delta.inCommitTimestampEnablementVersion": "1", "delta.inCommitTimestampEnablementTimestamp": "1", mine: "kept" } } }, facts));
    const snapshot = committed(await append(store, ready, rides(1, 2, 3).map((ride, k) => ({ ...ride, p: k === 0 ? "a b%/é" : null }))));
    const vectors = openVectorFiles(store, location);
    const vector = await vectors.add(Float64Array.of(1));
    await vectors.finish();
    const file = [...snapshot.files].at(-1);
    if (file === undefined) throw new Error("no file");
    return committed(await commit(store, location, snapshot, [{ remove: { path: file.path, dataChange: true, deletionTimestamp: Date.now() } }, { add: { ...file, deletionVector: vector } }], facts));
  }

  test("a deep clone has the rows, properties and protocol, files of its own, and a history of its own", async () => {
    const snapshot = await source();
    const to = site.open(site.newRoot(directory), directory);
    expect(await cloneTable({ store, location }, snapshot, { store: to, location })).toEqual({ files: 2, bytes: snapshot.files.bytes, copied: 2 });
    const clone = await readSnapshot(to, location);
    const { "delta.inCommitTimestampEnablementVersion": _v, "delta.inCommitTimestampEnablementTimestamp": _t, ...properties } = snapshot.metadata.configuration;
    expect([clone.version, clone.protocol, clone.metadata.configuration, clone.columns]).toEqual([0, snapshot.protocol, properties, snapshot.columns]);
    expect(clone.metadata.id).not.toBe(snapshot.metadata.id);
    for (const each of await objectsIn(root)) await store.remove(each);
    expect(await rideIds(to, clone)).toEqual([1, 2, 3]);
    const [, second] = clone.files;
    expect([...(await readDeletionVector(to, location, second?.deletionVector ?? (() => { throw new Error("no vector"); })()))]).toEqual([1]);
    expect([...clone.files].map(({ baseRowId, defaultRowCommitVersion }) => [baseRowId, defaultRowCommitVersion])).toEqual([[0, 0], [1, 0]]);
    expect((await readCommit(to, location, 0))[0]?.commitInfo).toMatchObject({ operation: "CLONE", operationParameters: { sourceVersion: 3, isShallow: false }, operationMetrics: { sourceNumOfFiles: "2", numCopiedFiles: "2" }, inCommitTimestamp: expect.any(Number) });
    committed(await append(to, clone, [{ ...rides(4)[0], p: "new" }]));
  });

  test("a shallow clone names the files where they lie, and vacuum leaves them alone", async () => {
    const snapshot = await source();
    const [copies, files] = [site.newRoot(directory), await objectsIn(root)];
    const to = site.open(copies, directory);
    expect(await cloneTable({ store, location }, snapshot, { store: to, location }, { shallow: true })).toMatchObject({ files: 2, copied: 0 });
    expect(await objectsIn(copies)).toEqual([`${location}/_delta_log/00000000000000000000.json`]);
    const clone = await readSnapshot(to, location);
    for (const file of clone.files) expect((await openFiles("/").head((await localFile(to, location, file)).slice(1)))?.size).toBe(file.size);
    expect([...(await readDeletionVector(to, location, [...clone.files][1]?.deletionVector ?? (() => { throw new Error("no vector"); })()))]).toEqual([1]);
    committed(await replaceFiles(to, location, clone, { remove: [...clone.files], add: [], dataChange: true }, facts));
    expect(await vacuum(to, location, await readSnapshot(to, location), { retainMs: 0, allowShort: true })).toMatchObject({ removed: [] });
    expect((await objectsIn(root)).filter((name) => !name.includes("/_clones/"))).toEqual(files);
    // And a deep clone of it has everything in one place again.
    const third = site.open(site.newRoot(directory), directory);
    await cloneTable({ store: to, location }, clone, { store: third, location });
    expect(await rideIds(third, await readSnapshot(third, location))).toEqual([1, 2, 3]);
  });

  test("goes from a local disk into the store and back", async () => {
    const snapshot = await source();
    const [local, back] = [openFiles(path.join(directory, "local")), site.open(site.newRoot(directory), directory)];
    await cloneTable({ store, location }, snapshot, { store: local, location });
    await cloneTable({ store: local, location }, await readSnapshot(local, location), { store: back, location });
    expect(await rideIds(back, await readSnapshot(back, location))).toEqual([1, 2, 3]);
    if (site.kind !== "files") await expect(cloneTable({ store: local, location }, await readSnapshot(local, location), { store: back, location: "other" }, { shallow: true })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
  });

  describe("nothing is left", () => {
    test("where a table lies already, or anything else, which stays as it is", async () => {
      const snapshot = await source();
      const before = await objectsIn(root);
      await expect(cloneTable({ store, location }, snapshot, { store, location })).rejects.toMatchObject({ code: "DELTA_TABLE_EXISTS" });
      await store.putIfAbsent("elsewhere/notes.txt", new Uint8Array([1]));
      await expect(cloneTable({ store, location }, snapshot, { store, location: "elsewhere" })).rejects.toMatchObject({ code: "DELTA_TABLE_EXISTS", message: expect.stringContaining("notes.txt") });
      expect(await objectsIn(root)).toEqual(["elsewhere/notes.txt", ...before].toSorted());
    });

    test("when a file of the source is gone, it is stopped, or the store fails", async () => {
      const snapshot = await source();
      const before = await objectsIn(root);
      const stopped = AbortSignal.abort(new Error("stopped"));
      await expect(cloneTable({ store, location }, snapshot, { store, location: "copy" }, { signal: stopped })).rejects.toThrow("stopped");
      let stages = 0;
      const failing: Store = { ...store, stage: async (name) => { if ((stages += 1) > 2) throw new Error("full"); return await store.stage(name); } };
      await expect(cloneTable({ store, location }, snapshot, { store: failing, location: "copy" })).rejects.toThrow("full");
      expect([stages, await objectsIn(root)]).toEqual([3, before]);
      const [first] = snapshot.files;
      await store.remove(`${location}/${decodePath(first?.path ?? "")}`);
      await expect(cloneTable({ store, location }, snapshot, { store, location: "copy" })).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringContaining(first?.path ?? "-") });
    });

    test("in the way of the next, when one was killed, or two are at it at once", async () => {
      const snapshot = await source();
      await store.putIfAbsent("copy/p=x/clone-00000000-0000-4000-8000-000000000000.parquet", new Uint8Array([1]));
      const both = await Promise.allSettled([1, 2].map(() => cloneTable({ store, location }, snapshot, { store, location: "copy" })));
      expect(both.map(({ status }) => status).toSorted()).toContain("fulfilled");
      const clone = await readSnapshot(store, "copy");
      expect(clone.files.length).toBe(2);
      for (const file of clone.files) expect(await store.head(`copy/${decodePath(file.path)}`)).toMatchObject({ size: file.size });
    });
  });
});
