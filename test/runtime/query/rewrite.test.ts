import { readFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { writeRows } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import type { Rewrite, RewriteColumn, WrittenFile } from "../../../runtime/delta/engine.ts";
import { statisticsText } from "../../../runtime/delta/statistics/statistics.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { extremeColumns, extremeRows } from "../parquet/extremes.ts";
import { spell } from "../parquet/same.ts";
import { newDirectory } from "./fixture.ts";

let directory: string;
let store: Store;
let location: string;
let tables = 0;

beforeAll(async () => {
  directory = await newDirectory();
  store = openFiles(path.join(directory, "lake"));
});
beforeEach(() => {
  location = `t${(tables += 1)}`;
});
afterAll(() => rm(directory, { recursive: true }));

const stored = (columns: readonly NamedType[]): RewriteColumn[] => columns.map((column) => ({ ...column, from: { kind: "stored" } }));
const column = (name: string, type: ColumnType): NamedType => ({ name, type, nullable: true });
const numbers: readonly NamedType[] = [column("n", { kind: "int32" }), column("t", { kind: "text" })];

/** Files of a new table, one for each list of rows. */
async function filesOf(columns: readonly NamedType[], ...lists: readonly (readonly Row[])[]): Promise<WrittenFile[]> {
  const made = await createTable(store, location, { name: "t", description: "", columns, partitionColumns: [] });
  if (made.kind !== "committed") throw new Error("the table is there already");
  const written = await Promise.all(lists.map((rows) => writeRows(store, location, made.snapshot, rows)));
  return written.flat();
}

function rewrite(files: readonly WrittenFile[], columns: readonly RewriteColumn[], more: Partial<Rewrite> = {}): Promise<WrittenFile[]> {
  const inputs = files.map((file) => ({ file: store.locate(`${location}/${file.path}`), size: file.size }));
  return rewriteFiles({ store, location, inputs, partitionValues: {}, columns, targetBytes: 128_000_000, ...more });
}

async function rowsOf(files: readonly WrittenFile[], columns: readonly NamedType[]): Promise<Row[]> {
  const batches = await Promise.all(files.map(async ({ path: name }) => decodeParquet(await readFile(store.locate(`${location}/${name}`)), name)));
  return batches.flat().flatMap((batch) => readRows(columns, batch));
}

const dataFiles = async (): Promise<number> => (await readdir(store.locate(location))).length - 1;

test("the extremes of every type come through as they were, in their order, with their statistics", async () => {
  const files = await filesOf(extremeColumns, extremeRows.slice(0, 3), extremeRows.slice(3));
  const [whole] = await filesOfAgain(extremeRows);
  const written = await rewrite(files, stored(extremeColumns));
  expect(written).toHaveLength(1);
  expect((await rowsOf(written, extremeColumns)).map(spell)).toEqual(extremeRows.map(spell));
  expect(written[0]?.size).toBe((await store.head(`${location}/${written[0]?.path}`))?.size);
  const [ours, encoded] = [written[0], whole].map((file) => JSON.parse(file === undefined ? "" : statisticsText(file.statistics)) as { readonly numRecords: number; readonly minValues: object; readonly maxValues: object });
  expect(ours?.numRecords).toBe(extremeRows.length);
  expect([ours?.minValues, ours?.maxValues]).toEqual([encoded?.minValues, encoded?.maxValues]);
});

/** The same rows in a table of their own, in one file. */
async function filesOfAgain(rows: readonly Row[]): Promise<WrittenFile[]> {
  const place = location;
  location = `${place}-again`;
  const files = await filesOf(extremeColumns, rows);
  location = place;
  return files;
}

test("inputs are put together up to the size that is asked for", async () => {
  const files = await filesOf(numbers, ...Array.from({ length: 6 }, (_, n) => [{ n, t: "x" }]));
  const size = Math.max(...files.map((file) => file.size));
  const written = await rewrite(files, stored(numbers), { targetBytes: size * 2 });
  expect(written.map(({ statistics }) => statistics.numRecords)).toEqual([2, 2, 2]);
  expect((await rowsOf(written, numbers)).map((row) => row["n"])).toEqual([0, 1, 2, 3, 4, 5]);
});

test("a column is widened, and one is added with a value for every row", async () => {
  const files = await filesOf(numbers, [{ n: 7, t: "a" }], [{ n: -7, t: null }]);
  const wide: readonly NamedType[] = [column("n", { kind: "int64" }), column("d", { kind: "decimal", precision: 20, scale: 2 }), column("o", { kind: "object", fields: [column("x", { kind: "int64" })] })];
  const columns = stored(wide).map((one): RewriteColumn => (one.name === "d" ? { ...one, from: { kind: "constant", value: "1.50" } } : one.name === "o" ? { ...one, from: { kind: "constant", value: { x: 3 } } } : one));
  const written = await rewrite(files, columns);
  expect(await rowsOf(written, wide)).toEqual([{ n: 7n, d: "1.50", o: { x: 3n } }, { n: -7n, d: "1.50", o: { x: 3n } }]);
  expect(written[0]?.statistics.minValues).toMatchObject({ n: "-7", d: "1.50", o: { x: "3" } });
});

test("a column that a file lacks is null, and one that is asked for no more is left out", async () => {
  const [file] = await filesOf(numbers, [{ n: 1, t: "a" }]);
  const columns = [column("n", { kind: "int32" }), column("new", { kind: "day" })];
  const written = await rewrite(file === undefined ? [] : [file], stored(columns));
  expect(await rowsOf(written, columns)).toEqual([{ n: 1, new: null }]);
  expect(written[0]?.statistics.nullCount).toEqual({ n: 0, new: 1 });
});

test("files carry the field ids they are asked to, inside columns too", async () => {
  const part = { ...column("x", { kind: "int32" }), fieldId: 6 };
  const other = { ...column("y", { kind: "int32" }), fieldId: 8 };
  const columns = [
    { ...column("n", { kind: "int32" }), fieldId: 4 },
    { ...column("o", { kind: "object", fields: [part] }), fieldId: 5 },
    { ...column("l", { kind: "array", element: { kind: "object", fields: [other] }, elementNullable: true }), fieldId: 7 },
  ];
  const files = await filesOf(columns, [{ n: 1, o: { x: 2 }, l: [{ y: 3 }] }]);
  const [written] = await rewrite(files, stored(columns));
  const engine = await openEngine({ readable: [directory], temporary: directory });
  const reader = await engine.control.runAndReadAll(`SELECT name, field_id::INTEGER FROM parquet_schema('${store.locate(`${location}/${written?.path}`)}') WHERE field_id IS NOT NULL`);
  await engine.close();
  expect(Object.fromEntries(reader.getRows().map(([name, id]) => [String(name), id]))).toEqual({ n: 4, o: 5, x: 6, l: 7, y: 8 });
});

test("an output lies in its partition's directory", async () => {
  const files = await filesOf(numbers, [{ n: 1, t: "a" }]);
  const [written] = await rewrite(files, stored(numbers), { partitionValues: { p: "a b" } });
  expect(written).toMatchObject({ path: expect.stringMatching(/^p=a b\/part-/), partitionValues: { p: "a b" } });
});

describe("leaves nothing behind when", () => {
  test.each<[string, RewriteColumn, string]>([
    ["a value does not fit", { ...column("n", { kind: "int8" }), from: { kind: "stored" } }, "SQL_INVALID"],
    ["the one value for every row does not fit", { ...column("n", { kind: "int8" }), from: { kind: "constant", value: 1_000 } }, "VALUE_INVALID"],
  ])("%s", async (_name, wanted, code) => {
    const files = await filesOf(numbers, [{ n: 1, t: "a" }], [{ n: 1_000, t: "b" }]);
    await expect(rewrite(files, [wanted], { targetBytes: 1 })).rejects.toMatchObject({ code });
    expect(await dataFiles()).toBe(2);
  });

  test("an input is gone", async () => {
    const files = await filesOf(numbers, [{ n: 1, t: "a" }], [{ n: 2, t: "b" }]);
    await rm(store.locate(`${location}/${files[1]?.path}`));
    await expect(rewrite(files, stored(numbers), { targetBytes: 1 })).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await dataFiles()).toBe(1);
  });
});

test("no rows are no file", async () => {
  expect(await rewrite([], stored(numbers))).toEqual([]);
});
