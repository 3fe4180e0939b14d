/** Rows of declared tables are changed under the rules that they were appended under, and whatever stands beside the table sees it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import type { Check } from "../../../compiler/ir/catalog.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { column, deltaTable } from "../governance/table.ts";

const place = { file: "catalog/rides/trips.ts", line: 1, column: 1, length: 1 };
const check = (name: string, text: string, onFail: Check["onFail"]): Check => ({ name, doc: "", onFail, sql: { parts: [text], place }, place });
const trips = deltaTable([
  column("id", { kind: "int64" }), column("at", { kind: "timestamp" }), column("day", { kind: "day" }, { dayOf: "at" }), column("fare", { kind: "int32" }), column("kind", { kind: "enum", values: ["day", "night"] }),
], { database: "rides", name: "trips", partitionBy: ["day"], checks: [check("positive", "fare >= 0", "quarantine"), check("small", "fare < 100", "warn")] });
const catalog = { format: catalogFormat, databases: [{ name: "rides", doc: "", tables: [trips] }] } as const;

let directory: string;
let lake: Lake;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "changes-"));
  lake = await openLake({ catalog, root: path.join(directory, "lake"), project: directory });
  await lake.create("rides.trips");
  await lake.append("rides.trips", [1, 2, 3, 4].map((id) => ({ id: BigInt(id), at: Temporal.Instant.from(`2026-08-0${id}T12:00:00Z`), fare: id * 10, kind: "day" })));
});
afterEach(async () => {
  await lake.close();
  await rm(directory, { recursive: true });
});

async function rows(): Promise<unknown[]> {
  const { columns, batches } = await lake.query({ sql: "SELECT id, day, fare, kind FROM rides.trips ORDER BY id" });
  return (await Array.fromAsync(batches)).flatMap((batch) => readRows(columns, batch)).map(({ id, day, fare, kind }) => [Number(id), String(day), fare, kind]);
}

test("an update is judged by the declared rules, and days follow their times", async () => {
  const done = await lake.updateRows("rides.trips", [{ column: "at", sql: '"at" + INTERVAL 10 DAY' }, { column: "fare", sql: "fare * 5" }], "id IN (1, 2)");
  expect(done).toMatchObject({ table: "rides.trips", version: 2, updated: 2 });
  expect(await rows()).toEqual([[1, "2026-08-11", 50, "day"], [2, "2026-08-12", 100, "day"], [3, "2026-08-03", 30, "day"], [4, "2026-08-04", 40, "day"]]);
  const set = (columnName: string, sql: string): Promise<unknown> => lake.updateRows("RIDES.trips", [{ column: columnName, sql }], "id = 3");
  await expect(set("fare", "-1")).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("positive") });
  await expect(set("kind", "'noon'")).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("day, night") });
  await expect(set("day", "DATE '2020-01-01'")).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("is not the day of at") });
  expect((await lake.describe("rides.trips")).version).toBe(2);
});

test("a deletion is seen by the next query and append of the lake that made it, and told where nothing was found", async () => {
  expect(await lake.deleteRows("rides.trips", "day >= DATE '2026-08-03'")).toEqual({ table: "rides.trips", version: 2, deleted: 2, filesRead: 0, filesRemoved: 2, filesAdded: 0, vectorsAdded: 0 });
  await lake.append("rides.trips", [{ id: 9n, at: Temporal.Instant.from("2026-08-09T12:00:00Z"), fare: 9, kind: "night" }]);
  expect(await rows()).toEqual([[1, "2026-08-01", 10, "day"], [2, "2026-08-02", 20, "day"], [9, "2026-08-09", 9, "night"]]);
  expect(await lake.deleteRows("rides.trips", "id = 77")).toMatchObject({ version: 3, deleted: 0, filesRemoved: 0 });
  await expect(lake.deleteRows("rides.nothing", "true")).rejects.toMatchObject({ code: "TABLE_NOT_FOUND" });
});

test("an overwrite is judged as a load is: rows that fail a check are set aside, and a rule refuses all", async () => {
  const file = path.join(directory, "trips.csv");
  await writeFile(file, "id,at,fare,kind\n10,2026-08-03T01:00:00Z,1,night\n11,2026-08-03T02:00:00Z,-1,night\n");
  const done = await lake.overwrite("rides.trips", [file], { where: "day = DATE '2026-08-03'" });
  expect(done).toMatchObject({ table: "rides.trips", version: 2, deleted: 1, files: [{ kept: 1, quarantined: 1 }] });
  expect(await rows()).toEqual([[1, "2026-08-01", 10, "day"], [2, "2026-08-02", 20, "day"], [4, "2026-08-04", 40, "day"], [10, "2026-08-03", 1, "night"]]);
  const bad = path.join(directory, "bad.csv");
  await writeFile(bad, "id,at,fare,kind\n12,2026-08-03T01:00:00Z,1,noon\n");
  await expect(lake.overwrite("rides.trips", [file, bad])).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("noon") });
  await expect(lake.overwrite("rides.trips", [file], { where: "id > 100" })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("id > 100") });
  expect((await lake.describe("rides.trips")).version).toBe(2);
  // What the file brought is in the table, so that adding it again is skipped.
  expect(await lake.load("rides.trips", file)).toMatchObject({ skipped: true });
  expect((await lake.verify("rides.trips")).findings).toEqual([]);
});

test("a merge asks of new and inserted rows what appended ones are asked, and refuses where one fails a check", async () => {
  const file = path.join(directory, "trips.csv");
  await writeFile(file, "id,at,fare,kind,op\n1,2026-08-11T12:00:00Z,500,night,u\n9,2026-08-09T12:00:00Z,9,day,u\n2,,,,d\n");
  const done = await lake.mergeFiles("rides.trips", [file], { on: ["id"], matched: [{ if: "source.op = 'd'", delete: true }, { update: "all" }], notMatched: [{ insert: "all" }] });
  expect(done).toMatchObject({ table: "rides.trips", version: 2, inserted: 1, updated: 1, deleted: 1 });
  expect(await rows()).toEqual([[1, "2026-08-11", 500, "night"], [3, "2026-08-03", 30, "day"], [4, "2026-08-04", 40, "day"], [9, "2026-08-09", 9, "day"]]);
  const refusals: readonly (readonly [string, string])[] = [["3,2026-08-03T12:00:00Z,-1,day", "positive"], ["10,2026-08-03T12:00:00Z,-1,day", "positive"], ["10,,1,day", "never null"], ["10,2026-08-03T12:00:00Z,1,noon", "noon"], ["x,,,", "trips.csv line 2"]];
  for (const [line, message] of refusals) {
    await writeFile(file, `id,at,fare,kind\n${line}\n`);
    await expect(lake.mergeFiles("rides.trips", [file], { on: ["id"] }), line).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining(message) });
  }
  const parquet = path.join(directory, "kinds.parquet");
  await writeFile(parquet, encodeParquet(buildBatch([{ name: "key", type: { kind: "int32" }, nullable: true }, { name: "to", type: { kind: "text" }, nullable: true }], [{ key: 4, to: "night" }, { key: 5, to: "day" }])));
  const kinds = { on: "target.id = source.key", matched: [{ update: { kind: "source.to" } }] } as const;
  expect(await lake.mergeParquet("rides.trips", parquet, kinds)).toMatchObject({ version: 3, inserted: 0, updated: 1, filesRead: 1 });
  expect(await rows()).toContainEqual([4, "2026-08-04", 40, "night"]);
  expect((await lake.verify("rides.trips")).findings).toEqual([]);
});
