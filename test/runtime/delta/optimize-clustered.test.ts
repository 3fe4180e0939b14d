import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AddFile } from "../../../runtime/delta/actions/actions.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { planClustering } from "../../../runtime/delta/maintenance/cluster-plan.ts";
import { optimizeTable } from "../../../runtime/delta/maintenance/optimize.ts";
import type { OptimizeGoal } from "../../../runtime/delta/maintenance/optimize.ts";
import type { RepackedRun } from "../../../runtime/delta/maintenance/repacking.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable, LogAction } from "./log-builder.ts";

let table: BuiltTable;
beforeEach(async () => { table = await buildTable(); });
afterEach(async () => { await table.close(); });

const fields = [{ name: "id", type: "long" }, { name: "town", type: "string" }];

async function optimize(goal: OptimizeGoal = {}): Promise<RepackedRun> {
  return await optimizeTable({ store: table.store, location: "", finder: rowFinder(async () => table.engine), rewrite: rewriteFiles }, await table.snapshot(), goal);
}

const file = async (from: number): Promise<LogAction> => await table.add(`f${from}.parquet`, `SELECT i AS id, 'town ' || (i % 7) AS town FROM range(${from}, ${from + 10}) t(i)`, { stats: '{"numRecords":10}' });
const domain = async (): Promise<unknown> => (await table.snapshot()).domains.get("delta.clustering");
const actions = async (version: number): Promise<readonly object[]> => (await readCommit(table.store, "", version)).map(({ commitInfo, ...action }) => (commitInfo === undefined ? action : { operation: commitInfo["operation"], ...(commitInfo["operationParameters"] as object) }));
const liveFiles = async (): Promise<AddFile[]> => [...(await table.snapshot()).files];

describe("a table", () => {
  test("is clustered by columns in a commit of its own, its features with it, and its files in the next", async () => {
    await table.commit(0, protocol(), metaData(fields), await file(0), await file(10));
    expect(await optimize({ clusterBy: ["Town", "id"] })).toMatchObject({ commits: [{ version: 2, before: 2, after: 1 }], dropped: 0 });
    expect(await actions(1)).toEqual([
      { operation: "CLUSTER BY", oldClusteringColumns: "", newClusteringColumns: "town,id" },
      { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["appendOnly", "invariants", "domainMetadata", "clustering"] } },
      { domainMetadata: { domain: "delta.clustering", configuration: '{"clusteringColumns":[["town"],["id"]],"domainName":"delta.clustering"}', removed: false } },
    ]);
    expect((await actions(2))[0]).toMatchObject({ operation: "OPTIMIZE", predicate: "[]", zOrderBy: "[]", clusterBy: '["town","id"]', auto: false });
    expect(await liveFiles()).toMatchObject([{ clusteringProvider: "liquid", dataChange: false, tags: { ZCUBE_ID: expect.stringMatching(/^[\da-f-]{36}$/), ZCUBE_ZORDER_BY: '["town","id"]' } }]);
    expect((await optimize({ clusterBy: ["town", "id"] })).snapshot.version).toBe(2);
    expect((await table.rows()).map((row) => Number(row["id"]))).toEqual(Array.from({ length: 20 }, (_, k) => k));
  });

  test("is clustered by nothing any more, and keeps its feature; one that never was is left alone", async () => {
    await table.commit(0, protocol(), metaData(fields), await file(0));
    expect((await optimize({ clusterBy: [] })).snapshot.version).toBe(0);
    await optimize({ clusterBy: ["id"] });
    expect(await optimize({ clusterBy: [] })).toMatchObject({ commits: [], snapshot: { version: 3 } });
    expect(await domain()).toEqual({ domain: "delta.clustering", configuration: '{"clusteringColumns":[],"domainName":"delta.clustering"}', removed: false });
  });

  test("that maps its columns is clustered by their physical names", async () => {
    const mapped = (name: string, id: number, type: unknown): object => ({ name, type, nullable: true, metadata: { "delta.columnMapping.id": id, "delta.columnMapping.physicalName": `col-${id}` } });
    const schema = [mapped("id", 1, "long"), mapped("trip", 2, { type: "struct", fields: [mapped("day", 3, "date")] })];
    await table.commit(0, { protocol: { minReaderVersion: 2, minWriterVersion: 5 } }, metaData(schema as never, { configuration: { "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "3" } }),
      await table.add("a.parquet", `SELECT i AS "col-1", {'col-3': DATE '2026-01-01' + i::INTEGER} AS "col-2" FROM range(10) t(i)`, { stats: '{"numRecords":10}' }));
    await optimize({ clusterBy: ["trip.day"] });
    expect(await domain()).toMatchObject({ configuration: '{"clusteringColumns":[["col-2","col-3"]],"domainName":"delta.clustering"}' });
    expect(await liveFiles()).toMatchObject([{ tags: { ZCUBE_ZORDER_BY: '["trip.day"]' }, stats: expect.stringContaining('"col-3":"2026-01-10"') }]);
    expect((await table.snapshot()).protocol).toEqual({ minReaderVersion: 2, minWriterVersion: 7, writerFeatures: ["appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns", "columnMapping", "domainMetadata", "clustering"] });
  });

  test("is refused what cannot be", async () => {
    await table.commit(0, protocol(), metaData([...fields, { name: "p", type: "string" }, { name: "q", type: "integer" }, { name: "r", type: "integer" }, { name: "y", type: "boolean" }]), await file(0));
    const refusal = async (goal: OptimizeGoal): Promise<unknown> => await optimize(goal).catch((error: unknown) => error);
    expect(await refusal({ clusterBy: ["id", "town", "p", "q", "r"] })).toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("4 columns at most") });
    expect(await refusal({ clusterBy: ["y"] })).toMatchObject({ message: expect.stringContaining("keep no bounds") });
    expect(await refusal({ clusterBy: ["id"], zOrderBy: ["id"] })).toMatchObject({ place: { parameter: "zOrderBy" } });
    expect(await refusal({ clusterBy: ["id"], where: "true" })).toMatchObject({ place: { parameter: "where" } });
    await optimize({ clusterBy: ["id"] });
    expect(await refusal({ zOrderBy: ["town"] })).toMatchObject({ message: expect.stringContaining("is clustered by id") });
    expect((await table.snapshot()).version).toBe(2);
  });

  test("with partitions is not clustered", async () => {
    await table.commit(0, protocol(), metaData(fields, { partitionColumns: ["town"] }));
    await expect(optimize({ clusterBy: ["id"] })).rejects.toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("partitioned by town") });
  });
});

