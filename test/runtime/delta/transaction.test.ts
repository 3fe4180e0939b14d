import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { Failure } from "../../../runtime/values/failure.ts";
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

const writeCommit = (version: number, ...lines: readonly object[]): Promise<void> => writeFile(store.locate(commitPath(location, version)), lines.map((line) => JSON.stringify(line)).join("\n"));

describe("an append as of an old snapshot", () => {
  test("follows other appends, and reads only the commits in between", async () => {
    const old = await createRides(store);
    const second = committed(await append(store, old, rides(1)));
    await append(store, second, rides(2));
    const counting = countRequests(store);
    const outcome = await append(counting.store, old, rides(3));
    expect(outcome).toMatchObject({ kind: "committed", version: 3 });
    // One data file and two tries; the lost one reads each winner, and that there is no third.
    expect(counting.counts).toEqual({ list: 0, read: 3, head: 0, put: 3 });
    expect(committed(outcome).files).toEqual((await readSnapshot(store, location)).files);
  });

  test("follows a commit that removes files", async () => {
    const old = committed(await append(store, await createRides(store), rides(1)));
    await writeCommit(2, { remove: { path: [...old.files][0]?.path, dataChange: true } });
    expect(committed(await append(store, old, rides(2))).files).toHaveLength(1);
  });

  test.each([
    ["protocol", { protocol: { minReaderVersion: 1, minWriterVersion: 4 } }, "protocol", "protocol"],
    ["schema", { metaData: { id: "1", schemaString: '{"type":"struct","fields":[]}', partitionColumns: [], configuration: {} } }, "schema", "metadata"],
    ["application", { txn: { appId: "loader", version: 4 } }, "loader", "transaction"],
  ])("conflicts with a change of the same %s, and names it", async (_name, action, told, about) => {
    const old = await createRides(store);
    await writeCommit(1, action);
    const outcome = await append(store, old, rides(1), { transactions: [{ appId: "loader", version: 3 }] });
    expect(outcome).toMatchObject({ kind: "conflict", version: 1, about, reason: expect.stringContaining(told) });
    expect((await readSnapshot(store, location)).version).toBe(1);
  });

  test("follows the transaction of another application, and both are kept", async () => {
    const old = await createRides(store);
    await append(store, old, rides(1), { transactions: [{ appId: "other", version: 1 }] });
    const after = committed(await append(store, old, rides(2), { transactions: [{ appId: "loader", version: 7 }] }));
    expect(after.transactions).toEqual(new Map([["other", 1], ["loader", 7]]));
    expect((await readSnapshot(store, location)).transactions).toEqual(after.transactions);
  });
});

test("a transaction that the snapshot has already is a conflict, and nothing is put", async () => {
  const base = committed(await append(store, await createRides(store), rides(1), { transactions: [{ appId: "loader", version: 5 }] }));
  for (const version of [4, 5]) {
    expect(await append(store, base, rides(2), { transactions: [{ appId: "loader", version }] })).toMatchObject({ kind: "conflict", version: 1, reason: expect.stringContaining("loader") });
  }
  expect((await readSnapshot(store, location)).version).toBe(1);
  expect(await append(store, base, rides(2), { transactions: [{ appId: "loader", version: 6 }] })).toMatchObject({ kind: "committed", version: 2 });
});

describe("a commit that expects exact transaction versions", () => {
  const owned = (owner: number | undefined): { readonly expects: ReadonlyMap<string, number | undefined> } => ({ expects: new Map([["owner", owner]]) });

  test("stands when they are so, of an application that never committed too", async () => {
    const first = committed(await append(store, await createRides(store), rides(1), { ...owned(undefined), transactions: [{ appId: "owner", version: 3 }] }));
    expect(committed(await append(store, first, rides(2), owned(3))).files).toHaveLength(2);
  });

  test("is refused as of a snapshot that has others, and puts nothing", async () => {
    const base = committed(await append(store, await createRides(store), rides(1), { transactions: [{ appId: "owner", version: 3 }] }));
    const counting = countRequests(store);
    for (const wrong of [undefined, 2, 4]) expect(await append(counting.store, base, [], owned(wrong))).toMatchObject({ kind: "conflict", version: 1, about: "transaction", reason: expect.stringContaining("owner") });
    expect(counting.counts.put).toBe(0);
  });

  test.each([undefined, 3])("is refused behind a commit that moved one from %s, though it commits none of it itself", async (before) => {
    const created = await createRides(store);
    const base = before === undefined ? created : committed(await append(store, created, rides(1), { transactions: [{ appId: "owner", version: before }] }));
    await append(store, base, rides(2), { transactions: [{ appId: "owner", version: 4 }] });
    await append(store, await readSnapshot(store, location), rides(3));
    expect(await append(store, base, rides(4), owned(before))).toMatchObject({ kind: "conflict", version: base.version + 1, about: "transaction", reason: expect.stringContaining("at version 4") });
    expect((await readSnapshot(store, location)).version).toBe(base.version + 2);
  });

  test("follows commits that leave them as they are", async () => {
    const base = committed(await append(store, await createRides(store), rides(1), { transactions: [{ appId: "owner", version: 3 }] }));
    await append(store, base, rides(2), { transactions: [{ appId: "other", version: 1 }] });
    expect(committed(await append(store, base, rides(3), owned(3))).version).toBe(3);
  });
});

