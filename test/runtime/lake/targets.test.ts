/** A materialized view's folder is written by its refresh alone, whether it is called by its name or by its path, in its project or outside of any. */
import { rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import { openTable } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { catalogOf, newDirectory, table } from "../query/fixture.ts";
import { a, openViews, rowTexts, viewCatalog, views } from "./refresh-views.ts";

let directory: string;
const open: Lake[] = [];
beforeEach(async () => {
  directory = await newDirectory();
  await writeFile(path.join(directory, "rows.csv"), "id,k,n\n9,z,9\n");
});
afterEach(async () => {
  for (const lake of open.splice(0)) await lake.close();
  await rm(directory, { recursive: true });
});

async function lakeOf(catalog: Catalog): Promise<Lake> {
  const lake = await openViews(directory, catalog);
  open.push(lake);
  return lake;
}

const row = { id: 1n, k: "x", n: 10, x: null, d: "1.50" };

/** A lake with the view `m.picked`, refreshed once. */
async function lakeWithView(): Promise<Lake> {
  const lake = await lakeOf(viewCatalog({ picked: views["picked"]! }));
  for (const name of ["d.a", "d.b", "m.picked"]) await lake.create(name);
  await lake.append("d.a", [row]);
  await lake.refresh("m.picked");
  return lake;
}

/** Each way to change rows or schema of a target. */
function changesOf(lake: Lake, target: string): readonly (() => Promise<unknown>)[] {
  const rows = path.join(directory, "rows.csv");
  return [
    () => lake.load(target, rows),
    () => lake.overwrite(target, [rows]),
    () => lake.deleteRows(target, "true"),
    () => lake.updateRows(target, [{ column: "n", sql: "1" }], "true"),
    () => lake.mergeRows(target, { rows: [{ id: 1n }] }, { on: ["id"] }),
    () => lake.mergeFiles(target, [rows], { on: ["id"] }),
    () => lake.eraseRows(target, "true", { allowShort: true }),
    () => lake.alter(target, [{ kind: "comment", text: "Mine." }]),
    () => lake.upkeep.restore(target, { version: 0 }),
    () => lake.upkeep.restore(target, { undo: 1 }),
  ];
}

async function expectRefused(lake: Lake, target: string, refused: object): Promise<void> {
  for (const change of changesOf(lake, target)) await expect(change(), String(change)).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE", ...refused });
}

const byName = { message: "m.picked is a materialized view: its rows are what its query gives.", hint: "Change the tables it reads, then run `neuralake refresh m.picked`." };

test("what changes rows or schema of a view is refused by its path as by its name, also before its first refresh", async () => {
  const lake = await lakeWithView();
  await expectRefused(lake, "m.picked", byName);
  await expectRefused(lake, path.join(directory, "lake/m/picked"), byName);
  const fresh = await lakeOf(viewCatalog({ picked: views["picked"]!, joined: views["joined"]! }));
  await fresh.create("m.joined");
  await expectRefused(fresh, path.join(directory, "lake/m/joined"), { message: "m.joined is a materialized view: its rows are what its query gives." });
  expect([(await lake.describe("m.picked")).version, await rowTexts(lake, "SELECT * FROM m.picked")]).toEqual([1, ['{"id":1,"k":"X","n":11}']]);
});

test("where no catalog tells, the table's own log does", async () => {
  const lake = await lakeWithView();
  const bare = await lakeOf(catalogOf());
  const view = path.join(directory, "lake/m/picked");
  await symlink(view, path.join(directory, "link"));
  const hint = "Change the tables it reads, then run `neuralake refresh m.picked` in its project; or clone it, and change the clone.";
  const refusedAt = (at: string): object => ({ message: `${at} is the materialized view m.picked: its rows are what its query gives.`, hint });
  await expectRefused(bare, view, refusedAt(view));
  await expectRefused(lake, path.join(directory, "link"), refusedAt(path.join(directory, "link")));
  await expect(bare.deleteRows("m.picked", "true")).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE", ...refusedAt(view) });
  await using opened = await openTable(view);
  const refused = { code: "TABLE_NOT_WRITABLE", ...refusedAt(view) };
  await expect(opened.append([{ id: 9n }])).rejects.toMatchObject(refused);
  await expect(opened.delete("true")).rejects.toMatchObject(refused);
  await expect(opened.update({ n: "1" }, "true")).rejects.toMatchObject(refused);
  await expect(opened.merge([{ id: 1n }], { on: ["id"] })).rejects.toMatchObject(refused);
  await expect(opened.alter([{ kind: "comment", text: "Mine." }])).rejects.toMatchObject(refused);
  await expect(opened.erase("true", { allowShort: true })).rejects.toMatchObject(refused);
  expect([await opened.refresh(), (await opened.rows().toArray()).length]).toEqual([1, 1]);
});

test("what leaves the rows as they are is done by path as by name, and a clone is a table of its own", async () => {
  const lake = await lakeWithView();
  const view = path.join(directory, "lake/m/picked");
  for (const target of ["m.picked", view]) {
    expect(await lake.optimize(target)).toMatchObject({ table: target, version: 1 });
    expect(await lake.upkeep.compact(target)).toMatchObject({ table: target, version: 1 });
    expect(await lake.upkeep.vacuum(target)).toMatchObject({ table: target, version: 1 });
    expect(await lake.upkeep.checkpoint(target)).toMatchObject({ table: target, version: 1 });
  }
  const copy = path.join(directory, "copy");
  await lake.upkeep.clone(view, copy);
  expect(await lake.deleteRows(copy, "true")).toMatchObject({ deleted: 1 });
  expect(await lake.refresh("m.picked")).toMatchObject({ mode: "none" });
});

test("a table that was a view and is declared to be written now is written by its path too", async () => {
  await lakeWithView();
  const written = await lakeOf(catalogOf(table("d", "a", { kind: "delta" }, a), table("m", "picked", { kind: "delta" }, views["picked"]!.columns)));
  expect(await written.deleteRows(path.join(directory, "lake/m/picked"), "true")).toMatchObject({ deleted: 1 });
  expect(await written.load("m.picked", path.join(directory, "rows.csv"))).toMatchObject({ kept: 1 });
});
