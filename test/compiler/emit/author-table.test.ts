/** A table printed as its author's file is the same table when the compiler reads it again: every stored table and view of the golden folders and of the demonstration. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { authorDatabase, className } from "../../../compiler/emit/author-database.ts";
import { authorTable } from "../../../compiler/emit/author-table.ts";
import { extract } from "../../../compiler/extract/extract.ts";
import type { Catalog, Table } from "../../../compiler/ir/catalog.ts";
import { allTables, fullName, snakeCase } from "../../../compiler/ir/names.ts";
import { extractFiles } from "../written-project.ts";

const repository = path.join(import.meta.dirname, "../../..");
const golden = path.join(repository, "test/golden");
const projects = [repository, ...readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => path.join(golden, name))];

/** Where something stands is another matter than what it is. */
function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === "place" || key === "spans" ? undefined : part)));
}

function printed(catalog: Catalog): readonly Table[] {
  return allTables(catalog).filter(({ source }) => source.kind !== "rows" && source.kind !== "sql" && (source.kind !== "view" || source.declared));
}

test("what is printed of a table is read as that table, without a word of complaint", () => {
  let count = 0;
  for (const project of projects) {
    const { catalog } = extract({ project, catalogDir: path.join(project, "catalog") });
    const tables = printed(catalog);
    const files = Object.fromEntries([
      ...catalog.databases.map((database) => [`catalog/${database.name}/database.ts`, authorDatabase(database)]),
      ...tables.map((table) => [table.place.file, authorTable(table, { catalog })]),
    ]);
    const again = extractFiles(files);
    expect(again.diagnostics, project).toEqual([]);
    const known = new Map(allTables(again.catalog).map((table) => [fullName(table), table]));
    for (const table of tables) expect(withoutPlaces(known.get(fullName(table))), Object.values(files).join("\n")).toEqual(withoutPlaces(table));
    count += tables.length;
  }
  expect(count).toBeGreaterThanOrEqual(18);
});

test.each([["trips", "Trips"], ["trip_events", "TripEvents"], ["t_2024", "T_2024"], ["a__b", "A__b"], ["day", "day"], ["x_", "X_"], ["record", "record"], ["v2_rows", "V2Rows"]])("the class of %s is %s", (name, symbol) => {
  expect(className(name)).toBe(symbol);
  expect(snakeCase(symbol)).toBe(name);
});