describe("what is clustered", () => {
  test("is left alone until as much has come again; then both are one cube, also by way of a checkpoint", async () => {
    await table.commit(0, protocol(), metaData(fields), await file(0), await file(10), await file(20));
    await optimize({ clusterBy: ["id"] });
    const [first] = await liveFiles();
    await table.commit(3, await file(30));
    await optimize();
    const behind = await liveFiles();
    const small = behind.length;
    expect(behind.every(({ clusteringProvider }) => clusteringProvider === "liquid")).toBe(true);
    await writeCheckpoint(table.store, "", await table.snapshot());
    expect([...(await readSnapshot(table.store, "")).files].map(({ tags }) => tags)).toEqual(behind.map(({ tags }) => tags));
    expect((await optimize()).commits).toEqual([]);
    expect(small === 1 || behind.some(({ path }) => path === first?.path)).toBe(true);
    expect((await table.rows()).map((row) => Number(row["id"]))).toEqual(Array.from({ length: 40 }, (_, k) => k));
  });

  test("by others columns than the present is clustered anew; what others cluster by ways of their own stays", () => {
    const add = (path: string, size: number, more: Partial<AddFile> = {}): AddFile => ({ path, size, partitionValues: {}, modificationTime: 0, dataChange: true, ...more });
    const cube = (id: string, by: string): Partial<AddFile> => ({ clusteringProvider: "liquid", tags: { ZCUBE_ID: id, ZCUBE_ZORDER_BY: by } });
    const [now, then] = ['["a"]', '["b"]'];
    const plan = (...files: readonly AddFile[]): readonly string[] => planClustering(files, ["a"]).flatMap(({ files: bin }) => bin.map(({ path }) => path));
    expect(plan(add("x", 10, cube("1", now)), add("y", 10, cube("2", now)))).toEqual([]);
    expect(plan(add("x", 30, cube("1", now)), add("y", 10, cube("2", now)), add("n", 10))).toEqual(["y", "n"]);
    expect(plan(add("x", 20, cube("1", now)), add("y", 10, cube("2", now)), add("n", 10))).toEqual(["x", "y", "n"]);
    expect(plan(add("x", 10, cube("1", then)), add("y", 99, cube("2", now)), add("z", 5, { clusteringProvider: "another" }))).toEqual(["x"]);
    expect(plan(add("x", 10, { clusteringProvider: "liquid" }))).toEqual(["x"]);
  });
});
