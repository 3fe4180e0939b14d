import { cp, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Lake } from "../../../runtime/lake.ts";
import { catalogOf, column, newDirectory, table, template } from "../query/fixture.ts";
import { a, b, kept, openViews, rowTexts, viewCatalog, views } from "./refresh-views.ts";

let directory: string;
const open: Lake[] = [];
beforeEach(async () => {
  directory = await newDirectory();
});
afterEach(async () => {
  for (const lake of open.splice(0)) await lake.close();
  await rm(directory, { recursive: true });
});

async function lakeOf(...names: readonly string[]): Promise<Lake> {
  const lake = await openViews(directory, viewCatalog(Object.fromEntries(names.map((name) => [name, views[name]!]))));
  open.push(lake);
  for (const { table: name, exists, kind } of await lake.states()) if (!exists && kind !== "view") await lake.create(name);
  return lake;
}

const row = (id: number, k: string | null, n: number | null = 10): { readonly id: bigint; readonly k: string | null; readonly n: number | null; readonly x: null; readonly d: string } => ({ id: BigInt(id), k, n, x: null, d: "1.50" });
const dataFiles = async (name: string): Promise<readonly string[]> => (await readdir(path.join(directory, "lake", name))).filter((file) => file.endsWith(".parquet"));

test("a view has no rows before it is refreshed, then those of its query, and nothing is written while nothing changes", async () => {
  const lake = await lakeOf("sums");
  await expect(rowTexts(lake, "SELECT * FROM m.sums")).rejects.toMatchObject({ code: "TABLE_NOT_REFRESHED", message: "m.sums was never refreshed, so it has no rows yet.", hint: "Run `neuralake refresh m.sums`." });
  await lake.append("d.a", [row(1, "x"), row(2, "x", 5), row(3, null)]);
  expect(await lake.refreshed("m.sums")).toEqual({ rows: "none", refreshed: null });
  expect(await lake.refresh("m.sums", { check: true })).toMatchObject({ mode: "full", version: 0, rows: null });
  expect(await lake.refresh("m.sums")).toMatchObject({ table: "m.sums", mode: "full", why: "it was never refreshed", version: 1, rows: 2, filesRead: 1, sources: { "d.a": 1 } });
  expect(await rowTexts(lake, "SELECT k, c, s FROM m.sums")).toEqual(['{"k":"x","c":2,"s":15}', '{"k":null,"c":1,"s":10}']);
  expect(await lake.refreshed("m.sums")).toEqual({ rows: "current", refreshed: expect.any(Number) });
  await lake.upkeep.compact("d.a");
  expect(await lake.refresh("m.sums")).toMatchObject({ mode: "none", version: 1, rows: 0, filesRead: 0 });
  expect((await lake.history("m.sums")).map(({ operation, operationParameters }) => [operation, operationParameters?.["mode"]])).toEqual([["REFRESH", "Overwrite"], ["CREATE TABLE", undefined]]);
  expect(await lake.versions(["m.sums"])).toMatchObject([{ table: "m.sums", version: 1 }]);
  await expect(rowTexts(lake, "SELECT * FROM m.sums AT (VERSION => 0)")).rejects.toMatchObject({ code: "TABLE_NOT_REFRESHED" });
  expect(await lake.refresh("m.sums", { full: true })).toMatchObject({ mode: "full", why: "it was asked for", version: 2, rows: 2 });
});

test("only files with new rows are read: those of old ones may be gone from the disk", async () => {
  const lake = await lakeOf("picked", "sums", "joined");
  await lake.append("d.b", [{ k: "x", w: 7 }]);
  for (let id = 1; id <= 3; id += 1) await lake.append("d.a", [row(id, "x")]);
  for (const name of lake.materialized) await lake.refresh(name);
  const old = await dataFiles("d/a");
  await lake.append("d.a", [row(4, "x"), row(5, "y")]);
  const [added = ""] = (await dataFiles("d/a")).filter((file) => !old.includes(file));
  for (const file of old) await rm(path.join(directory, "lake/d/a", file));
  const { size } = await stat(path.join(directory, "lake/d/a", added));
  for (const name of ["m.picked", "m.sums"]) expect(await lake.refresh(name)).toMatchObject({ mode: "incremental", why: "d.a has new rows and no other change", rows: 2, filesRead: 1, bytesRead: size });
  // The table that it joins with is read whole, and stayed.
  expect(await lake.refresh("m.joined")).toMatchObject({ mode: "incremental", rows: 2, filesRead: 2, sources: { "d.a": 4, "d.b": 1 } });
  expect(await rowTexts(lake, "SELECT id FROM m.picked")).toEqual(['{"id":1}', '{"id":2}', '{"id":3}', '{"id":4}', '{"id":5}']);
  expect(await rowTexts(lake, "SELECT k, c FROM m.sums")).toEqual(['{"k":"x","c":4}', '{"k":"y","c":1}']);
  expect(await rowTexts(lake, "SELECT * FROM m.joined")).toEqual(['{"id":1,"w":7}', '{"id":2,"w":7}', '{"id":3,"w":7}', '{"id":4,"w":7}', '{"id":5,"w":null}']);
});

