/** Rows changed by the engine: which files come out of which, in which order, and that nothing is left of what fails or is stopped. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RowChange, RowCondition } from "../../../runtime/delta/engine.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { buildTable } from "../delta/log-builder.ts";
import type { BuiltTable } from "../delta/log-builder.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const megabyte = 1024 ** 2;
const condition: RowCondition = { sql: "id % 3 = 0", columns: ["id"], tests: [], exact: false };
const columns = [{ name: "id", type: { kind: "int64" }, nullable: true }] as const;

/** A change of files of three rows each; their sizes in megabytes, as it is told, and their partitions. */
async function changeOf(inputs: readonly (readonly [number, string])[], more: Partial<RowChange> = {}): Promise<RowChange> {
  const files = await Promise.all(inputs.map(async ([size, part], k) => {
    await table.add(`${k}.parquet`, `SELECT i + ${k * 3} AS id FROM range(3) t(i)`);
    return { file: `${table.directory}/${k}.parquet`, size: size * megabyte, partitionValues: { part } };
  }));
  return { store: table.store, location: "", table: { columns: [...columns, { name: "part", type: { kind: "text" }, nullable: true }], partitionColumns: ["part"] }, inputs: files, condition, rest: "copied", changes: false, targetBytes: 128 * megabyte, ...more };
}

const idsIn = async (file: string): Promise<readonly number[]> => (await table.engine.control.runAndReadAll(`SELECT id FROM read_parquet('${table.directory}/${file}', hive_partitioning = false)`)).getRows().map(([id]) => Number(id));
const names = async (): Promise<readonly string[]> => (await Array.fromAsync(table.store.list("", { recursive: true }))).map(({ path }) => path);

test("files are put together as evenly as they are written side by side, and none into one of another partition", async () => {
  for (const [inputs, expected] of [
    [[[40, "a"], [40, "a"], [40, "a"], [40, "a"]], [[1, 2, 4, 5], [7, 8, 10, 11]]],
    [[[9, "a"], [9, "a"], [9, "a"]], [[1, 2, 4, 5, 7, 8]]],
    [[[1, "a"], [1, "b"], [1, "a"]], [[1, 2, 7, 8], [4, 5]]],
    [[[300, "a"], [1, "a"]], [[1, 2], [4, 5]]],
  ] as const) {
    const { files, changes } = await changeRows(await changeOf(inputs));
    expect(await Promise.all(files.map(async ({ path }) => await idsIn(path)))).toEqual(expected);
    expect(changes).toEqual([]);
    expect(files.map(({ statistics }) => statistics.numRecords)).toEqual(expected.map((ids) => ids.length));
  }
});

test("a file that none of its rows is left of is not written, and the changes stand in files of each partition", async () => {
  const { files, changes } = await changeRows(await changeOf([[1, "a"], [1, "b"]], { condition: { ...condition, sql: "id < 4" }, changes: true }));
  expect([files.map(({ partitionValues, statistics }) => [partitionValues, statistics.numRecords]), changes.map(({ partitionValues, rows }) => [partitionValues, rows])]).toEqual([[[{ part: "b" }, 2]], [[{ part: "a" }, 3], [{ part: "b" }, 1]]]);
});

test("a few rows of a thousand columns are changed in the memory that there is", async () => {
  const wide = Array.from({ length: 1_000 }, (_, k) => ({ name: `c${k}`, type: { kind: k % 2 === 0 ? "int64" : "text" }, nullable: true }) as const);
  await table.add("wide.parquet", `SELECT ${wide.map(({ name, type }) => `${type.kind === "text" ? "'t' || i" : "i"} AS ${name}`).join(", ")} FROM range(20) t(i)`);
  const inputs = [{ file: `${table.directory}/wide.parquet`, size: megabyte, partitionValues: {} }];
  const change = await changeOf([], { table: { columns: wide, partitionColumns: [] }, inputs, condition: { ...condition, sql: "c0 < 5", columns: ["c0"] }, changes: true });
  const { files, changes } = await changeRows(change);
  expect([files.map(({ statistics }) => statistics.numRecords), changes.map(({ rows }) => rows)]).toEqual([[15], [5]]);
}, 60_000);

test("where one of many fails the others are stopped, and no file is left", async () => {
  const change = await changeOf(Array.from({ length: 20 }, (_, k) => [1, `${k}`] as const), { condition: { ...condition, sql: "CASE WHEN id = 31 THEN error('no') ELSE false END" } });
  const before = await names();
  await expect(changeRows(change)).rejects.toMatchObject({ code: "SQL_INVALID" });
  expect(await names()).toEqual(before);
});

test("it ends with the reason of its signal, and no file is left", async () => {
  const stop = new AbortController();
  const change = await changeOf([[1, "a"], [1, "b"]], { condition: { ...condition, sql: "(SELECT count(*) FROM range(100000) r, range(1000000) s WHERE r.range + s.range + id = -1) > 0" }, signal: stop.signal });
  const before = await names();
  const changing = changeRows(change);
  await expect.poll(async () => (await Array.fromAsync(table.store.leftovers(""))).length).toBeGreaterThan(0);
  stop.abort(new Error("enough"));
  await expect(changing).rejects.toThrow("enough");
  expect([await names(), await Array.fromAsync(table.store.leftovers(""))]).toEqual([before, []]);
  await expect(changeRows({ ...change, signal: AbortSignal.abort(new Error("never")) })).rejects.toThrow("never");
});
