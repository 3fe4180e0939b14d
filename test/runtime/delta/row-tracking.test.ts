/** Tables that number their rows: ids are given once, whatever comes first, and stay with a row through every rewriting. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonValue } from "../../../compiler/ir/catalog.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { evolve } from "../../../runtime/delta/commit/evolution.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { inlineVector } from "./roaring-writer.ts";
import { committed } from "./rides.ts";

let table: BuiltTable;

beforeEach(async () => {
  table = await buildTable();
});

afterEach(async () => {
  await table.close();
});

const idColumn = "_row-id-col-1";
const versionColumn = "_row-commit-version-col-1";
const goal = { targetBytes: 1_000_000, filesMin: 2, growing: false };
const fields = [{ name: "id", type: "long" }, { name: "city", type: "string" }];
const configuration = { "delta.enableRowTracking": "true", "delta.rowTracking.materializedRowIdColumnName": idColumn, "delta.rowTracking.materializedRowCommitVersionColumnName": versionColumn };

async function tracked(settings: object = configuration): Promise<Snapshot> {
  await table.commit(0, protocol([], ["rowTracking", "domainMetadata"]), metaData(fields, { configuration: settings }));
  return await table.snapshot();
}

async function append(base: Snapshot, ...ids: readonly number[]): Promise<Snapshot> {
  return committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, ids.map((id) => ({ id: BigInt(id), city: `city ${id}` })))));
}

const marks = ({ domains }: Snapshot): JsonValue => JSON.parse(domains.get("delta.rowTracking")?.configuration ?? "null") as JsonValue;
const numbersOf = ({ files }: Snapshot): unknown => [...files].map(({ baseRowId, defaultRowCommitVersion }) => [baseRowId, defaultRowCommitVersion]);

/** Each row's own id and version, as the protocol has readers tell them: out of the file where it brings them, else by its place. */
async function trackedRows(snapshot: Snapshot): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const { path, baseRowId, defaultRowCommitVersion } of snapshot.files) {
    const file = `read_parquet('${table.directory}/${decodeURIComponent(path)}', file_row_number = true)`;
    const names = (await table.engine.control.runAndReadAll(`DESCRIBE SELECT * FROM ${file}`)).getRows().map(([name]) => name);
    const own = (name: string): string => (names.includes(name) ? `"${name}"` : "NULL");
    const sql = `SELECT id, coalesce(${own(idColumn)}, ${baseRowId} + file_row_number)::BIGINT AS row_id, coalesce(${own(versionColumn)}, ${defaultRowCommitVersion})::BIGINT AS version FROM ${file} ORDER BY id`;
    rows.push(...(await readAll(table.engine, sql, ["id", "row_id", "version"].map((name) => ({ name, type: { kind: "int64" }, nullable: true })))).map((row) => [row["id"], row["row_id"], row["version"]]));
  }
  return rows.toSorted((left, right) => Number((left as bigint[])[0]) - Number((right as bigint[])[0]));
}

describe("an append", () => {
  test("numbers its rows behind all that were numbered before, and says up to where", async () => {
    const second = await append(await append(await tracked(), 1, 2), 3);
    expect(numbersOf(second)).toEqual([[0, 1], [2, 2]]);
    expect(marks(second)).toEqual({ rowIdHighWaterMark: 2 });
    const read = await table.snapshot();
    expect([[...read.files], read.domains]).toEqual([[...second.files], second.domains]);
  });

  test("is numbered anew behind each commit that comes first, and still counts as an append", async () => {
    const base = await tracked();
    await append(base, 1, 2);
    await append(base, 3);
    const last = await append(base, 4, 5);
    expect(last.version).toBe(3);
    expect(numbersOf(last)).toEqual([[0, 1], [2, 2], [3, 3]]);
    expect(marks(last)).toEqual({ rowIdHighWaterMark: 4 });
    expect((await readCommit(table.store, "", 3))[0]?.commitInfo).toMatchObject({ isBlindAppend: true, isolationLevel: "Serializable", tags: { "delta.rowTracking.preserved": "true" } });
  });

  test("goes on where another writer's mark ends, whatever its files say", async () => {
    const base = await tracked();
    await table.commit(1, { domainMetadata: { domain: "delta.rowTracking", configuration: '{"rowIdHighWaterMark":99}', removed: false } });
    expect(numbersOf(await append(base, 1))).toEqual([[100, 2]]);
  });

  test("is numbered too where the table has the feature and promises nothing, and is not while it is suspended", async () => {
    expect(numbersOf(await append(await tracked({}), 1))).toEqual([[0, 1]]);
    await table.commit(2, metaData(fields, { configuration: { "delta.rowTrackingSuspended": "true" } }));
    const after = await append(await table.snapshot(), 2);
    expect(numbersOf(after)).toEqual([[0, 1], [undefined, undefined]]);
    expect(marks(after)).toEqual({ rowIdHighWaterMark: 0 });
  });

  test.each(["{}", "no JSON", '{"rowIdHighWaterMark":-2}', '{"rowIdHighWaterMark":9007199254740993}'])("is refused where the mark is %s", async (configured) => {
    const base = await tracked();
    await table.commit(1, { domainMetadata: { domain: "delta.rowTracking", configuration: configured, removed: false } });
    await expect(append(base, 1)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("row ids") });
  });
});