test("rows of another query are not given for those of this one, and the lake says so to who plans", async () => {
  const before = await lakeOf("picked");
  await before.append("d.a", [row(1, "x"), row(2, null, 1)]);
  await before.refresh("m.picked");
  const catalog = viewCatalog({ picked: { ...views["picked"]!, sql: "SELECT id, k, n FROM d.a WHERE k IS NULL" } });
  const after = await openViews(directory, catalog);
  open.push(after);
  await expect(rowTexts(after, "SELECT * FROM m.picked")).rejects.toMatchObject({ code: "TABLE_NOT_REFRESHED", message: "The rows of m.picked are of another query than the catalog has." });
  expect(await rowTexts(after, "SELECT id FROM m.picked AT (VERSION => 1)")).toEqual(['{"id":1}', '{"id":2}']);
  expect(await after.misfit()).toEqual({ table: "m.picked", text: "m.picked has the rows of another query" });
  expect((await after.kept()).find(({ table: name }) => name === "m.picked")).toMatchObject({ rowsOf: "outdated" });
  expect(await after.rebuild("m.picked")).toMatchObject({ mode: "full", why: "its query is another one now", rows: 1, version: 2 });
  expect([await rowTexts(after, "SELECT * FROM m.picked"), await after.misfit()]).toEqual([['{"id":2,"k":null,"n":1}'], undefined]);
  await expect(rowTexts(before, "SELECT * FROM m.picked")).rejects.toMatchObject({ code: "TABLE_NOT_REFRESHED" });
});

test("a view that it reads is part of its query", async () => {
  const lake = await lakeOf("picked", "through");
  await lake.append("d.a", [row(1, "x")]);
  await lake.refresh("m.through");
  expect(await lake.refresh("m.through")).toMatchObject({ mode: "none" });
  const changed = viewCatalog({ picked: { ...views["picked"]!, sql: "SELECT id, k, n FROM d.a WHERE id > 5" }, through: views["through"]! });
  const after = await openViews(directory, changed);
  open.push(after);
  expect(await after.refresh("m.through")).toMatchObject({ mode: "full", why: "its query is another one now", rows: 0 });
});

test("declared otherwise, it is made anew with its rows in one version: columns, their types and partitions", async () => {
  const lake = await lakeOf("sums");
  await lake.append("d.a", [row(1, "x"), row(2, "y")]);
  await lake.refresh("m.sums");
  const other = { sql: "SELECT k, CAST(count(*) AS VARCHAR) AS c, sum(n) AS n, TIMESTAMP '2026-01-01 00:00:00' AS at FROM d.a GROUP BY k", columns: [column("k", "text"), column("c", "text"), column("n", "int64"), column("at", "local_timestamp")], reads: ["d.a"] };
  const after = await openViews(directory, catalogOf(table("d", "a", { kind: "delta" }, a), kept("sums", other, { partitionBy: ["k"], doc: "By name." })));
  open.push(after);
  await expect(after.refresh("m.sums")).rejects.toMatchObject({ code: "SCHEMA_DIFFERS" });
  expect(await after.rebuild("m.sums")).toMatchObject({ mode: "full", why: "it is declared otherwise now", version: 2, rows: 2 });
  expect(await rowTexts(after, "SELECT k, c, n FROM m.sums")).toEqual(['{"k":"x","c":"1","n":10}', '{"k":"y","c":"1","n":10}']);
  expect((await after.describe("m.sums")).metadata).toMatchObject({ partitionColumns: ["k"], description: "By name." });
  expect(await after.misfit()).toBeUndefined();
  expect(await after.rebuild("m.sums")).toMatchObject({ mode: "none", version: 2 });
  await after.append("d.a", [row(3, "x")]);
  expect(await after.refresh("m.sums")).toMatchObject({ mode: "full", why: "d.a has new rows, and a column is computed of an aggregate" });
});

