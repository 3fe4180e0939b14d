import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openCheckpoints } from "../../../runtime/lake/checkpoints.ts";
import { openLake } from "../../../runtime/lake.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { countRequests } from "../delta/counting-store.ts";
import { column, deltaTable } from "../governance/table.ts";

const table = deltaTable([column("id", { kind: "int64" })], { database: "rides", name: "seen" });
const catalog = { format: catalogFormat, databases: [{ name: "rides", doc: "", tables: [table] }] } as const;
const location = "rides/seen";

let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "checkpoints-"));
  store = openFiles(root);
});
afterEach(() => rm(root, { recursive: true }));

const create = (configuration: { readonly [key: string]: string }) => createTable(store, location, { name: "rides.seen", description: "", columns: table.columns, partitionColumns: [], configuration });
const checkpoints = async (): Promise<string[]> => (await readdir(store.locate(`${location}/_delta_log`))).filter((name) => name.includes(".checkpoint.")).toSorted();

async function append(rows: number): Promise<void> {
  const lake = await openLake({ catalog, root, project: root });
  for (let id = 0; id < rows; id++) await lake.append("rides.seen", [{ id: BigInt(id) }]);
  await lake.close();
}

test("who appends as often as the table says leaves a checkpoint when the lake closes, and whoever opens it next reads few commits", async () => {
  await create({ "delta.checkpointInterval": "10" });
  await append(10);
  expect(await checkpoints()).toEqual(["00000000000000000010.checkpoint.parquet"]);
  await append(4);
  const counting = countRequests(store);
  expect(await readSnapshot(counting.store, location)).toMatchObject({ version: 14, checkpoint: 10, files: { length: 14 } });
  // The hint, the checkpoint, and the four commits behind it.
  expect(counting.counts).toEqual({ list: 1, read: 6, head: 0, put: 0 });
});

test("a table that says nothing gets its first with the hundredth commit, from whichever process makes it", async () => {
  await create({});
  await append(60);
  expect(await checkpoints()).toEqual([]);
  await append(45);
  expect(await checkpoints()).toEqual(["00000000000000000100.checkpoint.parquet"]);
});

test.each([
  ["the table's property makes no sense", { "delta.checkpointInterval": "often" }, 101, "CONFIG_INVALID"],
  ["the table wants no statistics in it", { "delta.checkpointInterval": "5", "delta.checkpoint.writeStatsAsJson": "false", "delta.checkpoint.writeStatsAsStruct": "false" }, 12, "DELTA_UNSUPPORTED_FEATURE"],
])("where %s, rows are taken all the same, and the process is warned once", async (_name, configuration, rows, code) => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  // Another engine set the properties.
  const created = await create({});
  if (created.kind !== "committed") throw new Error(created.kind);
  const { snapshot } = created;
  await commit(store, location, snapshot, [{ metaData: { ...snapshot.metadata, configuration } }], { operation: "SET TBLPROPERTIES", parameters: {}, metrics: {} });
  await append(rows);
  expect(await readSnapshot(store, location)).toMatchObject({ version: rows + 1 });
  expect(await checkpoints()).toEqual([]);
  expect(warn.mock.calls).toEqual([[expect.stringContaining(location), { code }]]);
  warn.mockRestore();
});

test("one is written at a time, and one that failed is tried again an interval later", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  await create({ "delta.checkpointInterval": "1000" });
  await append(11);
  const at = async (version: number): Promise<Snapshot> => {
    const snapshot = await readSnapshot(store, location, { version });
    return { ...snapshot, metadata: { ...snapshot.metadata, configuration: { "delta.checkpointInterval": "5" } } };
  };
  const [fifth, sixth, ninth, eleventh] = [await at(5), await at(6), await at(9), await at(11)];
  let puts = 0;
  const failing: Store = { ...store, putIfAbsent: (name, bytes) => (++puts === 1 ? Promise.reject(new Failure("STORE_FAILED", "no space")) : store.putIfAbsent(name, bytes)) };
  const place = { store: failing, location, directory: root };
  const own = openCheckpoints();
  own.committed(place, fifth);
  own.committed(place, sixth);
  await own.settled();
  expect(puts).toBe(1);
  own.committed(place, ninth);
  await own.settled();
  expect(puts).toBe(1);
  own.committed(place, eleventh);
  await own.settled();
  expect(await checkpoints()).toEqual(["00000000000000000011.checkpoint.parquet"]);
  expect(warn.mock.calls).toEqual([[expect.stringContaining("no space"), { code: "STORE_FAILED" }]]);
  warn.mockRestore();
});