test("a change of a domain conflicts with another of the same, and follows one of another", async () => {
  const base = await createRides(store);
  const change = (domain: string) => commit(store, location, base, [{ domainMetadata: { domain, configuration: "{}", removed: false } }], { operation: "SET DOMAIN", parameters: {}, metrics: {} });
  expect([await change("a"), await change("b"), await change("a")]).toMatchObject([{ kind: "committed" }, { kind: "committed", version: 2 }, { kind: "conflict", about: "metadata", reason: expect.stringContaining('"a"') }]);
  expect(committed(await append(store, base, rides(1))).domains.size).toBe(2);
});

test("many appends at once as of one snapshot all get in, each once", async () => {
  const base = await createRides(store);
  const outcomes = await Promise.all(Array.from({ length: 12 }, (_, id) => append(store, base, rides(id))));
  expect(outcomes.map((outcome) => outcome.version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const { files } = await readSnapshot(store, location);
  expect(new Set([...files].map((file) => file.path)).size).toBe(12);
});

describe("where the store fails", () => {
  test("after the commit was written, the commit knows itself by its txnId", async () => {
    const base = await createRides(store);
    const failing: Store = {
      ...store,
      async putIfAbsent(path, bytes) {
        await store.putIfAbsent(path, bytes);
        if (path.endsWith(".json")) throw new Failure("STORE_FAILED", "the line was cut", { retry: true });
        return "written";
      },
    };
    expect(await append(failing, base, rides(1))).toMatchObject({ kind: "committed", version: 1 });
  });

  test("and says that the name is taken by our own commit, it is ours", async () => {
    const base = await createRides(store);
    const retrying: Store = {
      ...store,
      async putIfAbsent(path, bytes) {
        await store.putIfAbsent(path, bytes);
        return store.putIfAbsent(path, bytes).then((outcome) => (path.endsWith(".json") ? outcome : "written"));
      },
    };
    expect(await append(retrying, base, rides(1))).toMatchObject({ kind: "committed", version: 1 });
    expect((await readSnapshot(store, location)).version).toBe(1);
  });

  test("before the commit was written, its own error is thrown and nothing is committed", async () => {
    const base = await createRides(store);
    const failing: Store = { ...store, putIfAbsent: (path, bytes) => (path.endsWith(".json") ? Promise.reject(new Failure("STORE_FAILED", "no space")) : store.putIfAbsent(path, bytes)) };
    await expect(append(failing, base, rides(1))).rejects.toThrow("no space");
    expect((await readSnapshot(store, location)).version).toBe(0);
  });

  test("and cannot be asked either, the outcome is unknown", async () => {
    const base = await createRides(store);
    const gone = new Failure("STORE_FAILED", "unreachable");
    const failing: Store = { ...store, read: () => Promise.reject(gone), putIfAbsent: (path, bytes) => (path.endsWith(".json") ? Promise.reject(gone) : store.putIfAbsent(path, bytes)) };
    expect(await append(failing, base, rides(1))).toMatchObject({ kind: "unknown", version: 1, cause: gone });
  });
});

describe.each([["can hold a name back", (whole: Store): Store => whole], ["cannot", ({ putAfter: _held, ...plain }: Store): Store => plain]])("a commit that comes after its files, in a store that %s,", (_name, as) => {
  const names = async (): Promise<string[]> => (await readdir(path.dirname(store.locate(commitPath(location, 0))))).toSorted();
  const first = `${"0".repeat(20)}.json`;

  test("has no name before they are durable, and one at once then", async () => {
    const base = await createRides(store);
    const held = Promise.withResolvers<void>();
    const outcome = appendFiles(as(store), location, base, await writeRows(store, location, base, rides(1)), { after: held.promise });
    // Its text may be there, under a name that is no commit's.
    if (as(store).putAfter !== undefined) await expect.poll(names).toContainEqual(expect.stringMatching(/\.tmp$/));
    expect((await readSnapshot(store, location)).version).toBe(0);
    held.resolve();
    expect(committed(await outcome)).toMatchObject({ version: 1 });
    expect(await names()).toEqual([first, first.replace("0.json", "1.json")]);
  });

  test("is not made when they fail, also where another has taken its version, and leaves nothing", async () => {
    const base = await createRides(store);
    const files = await writeRows(store, location, base, rides(1));
    const failed = new Failure("STORE_FAILED", "no space");
    await expect(appendFiles(as(store), location, base, files, { after: Promise.reject(failed) })).rejects.toBe(failed);
    expect(await names()).toEqual([first]);
    await append(store, base, rides(2));
    await expect(appendFiles(as(store), location, base, files, { after: Promise.reject(failed) })).rejects.toBe(failed);
    expect((await readSnapshot(store, location)).version).toBe(1);
    expect(await names()).toHaveLength(2);
  });

  test("tells a conflict only once they are over, so that they can be removed", async () => {
    const base = await createRides(store);
    const files = await writeRows(store, location, base, rides(1));
    let over = false;
    const after = readSnapshot(store, location).then(() => { over = true; });
    expect(await appendFiles(as(store), location, base, files, { after, expects: new Map([["loader", 1]]) })).toMatchObject({ kind: "conflict", about: "transaction" });
    expect(over).toBe(true);
  });
});

test("a transaction that the table has already is a conflict, and writes nothing", async () => {
  const done = committed(await append(store, await createRides(store), rides(1), { transactions: [{ appId: "loader", version: 7 }] }));
  for (const version of [7, 6]) {
    expect(await append(store, done, rides(2), { transactions: [{ appId: "loader", version }] })).toMatchObject({ kind: "conflict", version: 1, reason: expect.stringContaining("loader") });
  }
  expect((await readSnapshot(store, location)).version).toBe(1);
});

test("a removal of rows conflicts with an append that came first", async () => {
  const base = committed(await append(store, await createRides(store), rides(1)));
  await append(store, base, rides(2));
  const outcome = await commit(store, location, base, [{ remove: { path: [...base.files][0]?.path ?? "" } }], { operation: "DELETE", parameters: {}, metrics: {} });
  expect(outcome).toMatchObject({ kind: "conflict", version: 2, about: "files" });
});

describe("create", () => {
  test("a second time is a conflict and changes nothing", async () => {
    await createRides(store);
    expect(await createTable(store, location, { name: "other", description: "", columns: [], partitionColumns: [] })).toMatchObject({ kind: "conflict" });
    expect((await readSnapshot(store, location)).metadata.name).toBe("rides.trips");
  });

  test("at once by many is done by one", async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => createTable(store, location, { name: "a", description: "", columns: rideColumns, partitionColumns: [] })));
    expect(outcomes.filter((outcome) => outcome.kind === "committed")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === "conflict")).toHaveLength(7);
  });

  test("asks no more of readers than the columns do", async () => {
    expect((await createRides(store)).protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    const nested = { kind: "array", element: { kind: "object", fields: [{ name: "at", type: { kind: "local_timestamp" }, nullable: true }] }, elementNullable: true } as const;
    const made = await createTable(store, "rides/nested", { name: "n", description: "", columns: [{ name: "a", type: nested, nullable: true }], partitionColumns: [] });
    expect(committed(made).protocol).toMatchObject({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["timestampNtz"], writerFeatures: expect.arrayContaining(["timestampNtz"]) });
  });
});

test("history is told newest first, with operation, rows and the time of each version", async () => {
  const base = await createRides(store);
  await append(store, committed(await append(store, base, rides(1, 2))), rides(3));
  const history = await readHistory(store, location);
  expect(history.map(({ version, info }) => [version, info?.["operation"]])).toEqual([[2, "WRITE"], [1, "WRITE"], [0, "CREATE TABLE"]]);
  expect(history[1]?.info).toMatchObject({ isBlindAppend: true, operationParameters: { mode: "Append" }, operationMetrics: { numOutputRows: "2", numFiles: "1" }, readVersion: 0 });
  expect(history[0]?.committed).toBe((await readSnapshot(store, location)).committed);
  await expect(readHistory(store, "none")).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
});

test("a commit's text begins with its commitInfo and ends each line", async () => {
  await append(store, await createRides(store), rides(1));
  const text = await readFile(store.locate(commitPath(location, 1)), "utf8");
  expect(text.endsWith("}\n")).toBe(true);
  expect(Object.keys(JSON.parse(text.split("\n")[0] ?? "") as object)).toEqual(["commitInfo"]);
});