test("refreshed by many at once, no row comes twice", async () => {
  const lakes = [await lakeOf("picked", "sums"), await lakeOf("picked", "sums"), await lakeOf("picked", "sums"), await lakeOf("picked", "sums")];
  const [first] = lakes as [Lake, ...Lake[]];
  for (let round = 0; round < 2; round += 1) {
    await first.append("d.a", [row(round, "x"), row(round, "y")]);
    const results = await Promise.all(lakes.flatMap((lake) => ["m.picked", "m.sums"].map((name) => lake.refresh(name))));
    expect(results.filter(({ mode }) => mode !== "none")).toHaveLength(2);
    for (const name of ["picked", "sums"]) expect([round, name, await rowTexts(first, `SELECT * FROM m.${name}`)]).toEqual([round, name, await rowTexts(first, `SELECT * FROM now.${name}`)]);
  }
});

test("what logs do not make sure is worked out in full, and said", async () => {
  const lake = await lakeOf("picked");
  const why = async (): Promise<string> => (await lake.refresh("m.picked")).why;
  await lake.append("d.a", [row(1, "x"), row(2, "y")]);
  await lake.refresh("m.picked");
  await lake.append("d.a", [row(3, "x")]);
  await lake.deleteRows("d.a", "id = 1");
  expect(await why()).toBe("d.a had rows changed or removed in version 3");
  await lake.alter("d.a", [{ kind: "set", property: "delta.checkpointInterval", value: "7" }]);
  expect(await why()).toBe("d.a was altered in version 4");
  const otherHand = await openViews(directory, catalogOf(table("m", "picked", { kind: "delta" }, views["picked"]!.columns)));
  open.push(otherHand);
  await otherHand.deleteRows("m.picked", "id = 2");
  expect(await rowTexts(lake, "SELECT id FROM m.picked")).toEqual(['{"id":3}']);
  expect(await why()).toMatch(/^another hand changed its rows in version \d+$/);
  expect(await rowTexts(lake, "SELECT id FROM m.picked")).toEqual(['{"id":2}', '{"id":3}']);
  const old = await dataFiles("d/a");
  await lake.append("d.a", [row(4, "x")]);
  const added = (await dataFiles("d/a")).filter((file) => !old.includes(file));
  await lake.upkeep.compact("d.a");
  for (const file of added) await rm(path.join(directory, "lake/d/a", file));
  expect(await why()).toMatch(/^d\.a no longer has part-.*\.parquet, which was put together with others and vacuumed$/);
  await rm(path.join(directory, "lake/d/a"), { recursive: true });
  await lake.create("d.a");
  expect(await why()).toBe("d.a was made anew");
  expect(await rowTexts(lake, "SELECT id FROM m.picked")).toEqual([]);
});

test("files of other writers are new rows once: such as do not say whether they change any, and such as are named twice", async () => {
  const lake = await lakeOf("total");
  await lake.append("d.a", [row(1, "x")]);
  await lake.refresh("m.total");
  const [file = ""] = await dataFiles("d/a");
  const folder = path.join(directory, "lake/d/a");
  const { size } = await stat(path.join(folder, file));
  const add = async (version: number, name: string, dataChange?: boolean): Promise<void> => {
    await cp(path.join(folder, file), path.join(folder, name));
    await writeFile(path.join(folder, `_delta_log/${String(version).padStart(20, "0")}.json`), JSON.stringify({ add: { path: name, partitionValues: {}, size, modificationTime: 0, dataChange } }));
  };
  const refreshed = async (): Promise<unknown> => [(await lake.refresh("m.total")).mode, await rowTexts(lake, "SELECT c FROM m.total")];
  await add(2, "silent.parquet");
  expect(await refreshed()).toEqual(["incremental", ['{"c":2}']]);
  for (const version of [3, 4]) await add(version, "twice.parquet", true);
  expect(await refreshed()).toEqual(["incremental", ['{"c":3}']]);
});

test("a sum that new rows alone cannot have is worked out of all", async () => {
  const small = { sql: "SELECT sum(n) AS n FROM d.a", columns: [column("n", "int8")], reads: ["d.a"] };
  const lake = await openViews(directory, catalogOf(table("d", "a", { kind: "delta" }, a), kept("small", small)));
  open.push(lake);
  for (const name of ["d.a", "m.small"]) await lake.create(name);
  await lake.append("d.a", [row(1, "x", -100)]);
  await lake.refresh("m.small");
  await lake.append("d.a", [row(2, "x", 200)]);
  expect(await lake.refresh("m.small")).toMatchObject({ mode: "full", why: expect.stringMatching(/^new rows alone give no value: /), rows: 1 });
  expect(await rowTexts(lake, "SELECT * FROM m.small")).toEqual(['{"n":100}']);
  await lake.append("d.a", [row(3, "x", 100)]);
  await expect(lake.refresh("m.small")).rejects.toMatchObject({ code: "SQL_INVALID" });
  expect([await rowTexts(lake, "SELECT * FROM m.small"), (await dataFiles("m/small")).length]).toEqual([['{"n":100}'], 2]);
});