test("a checkpoint keeps the numbers of files and tombstones", async () => {
  const { snapshot } = await compact(table.store, "", await append(await append(await tracked(), 1, 2), 3), goal, rewriteFiles);
  await writeCheckpoint(table.store, "", snapshot);
  const read = await readSnapshot(table.store, "");
  expect(read.checkpoint).toBe(3);
  expect(numbersOf(read)).toEqual([[3, 3]]);
  expect(marks(read)).toEqual({ rowIdHighWaterMark: 5 });
});

describe("rows that are written into other files", () => {
  test("keep their ids and versions, also where some are deleted, and when it is done twice", async () => {
    let snapshot = await append(await append(await tracked(), 1, 2, 3), 4, 5);
    const [first] = snapshot.files;
    await table.commit(3, { remove: { ...first, dataChange: true } }, { add: { ...first, deletionVector: inlineVector([1]), dataChange: true } });
    snapshot = await append(await table.snapshot(), 6);
    const before = [[1n, 0n, 1n], [3n, 2n, 1n], [4n, 3n, 2n], [5n, 4n, 2n], [6n, 5n, 4n]];
    const once = await compact(table.store, "", snapshot, goal, rewriteFiles);
    expect(once.snapshot.files).toHaveLength(1);
    expect(await trackedRows(once.snapshot)).toEqual(before);
    expect(marks(once.snapshot)).toEqual({ rowIdHighWaterMark: 10 });
    const more = await append(once.snapshot, 7);
    const twice = await compact(table.store, "", more, goal, rewriteFiles);
    expect(twice.snapshot.files).toHaveLength(1);
    expect(await trackedRows(twice.snapshot)).toEqual([...before, [7n, 11n, 6n]]);
    expect((await readCommit(table.store, "", 7)).filter(({ remove }) => remove).map(({ remove }) => [remove?.baseRowId, remove?.defaultRowCommitVersion])).toEqual([[6, 5], [11, 6]]);
    expect((await table.rows()).map((row) => row["id"])).toEqual([1n, 3n, 4n, 5n, 6n, 7n]);
  });

  test("keep their ids where the table maps its columns", async () => {
    const mapped = fields.map((field, k) => ({ ...field, metadata: { "delta.columnMapping.id": k + 1, "delta.columnMapping.physicalName": `col-${k}` } }));
    await table.commit(0, protocol(["columnMapping"], ["columnMapping", "rowTracking", "domainMetadata"]), metaData(mapped, { configuration: { ...configuration, "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "2" } }));
    const { snapshot } = await compact(table.store, "", await append(await append(await table.snapshot(), 1), 2), goal, rewriteFiles);
    expect(snapshot.files).toHaveLength(1);
    const file = `read_parquet('${table.directory}/${[...snapshot.files][0]?.path}')`;
    expect((await table.engine.control.runAndReadAll(`SELECT "col-0", "${idColumn}", "${versionColumn}" FROM ${file} ORDER BY 1`)).getRows()).toEqual([[1n, 0n, 1n], [2n, 1n, 2n]]);
    expect((await table.engine.control.runAndReadAll(`SELECT name, field_id FROM parquet_schema('${table.directory}/${[...snapshot.files][0]?.path}') WHERE num_children IS NULL`)).getRows().slice(0, 2)).toEqual([["col-0", 1n], ["col-1", 2n]]);
    expect((await table.rows()).map((row) => row["city"])).toEqual(["city 1", "city 2"]);
  });

  test("keep their ids and are of the new version when a column is filled", async () => {
    const base = await append(await append(await tracked(), 1), 2);
    const columns = [...base.columns.map((column) => ({ ...column, kept: column.name })), { name: "n", type: { kind: "int32" }, nullable: true, kept: undefined, fill: 7 } as const];
    const outcome = await evolve(table.store, "", base, { columns, description: "", properties: {} }, rewriteFiles, { operation: "ALTER TABLE", parameters: {} });
    if (outcome.kind !== "evolved") throw new Error(outcome.kind);
    expect(await trackedRows(outcome.snapshot)).toEqual([[1n, 0n, 3n], [2n, 1n, 3n]]);
  });

  test("are refused while a file has no numbers that the table promises", async () => {
    await tracked();
    await table.commit(1, await table.add("a.parquet", "SELECT 1::BIGINT AS id, 'x' AS city"), await table.add("b.parquet", "SELECT 2::BIGINT AS id, 'x' AS city"));
    await expect(compact(table.store, "", await table.snapshot(), goal, rewriteFiles)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", place: { file: "a.parquet" } });
  });

  test("are refused in a table that does not name the columns for them", async () => {
    const base = await append(await append(await tracked({ "delta.enableRowTracking": "true" }), 1), 2);
    await expect(compact(table.store, "", base, goal, rewriteFiles)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("copied rows") });
  });
});
