/** A vacuum beside those who name its files again, and what it leaves to shallow clones. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { restoreTable } from "../../../runtime/delta/commit/restore.ts";
import { cloneTable } from "../../../runtime/delta/maintenance/clone.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { vacuum } from "../../../runtime/delta/maintenance/vacuum.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { committed, location } from "./rides.ts";
import { facts, file, found, removeFiles, run, threeOld } from "./aged-files.ts";
import { store, storeEach } from "./store-each.ts";

storeEach();

describe("what comes while a vacuum is at work", () => {
  /** Three old files that are removed long ago, and the version that had them. */
  async function allRemoved(): Promise<{ readonly seen: Snapshot; readonly target: Snapshot }> {
    const { snapshot } = await threeOld();
    return { target: snapshot, seen: await removeFiles(snapshot, 3, 200) };
  }

  test("and names files again, as a restore does, keeps them", async () => {
    const { seen, target } = await allRemoved();
    await restoreTable(store, location, await readSnapshot(store, location), target, { version: target.version });
    expect((await vacuum(store, location, seen)).removed).toEqual([]);
    expect(await found()).toHaveLength(3);
  });

  test("and finds its files gone behind its commit is told so, with the way out", async () => {
    const { seen, target } = await allRemoved();
    let puts = 0;
    const raced: Store = {
      ...store,
      async putIfAbsent(name, bytes) {
        if (++puts === 1) await vacuum(store, location, seen);
        return await store.putIfAbsent(name, bytes);
      },
    };
    await expect(restoreTable(raced, location, seen, target, { version: target.version })).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringMatching(/Version 5 .*was committed.* 3 files/), hint: expect.stringContaining("version before it, 4") });
    const after = await readSnapshot(store, location);
    await restoreTable(store, location, after, await readSnapshot(store, location, { version: 4 }), { version: 4 });
    expect((await readSnapshot(store, location)).files).toHaveLength(0);
  });
});

describe("shallow clones", () => {
  const at = (name: string): { readonly store: Store; readonly location: string } => ({ store, location: name });
  const marks = async (): Promise<string[]> => await readdir(file("_delta_log/_clones"));

  test("that were made here keep their files at the source, clones of clones too, until they are gone", async () => {
    const { snapshot } = await threeOld();
    expect(await cloneTable(at(location), snapshot, at("clones/a"), { shallow: true })).toEqual({ files: 3, bytes: snapshot.files.bytes, copied: 0, marked: true });
    await removeFiles(snapshot, 3, 200);
    expect(await marks()).toHaveLength(1);
    expect([(await run()).removed, (await run({ lite: true })).removed]).toEqual([[], []]);
    const clone = await readSnapshot(store, "clones/a");
    await cloneTable(at("clones/a"), clone, at("clones/b"), { shallow: true });
    committed(await replaceFiles(store, "clones/a", clone, { remove: [...clone.files].slice(0, 1), add: [], dataChange: true }, facts));
    // The first clone has removed it just now, and the second has it.
    expect((await run()).removed).toEqual([]);
    await rm(store.locate("clones/b"), { recursive: true });
    expect((await run()).removed).toEqual([]);
    await rm(store.locate("clones/a"), { recursive: true });
    expect((await run()).removed).toHaveLength(3);
  });

  test("that cannot be read stop it, with nothing removed", async () => {
    const { snapshot } = await threeOld();
    await cloneTable(at(location), snapshot, at("clones/a"), { shallow: true });
    await removeFiles(snapshot, 3, 200);
    const commits = store.locate("clones/a/_delta_log/00000000000000000000.json");
    const text = await readFile(commits);
    await writeFile(commits, "no commit");
    await expect(run()).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("Nothing was removed: the shallow clone"), hint: expect.stringContaining("_clones") });
    await writeFile(commits, text);
    await writeFile(file("_delta_log/_clones/odd.json"), "{}");
    await expect(run()).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("odd.json") });
    expect(await found()).toHaveLength(3);
  });

  test("that were not made leave no mark, and a source that may not be written to is cloned, which is told", async () => {
    const { snapshot } = await threeOld();
    await cloneTable(at(location), snapshot, at("clones/a"), { shallow: true });
    await expect(cloneTable(at(location), snapshot, at("clones/a"), { shallow: true })).rejects.toMatchObject({ code: "DELTA_TABLE_EXISTS" });
    expect(await marks()).toHaveLength(1);
    const readOnly: Store = { ...store, putIfAbsent: () => Promise.reject(new Failure("STORE_FAILED", "read only")) };
    expect(await cloneTable({ store: readOnly, location }, snapshot, at("clones/c"), { shallow: true })).toMatchObject({ marked: false });
  });
});