test("what speaks of the time, or of what has no versions, is worked out in full each time", async () => {
  const rowsOf = { kind: "rows", module: "d.js", name: "r", parameters: [] } as const;
  const catalog = catalogOf(
    table("d", "a", { kind: "delta" }, a), table("d", "r", rowsOf, [column("id", "int64")]),
    kept("late", { sql: "SELECT id FROM d.a WHERE now() > TIMESTAMPTZ '2000-01-01'", columns: [column("id", "int64")], reads: ["d.a"] }),
    kept("made", { sql: "SELECT id FROM d.r", columns: [column("id", "int64")], reads: ["d.r"] }),
    kept("old", { sql: "SELECT id FROM d.a AT (VERSION => 0)", columns: [column("id", "int64")], reads: ["d.a"] }),
  );
  const { openLake } = await import("../../../runtime/lake.ts");
  const lake = await openLake({ catalog, root: `${directory}/lake`, project: directory, functions: { "d.r": () => [{ id: 1n }] } });
  open.push(lake);
  for (const name of ["d.a", "m.late", "m.made", "m.old"]) await lake.create(name);
  const whys = [];
  for (const name of ["m.late", "m.made", "m.old"]) whys.push((await lake.refresh(name)).mode, (await lake.refresh(name)).why);
  expect(whys).toEqual(["full", "it speaks of the time or of chance", "full", "d.r has no versions", "full", "it reads d.a as of a version or a time"]);
  expect(await rowTexts(lake, "SELECT * FROM m.made")).toEqual(['{"id":1}']);
});

test("it is read like any table, and written by its refresh alone", async () => {
  const lake = await lakeOf("picked");
  const refused = { code: "TABLE_NOT_WRITABLE", message: "m.picked is a materialized view: its rows are what its query gives.", hint: "Change the tables it reads, then run `neuralake refresh m.picked`." };
  await expect(lake.append("m.picked", [])).rejects.toMatchObject(refused);
  await expect(lake.load("m.picked", "rows.csv")).rejects.toMatchObject(refused);
  await expect(lake.overwrite("m.picked", ["rows.csv"])).rejects.toMatchObject(refused);
  await expect(lake.deleteRows("m.picked", "true")).rejects.toMatchObject(refused);
  await expect(lake.updateRows("m.picked", [{ column: "n", sql: "1" }], "true")).rejects.toMatchObject(refused);
  await expect(lake.mergeRows("m.picked", { rows: [] }, { on: ["id"] })).rejects.toMatchObject(refused);
  await expect(lake.eraseRows("m.picked", "true", { allowShort: true })).rejects.toMatchObject(refused);
  await expect(lake.alter("m.picked", [])).rejects.toMatchObject(refused);
  await expect(lake.upkeep.restore("m.picked", { version: 0 })).rejects.toMatchObject(refused);
  await expect(lake.refresh("d.a")).rejects.toMatchObject({ code: "TABLE_NOT_REFRESHABLE" });
  expect(lake.upkeep.tables).toContain("m.picked");
  expect((await lake.states()).find(({ table: name }) => name === "m.picked")).toMatchObject({ kind: "materialized", exists: true, version: 0, rows: 0 });
});

test("what Spark works out is refused by name, and left empty for it where it is declared otherwise", async () => {
  const source = { kind: "materialized", sql: template("SELECT id FROM d.a"), declared: true, refresh: "1h", engine: "spark", reads: ["d.a"] } as const;
  const lake = await openViews(directory, catalogOf(table("d", "a", { kind: "delta" }, a), table("m", "far", source, [column("id", "int64")])));
  open.push(lake);
  for (const name of ["d.a", "m.far"]) await lake.create(name);
  await expect(lake.refresh("m.far")).rejects.toMatchObject({ code: "ENGINE_MISSING" });
  await expect(rowTexts(lake, "SELECT * FROM m.far")).rejects.toMatchObject({ code: "TABLE_NOT_REFRESHED", hint: "Spark works them out." });
  const after = await openViews(directory, catalogOf(table("d", "b", { kind: "delta" }, b), table("m", "far", { ...source, sql: template("SELECT w FROM d.b"), reads: ["d.b"] }, [column("w", "int32")])));
  open.push(after);
  expect(await after.rebuild("m.far")).toMatchObject({ version: 1, rows: 0 });
  expect([await after.misfit({ first: "m.far" }), (await after.describe("m.far")).rows]).toEqual([{ table: "d.b", text: "d.b was not created yet" }, 0]);
});
