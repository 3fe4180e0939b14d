import { afterEach, beforeEach, expect, test } from "vitest";
import { hintsFor } from "../../../runtime/delta/maintenance/hints.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable, LogAction } from "./log-builder.ts";

let table: BuiltTable;
beforeEach(async () => { table = await buildTable(); });
afterEach(async () => { await table.close(); });

const fields = [{ name: "id", type: "long" }, { name: "p", type: "string" }];
const mb = 1024 * 1024;
const file = (name: string, size: number, more: object = {}): LogAction => ({ add: { path: name, size, partitionValues: {}, modificationTime: 0, dataChange: true, stats: '{"numRecords":100}', ...more } });
const files = (count: number, size: number, more: object = {}): LogAction[] => Array.from({ length: count }, (_, k) => file(`f${size}-${k}`, size, more));
const vector = (cardinality: number): object => ({ deletionVector: { storageType: "u", pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^", offset: 1, sizeInBytes: 40, cardinality } });
const hints = async (): Promise<unknown> => hintsFor(await table.snapshot());

test("a table that is as it should be gets none", async () => {
  await table.commit(0, protocol(["deletionVectors"]), metaData(fields), ...files(7, 10), ...files(50, 100 * mb), file("v", 100 * mb, vector(5)));
  expect(await hints()).toEqual([]);
});

test("small files are counted, each partition for itself, against what they would become", async () => {
  await table.commit(0, protocol(), metaData(fields, { partitionColumns: ["p"] }), ...files(30, 10 * mb, { partitionValues: { p: "a" } }), file("lone", 10, { partitionValues: { p: "b" } }), file("large", 100 * mb, { partitionValues: { p: "a" } }));
  expect(await hints()).toEqual([{ command: "optimize", reason: "small files", counts: { files: 31, bytes: 300 * mb + 10, becoming: 4 } }]);
});

test("by what a table says is small itself; what it says in vain is passed over", async () => {
  await table.commit(0, protocol(), metaData(fields, { configuration: { "delta.targetFileSize": "4mb" } }), ...files(30, 3 * mb));
  expect(await hints()).toEqual([]);
  await table.commit(1, metaData(fields, { configuration: { "delta.targetFileSize": "large" } }));
  expect(await hints()).toMatchObject([{ command: "optimize", counts: { files: 30, becoming: 1 } }]);
});

test("deleted rows pay when they are more than a twentieth of their files", async () => {
  await table.commit(0, protocol(["deletionVectors"]), metaData(fields), file("a", 100 * mb, vector(4)), file("b", 100 * mb, vector(7)));
  expect(await hints()).toEqual([{ command: "optimize --purge", reason: "deleted rows", counts: { files: 2, bytes: 200 * mb, rows: 11 } }]);
});

test("commits that no checkpoint holds pay once the table would have one", async () => {
  await table.commit(0, protocol(), metaData(fields, { configuration: { "delta.checkpointInterval": "3" } }));
  for (const version of [1, 2]) await table.commit(version, file(`${version}`, 100 * mb));
  expect(await hints()).toEqual([]);
  await table.commit(3, file("3", 100 * mb));
  expect(await hints()).toEqual([{ command: "checkpoint", reason: "commits behind the newest checkpoint", counts: { commits: 4 } }]);
});

test("of a clustered table those files count that are not clustered", async () => {
  const cube = { clusteringProvider: "liquid", tags: { ZCUBE_ID: "1", ZCUBE_ZORDER_BY: '["id"]' } };
  await table.commit(0, protocol([], ["clustering", "domainMetadata"]), metaData(fields), { domainMetadata: { domain: "delta.clustering", configuration: '{"clusteringColumns":[["id"]]}', removed: false } }, ...files(20, 5, cube), file("n", 7));
  expect(await hints()).toEqual([{ command: "optimize", reason: "files that are not clustered", counts: { files: 1, bytes: 7 } }]);
});
