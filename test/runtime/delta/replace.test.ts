import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { writeRows } from "../../../runtime/delta/commit/append.ts";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import type { Replacement } from "../../../runtime/delta/commit/replace.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { CommitOptions, CommitOutcome } from "../../../runtime/delta/commit/transaction.ts";
import { append, committed, createRides, location, rides } from "./rides.ts";
import { store, storeEach } from "./store-each.ts";

storeEach();

const facts = { operation: "OPTIMIZE", parameters: {}, metrics: {} };

/** Two rides in two files. */
async function twoFiles(): Promise<Snapshot> {
  return committed(await append(store, committed(await append(store, await createRides(store), rides(1))), rides(2)));
}

async function replace(base: Snapshot, replacement: Partial<Replacement> = {}, options?: CommitOptions): Promise<CommitOutcome> {
  const add = await writeRows(store, location, base, rides(1, 2));
  return await replaceFiles(store, location, base, { remove: [...base.files], add, dataChange: false, ...replacement }, facts, options);
}

async function linesOf(version: number): Promise<readonly { readonly [action: string]: object }[]> {
  const text = await readFile(store.locate(commitPath(location, version)), "utf8");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line) as { readonly [action: string]: object });
}

test("files give way to others, with tombstones that say all a reader may ask", async () => {
  const base = await twoFiles();
  const after = committed(await replace(base));
  expect(after.files).toHaveLength(1);
  expect([...(await readSnapshot(store, location)).files]).toEqual([...after.files]);
  const lines = await linesOf(after.version);
  const removes = lines.flatMap((line) => line["remove"] ?? []);
  expect(removes).toEqual([...base.files].map(({ path, size }) => ({ path, size, partitionValues: {}, dataChange: false, extendedFileMetadata: true, deletionTimestamp: expect.any(Number) })));
  expect(lines[0]?.["commitInfo"]).toMatchObject({ operation: "OPTIMIZE", isBlindAppend: false, isolationLevel: "SnapshotIsolation", readVersion: 2 });
  expect(lines.find((line) => "add" in line)?.["add"]).toMatchObject({ dataChange: false });
});

test("a new schema comes in the same commit", async () => {
  const base = await twoFiles();
  const metadata = { ...base.metadata, description: "Other words." };
  const after = committed(await replace(base, { metadata, dataChange: true }));
  expect((await readSnapshot(store, location)).metadata.description).toBe("Other words.");
  expect([...(await readSnapshot(store, location, { version: after.version - 1 })).files]).toEqual([...base.files]);
});

describe("behind a commit that came first", () => {
  test("the same rows in other files follow an append, whose rows stay", async () => {
    const base = await twoFiles();
    await append(store, base, rides(3));
    const after = committed(await replace(base));
    expect(after).toMatchObject({ version: 4 });
    expect(after.files).toHaveLength(2);
    expect([...(await readSnapshot(store, location)).files]).toEqual([...after.files]);
  });

  test("an append follows them", async () => {
    const base = await twoFiles();
    committed(await replace(base));
    expect(committed(await append(store, base, rides(3))).files).toHaveLength(2);
  });

  test("of two that replace one file, one conflicts, and its files are in no version", async () => {
    const base = await twoFiles();
    const outcomes = await Promise.all([replace(base), replace(base)]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["committed", "conflict"]);
    expect(outcomes.find(({ kind }) => kind === "conflict")).toMatchObject({ about: "files", reason: expect.stringContaining([...base.files][0]?.path ?? "-") });
    expect((await readSnapshot(store, location)).files).toHaveLength(1);
  });

  test("two that replace different files both stand", async () => {
    const base = await twoFiles();
    const [first, second] = [...base.files].map((file) => [file]);
    committed(await replace(base, { remove: first ?? [] }));
    expect(committed(await replace(base, { remove: second ?? [] })).files).toHaveLength(2);
  });

  test("a new schema does not follow an append of the old one, unless it is said to stand", async () => {
    const base = await twoFiles();
    const metadata = { ...base.metadata, description: "Other words." };
    await append(store, base, rides(3));
    const change = { remove: [], add: [], metadata };
    expect(await replace(base, change)).toMatchObject({ kind: "conflict", about: "files", version: 3 });
    expect(committed(await replace(base, change, { overAppends: true })).files).toHaveLength(3);
  });

  test("changed rows do not follow an append", async () => {
    const base = await twoFiles();
    await append(store, base, rides(3));
    expect(await replace(base, { dataChange: true })).toMatchObject({ kind: "conflict", about: "files" });
  });

  test("nothing follows another schema", async () => {
    const base = await twoFiles();
    committed(await replace(base, { remove: [], add: [], metadata: { ...base.metadata, description: "Other words." } }));
    expect(await replace(base)).toMatchObject({ kind: "conflict", about: "metadata" });
    expect(await append(store, base, rides(3))).toMatchObject({ kind: "conflict", about: "metadata" });
  });
});

test("a table that only grows keeps its rows, in whatever files", async () => {
  const base = await twoFiles();
  const growing = committed(await replace(base, { remove: [], add: [], metadata: { ...base.metadata, configuration: { "delta.appendOnly": "true" } } }));
  await expect(replace(growing, { dataChange: true })).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE", place: { value: "delta.appendOnly" } });
  expect(committed(await replace(growing)).files).toHaveLength(1);
});
