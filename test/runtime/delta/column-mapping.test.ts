import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Table } from "../../../compiler/ir/catalog.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import type { AddFile } from "../../../runtime/delta/actions/actions.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { loadBulk } from "../../../runtime/query/bulk.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { fileShapes } from "../../../runtime/query/file-shapes.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { committed } from "./rides.ts";

let directory: string;
let store: Store;
let engine: Engine;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "mapping-"));
  store = openFiles(directory);
  engine = await openEngine({ readable: [directory], temporary: directory });
});

afterEach(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

interface Field { readonly name: string; readonly type: unknown; readonly nullable: boolean; readonly metadata: object }
const field = (name: string, physical: string, id: number, type: unknown): Field => ({ name, type, nullable: true, metadata: { "delta.columnMapping.id": id, "delta.columnMapping.physicalName": physical } });

/** Every place a name can stand in: a column, a partition, an object, an object in a list and in a map; two have swapped their names. */
const fields = (stop: string): readonly Field[] => [
  field("id", "city", 1, "long"),
  field("city", "id", 2, "string"),
  field("day", "p-day", 3, "date"),
  field("stop", "p-stop", 4, { type: "struct", fields: [field(stop, "p-lat", 5, "double"), field("lon", "p-lon", 6, "double")] }),
  field("legs", "p-legs", 7, { type: "array", containsNull: true, elementType: { type: "struct", fields: [field("km", "p-km", 8, "integer")] } }),
  field("tags", "p-tags", 9, { type: "map", valueContainsNull: true, keyType: "string", valueType: { type: "struct", fields: [field("v", "p-v", 10, "integer")] } }),
];

/** A table of others that maps its columns, made by hand. */
async function make(mode: string, stop = "lat"): Promise<Snapshot> {
  await store.putIfAbsent("_delta_log/00000000000000000000.json", new TextEncoder().encode([
    { protocol: { minReaderVersion: 2, minWriterVersion: 5 } },
    { metaData: { id: "t", format: { provider: "parquet", options: {} }, schemaString: JSON.stringify({ type: "struct", fields: fields(stop) }), partitionColumns: ["day"], configuration: { "delta.columnMapping.mode": mode, "delta.columnMapping.maxColumnId": "10" } } },
  ].map((action) => JSON.stringify(action)).join("\n")));
  return await readSnapshot(store, "");
}

/** The same table with another schema, as its next version. */
async function evolve(base: Snapshot, mode: string, stop: string): Promise<Snapshot> {
  const metaData = { ...base.metadata, schemaString: JSON.stringify({ type: "struct", fields: fields(stop) }), configuration: { ...base.metadata.configuration, "delta.columnMapping.mode": mode } };
  await store.putIfAbsent(`_delta_log/${String(base.version + 1).padStart(20, "0")}.json`, new TextEncoder().encode(JSON.stringify({ metaData })));
  return await readSnapshot(store, "");
}

const rows: readonly Row[] = [
  { id: 1n, city: "Bonn", day: Temporal.PlainDate.from("2026-08-01"), stop: { lat: 1.5, lon: 2.5 }, legs: [{ km: 3 }, null], tags: { a: { v: 1 } } },
  { id: 2n, city: null, day: null, stop: null, legs: null, tags: null },
];

async function rowsOf(snapshot: Snapshot): Promise<readonly Row[]> {
  return await readAll(engine, `SELECT * FROM (${await snapshotSql(engine, await readable(store, "", snapshot))}) ORDER BY "id"`, snapshot.columns);
}

test("rows are written under physical names with field ids, at every depth, and read back under the columns' own", async () => {
  const base = await make("name");
  const files = await writeRows(store, "", base, rows);
  const snapshot = committed(await appendFiles(store, "", base, files));
  expect(await rowsOf(snapshot)).toEqual(rows);
  const [shape] = await fileShapes(engine, [{ url: store.locate(files[0]?.path ?? "") }]);
  const tree = JSON.parse(JSON.stringify(shape?.columns, ["name", "fieldId", "children"])) as unknown;
  const leaf = (name: string, fieldId: number | null) => ({ name, fieldId, children: [] });
  const map = expect.objectContaining({ name: "p-tags", fieldId: 9, children: [expect.objectContaining({ children: [leaf("key", null), { name: "value", fieldId: null, children: [leaf("p-v", 10)] }] })] });
  expect(tree).toEqual([
    leaf("city", 1), leaf("id", 2),
    { name: "p-stop", fieldId: 4, children: [leaf("p-lat", 5), leaf("p-lon", 6)] },
    { name: "p-legs", fieldId: 7, children: [expect.objectContaining({ fieldId: null, children: [{ name: expect.any(String) as string, fieldId: null, children: [leaf("p-km", 8)] }] })] },
    map,
  ]);
});

test("statistics, partition values and folders go by physical names", async () => {
  const base = await make("name");
  const files = await writeRows(store, "", base, rows);
  expect(files.map(({ partitionValues }) => partitionValues)).toEqual([{ "p-day": "2026-08-01" }, { "p-day": null }]);
  expect(files[0]?.path).toMatch(/^p-day=2026-08-01\//);
  expect(files[0]?.statistics).toMatchObject({ numRecords: 1, minValues: { city: "1", id: '"Bonn"', "p-stop": { "p-lat": "1.5", "p-lon": "2.5" } }, nullCount: { city: 0, "p-legs": 0 } });
});

test("a load writes the very same layout, though names and physical names are swapped", async () => {
  const base = await make("name");
  const place = { file: "t.ts", line: 1, column: 1, length: 1 };
  const columns = base.columns.map((column) => ({ ...column, doc: "", place, words: [], rules: [], unique: false }));
  const table: Table = { database: "a", name: "t", symbol: "T", doc: "", place, words: [], tags: [], source: { kind: "delta" }, columns, key: [], partitionBy: ["day"], clusterBy: [], checks: [] };
  const file = path.join(directory, "rows.json");
  const text = [{ id: 1, city: "Bonn", day: "2026-08-01", stop: { lat: 1.5, lon: 2.5 }, legs: [{ km: 3 }, null], tags: { a: { v: 1 } } }, { id: 2 }, { id: 0, city: "x" }];
  await writeFile(file, JSON.stringify(text));
  const loaded = await loadBulk({ table, file, conditions: [{ rule: "positive", column: "id", sql: '"id" > 0', onFail: "quarantine" }], fills: [], store, location: "", layout: base });
  if (loaded.kind !== "written") throw new Error(JSON.stringify(loaded));
  const byHand = await writeRows(store, "", base, rows);
  const facts = (written: readonly { readonly partitionValues: object; readonly statistics: { readonly minValues: { readonly [name: string]: unknown } } }[]) =>
    written.map(({ partitionValues, statistics: { minValues } }) => [partitionValues, minValues["city"], minValues["id"], minValues["p-stop"]]).toSorted((left, right) => (String(left[1]) < String(right[1]) ? -1 : 1));
  expect(facts(loaded.files)).toEqual(facts(byHand));
  const snapshot = committed(await appendFiles(store, "", base, loaded.files));
  expect(await rowsOf(snapshot)).toEqual(rows);
  const names = async (name: string) => (await fileShapes(engine, [{ url: store.locate(name) }])).map((shape) => shape.columns.map(({ name: own, fieldId }) => [own, fieldId]));
  expect(await names(loaded.files[0]?.path ?? "")).toEqual(await names(byHand[0]?.path ?? ""));
});

test("a nested field that was renamed in the schema alone is read from older files, and older versions read as they were", async () => {
  const first = await make("name");
  const written = committed(await appendFiles(store, "", first, await writeRows(store, "", first, rows.slice(0, 1))));
  const renamed = await evolve(written, "name", "latitude");
  expect(await rowsOf(renamed)).toEqual([{ ...rows[0], stop: { latitude: 1.5, lon: 2.5 } }]);
  expect(await rowsOf(await readSnapshot(store, "", { version: 1 }))).toEqual(rows.slice(0, 1));
});

test("a table that maps by id is read by the files' field ids, whatever its schema calls them", async () => {
  const base = await make("name");
  const written = committed(await appendFiles(store, "", base, await writeRows(store, "", base, rows)));
  const other = JSON.stringify({ type: "struct", fields: fields("lat") }).replaceAll("p-lat", "elsewhere").replaceAll('"p-legs"', '"other"').replaceAll('"p-km"', '"x"');
  const metaData = { ...written.metadata, schemaString: other, configuration: { "delta.columnMapping.mode": "id", "delta.columnMapping.maxColumnId": "10" } };
  await store.putIfAbsent("_delta_log/00000000000000000002.json", new TextEncoder().encode(JSON.stringify({ metaData })));
  const byId = await readSnapshot(store, "");
  expect(byId.mapping).toBe("id");
  expect(await rowsOf(byId)).toEqual(rows);
});

test("files of a table that maps by id are put together by their field ids, whatever they call their columns, and appended to", async () => {
  const first = await make("name");
  const written = committed(await appendFiles(store, "", first, await writeRows(store, "", first, rows.slice(0, 1))));
  // Other physical names over the same ids, as a table has them that was another format's before.
  const other = written.metadata.schemaString.replaceAll(/"delta.columnMapping.physicalName":"([^"]*)"/g, '"delta.columnMapping.physicalName":"new-$1"');
  const metaData = { ...written.metadata, schemaString: other, configuration: { "delta.columnMapping.mode": "id", "delta.columnMapping.maxColumnId": "10" } };
  const named = ({ partitionValues, ...add }: AddFile) => ({ ...add, partitionValues: { "new-p-day": partitionValues["p-day"] } });
  const [old] = [...written.files];
  if (old === undefined) throw new Error("no file");
  await store.putIfAbsent("_delta_log/00000000000000000002.json", new TextEncoder().encode([{ metaData }, { remove: { path: old.path, dataChange: false } }, { add: { ...named(old), path: old.path } }].map((action) => JSON.stringify(action)).join("\n")));
  const byId = await readSnapshot(store, "");
  const more = committed(await appendFiles(store, "", byId, await writeRows(store, "", byId, [{ ...rows[0], id: 3n }])));
  const both = [rows[0], { ...rows[0], id: 3n }];
  expect(await rowsOf(more)).toEqual(both);
  const { snapshot } = await compact(store, "", more, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
  expect(snapshot.files).toHaveLength(1);
  expect(await rowsOf(snapshot)).toEqual(both);
});

test("a file without field ids in a table that maps by id is refused", async () => {
  const base = await make("id");
  await engine.control.run(`COPY (SELECT 1::BIGINT AS city) TO '${path.join(directory, "tmp.parquet")}' (FORMAT parquet)`);
  await store.putIfAbsent("a.parquet", await readFile(path.join(directory, "tmp.parquet")));
  await store.putIfAbsent("_delta_log/00000000000000000001.json", new TextEncoder().encode(JSON.stringify({ add: { path: "a.parquet", partitionValues: { "p-day": null }, size: 1, modificationTime: 1, dataChange: true } })));
  const snapshot = await readSnapshot(store, "", undefined, base);
  await expect(snapshotSql(engine, await readable(store, "", snapshot))).rejects.toMatchObject({ code: "FILE_INVALID", message: expect.stringContaining("a.parquet has no field ids") as string });
});

test("the mode means nothing where the protocol does not enable it, and a field without physical name is damage", async () => {
  const schemaString = JSON.stringify({ type: "struct", fields: [{ name: "id", type: "long", nullable: true, metadata: { "delta.columnMapping.id": 1 } }] });
  const actions = (minReaderVersion: number) => [
    { protocol: { minReaderVersion, minWriterVersion: 5 } },
    { metaData: { id: "t", format: { provider: "parquet", options: {} }, schemaString, partitionColumns: [], configuration: { "delta.columnMapping.mode": "name" } } },
  ].map((action) => JSON.stringify(action)).join("\n");
  await store.putIfAbsent("a/_delta_log/00000000000000000000.json", new TextEncoder().encode(actions(1)));
  expect(await readSnapshot(store, "a")).toMatchObject({ mapping: "none", physical: [{ name: "id" }] });
  await store.putIfAbsent("b/_delta_log/00000000000000000000.json", new TextEncoder().encode(actions(2)));
  await expect(readSnapshot(store, "b")).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: 'The schema maps its columns, and its field "id" has no physical name.' });
});
