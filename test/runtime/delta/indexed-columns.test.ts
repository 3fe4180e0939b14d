/** Which columns a table wants statistics of: small appends, bulk loads and compaction keep to the same. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import type { WrittenFile } from "../../../runtime/delta/engine.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { indexedColumns } from "../../../runtime/delta/statistics/indexed-columns.ts";
import { loadBulk } from "../../../runtime/query/bulk.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { column, deltaTable } from "../governance/table.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed } from "./rides.ts";

const int: NamedType["type"] = { kind: "int32" };
const columns: readonly NamedType[] = [
  { name: "p", type: int, nullable: true }, { name: "a", type: int, nullable: true },
  { name: "o", type: { kind: "object", fields: [{ name: "x", type: int, nullable: true }, { name: "y.z", type: int, nullable: true }] }, nullable: true },
  ...Array.from({ length: 40 }, (_, k) => ({ name: `c${k}`, type: int, nullable: true })),
];
const layout = { columns, physical: columns, partitionColumns: ["p"] };
const metadata = (configuration: { readonly [name: string]: string }) => ({ id: "1", format: { provider: "parquet", options: {} }, schemaString: "{}", partitionColumns: ["p"], configuration });
const told = (configuration: { readonly [name: string]: string }, clustering?: string): string[] => {
  const domains = new Map(clustering === undefined ? [] : [["delta.clustering", { domain: "delta.clustering", configuration: clustering, removed: false }]]);
  return [...indexedColumns({ ...layout, metadata: metadata(configuration), domains })].map((key) => (JSON.parse(key) as string[]).join("/"));
};

describe("the columns", () => {
  test("are the first 32 leaves in files, when the table does not say", () => {
    expect(told({})).toEqual(["a", "o/x", "o/y.z", ...Array.from({ length: 29 }, (_, k) => `c${k}`)]);
  });

  test.each<[string, { readonly [name: string]: string }, readonly string[]]>([
    ["as many as it says", { "delta.dataSkippingNumIndexedCols": "2" }, ["a", "o/x"]],
    ["none", { "delta.dataSkippingNumIndexedCols": "0" }, []],
    ["those it names, whatever their number, in any case", { "delta.dataSkippingStatsColumns": "C39, o.X", "delta.dataSkippingNumIndexedCols": "1" }, ["o/x", "c39"]],
    ["all below a name, and names in backticks", { "delta.dataSkippingStatsColumns": "`c1`,o" }, ["o/x", "o/y.z", "c1"]],
    ["a name with a dot in it", { "delta.dataSkippingStatsColumns": "o.`y.z`" }, ["o/y.z"]],
    ["none of those that are not there", { "delta.dataSkippingStatsColumns": "nothing,p" }, []],
    ["none that are named", { "delta.dataSkippingStatsColumns": "" }, []],
  ])("are %s", (_what, configuration, expected) => {
    expect(told(configuration)).toEqual(expected);
  });

  test("are all where the number is -1", () => {
    expect(told({ "delta.dataSkippingNumIndexedCols": "-1" })).toHaveLength(43);
  });

  test("are those it is clustered by in any case", () => {
    expect(told({ "delta.dataSkippingNumIndexedCols": "1" }, '{"clusteringColumns":[["c39"],["o","y.z"]]}')).toEqual(["a", "o/y.z", "c39"]);
    // As the protocol's own example has them.
    expect(told({ "delta.dataSkippingNumIndexedCols": "1" }, '{"clusteringColumns":["c39"]}')).toEqual(["a", "c39"]);
  });

  test.each([
    [{ "delta.dataSkippingNumIndexedCols": "many" }, undefined, "CONFIG_INVALID"], [{ "delta.dataSkippingNumIndexedCols": "-2" }, undefined, "CONFIG_INVALID"],
    [{ "delta.dataSkippingStatsColumns": "a,,b" }, undefined, "CONFIG_INVALID"], [{ "delta.dataSkippingStatsColumns": "a`b" }, undefined, "CONFIG_INVALID"],
    [{}, "{}", "DELTA_LOG_BROKEN"], [{}, "no JSON", "DELTA_LOG_BROKEN"],
  ])("are not guessed: %j %s", (configuration, clustering, code) => {
    expect(() => told(configuration, clustering)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a table that maps its columns", () => {
  let table: BuiltTable;
  beforeEach(async () => {
    table = await buildTable();
  });
  afterEach(async () => {
    await table.close();
  });

  const field = (name: string, id: number, type: unknown = "integer") => ({ name, type, nullable: true, metadata: { "delta.columnMapping.id": id, "delta.columnMapping.physicalName": `col-${id}` } });

  async function mapped(): Promise<Snapshot> {
    const fields = [field("a", 1), field("o", 2, { type: "struct", fields: [field("x", 3), field("y", 4)] }), field("b", 5)];
    await table.commit(0, protocol(["columnMapping"]), metaData(fields, { configuration: { "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "5", "delta.dataSkippingStatsColumns": "o.y,b" } }));
    return await table.snapshot();
  }

  const wanted = { minValues: { "col-2": { "col-4": "2" }, "col-5": "3" }, maxValues: { "col-2": { "col-4": "2" }, "col-5": "3" }, nullCount: { "col-2": { "col-4": 0 }, "col-5": 0 } };
  const row = { a: 1, o: { x: 9, y: 2 }, b: 3 };
  const statisticsOf = (files: readonly WrittenFile[]) => files.map(({ statistics: { minValues, maxValues, nullCount } }) => ({ minValues, maxValues, nullCount }));

  test("keeps them under the names in files, on every way in", async () => {
    const base = await mapped();
    expect(statisticsOf(await writeRows(table.store, "", base, [row]))).toEqual([wanted]);
    const file = path.join(table.directory, "..", "rows.ndjson");
    await writeFile(file, `${JSON.stringify(row)}\n`);
    const declared = deltaTable(base.columns.map(({ name, type }) => column(name, type, { nullable: true })));
    const loaded = await loadBulk({ table: declared, file, conditions: [], fills: [], store: table.store, location: "", layout: base });
    if (loaded.kind !== "written") throw new Error(loaded.kind);
    expect(statisticsOf(loaded.files)).toEqual([wanted]);
  });

  test("keeps them when its files are put together", async () => {
    let snapshot = await mapped();
    for (let k = 0; k < 2; k += 1) snapshot = committed(await appendFiles(table.store, "", snapshot, await writeRows(table.store, "", snapshot, [row])));
    const { snapshot: after } = await compact(table.store, "", snapshot, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
    expect([...after.files].map(({ stats }) => JSON.parse(stats ?? "") as unknown)).toEqual([{ numRecords: 2, minValues: { "col-2": { "col-4": 2 }, "col-5": 3 }, maxValues: { "col-2": { "col-4": 2 }, "col-5": 3 }, nullCount: { "col-2": { "col-4": 0 }, "col-5": 0 } }]);
  });
});
