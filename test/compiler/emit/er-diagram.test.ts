/** Diagrams of every golden catalog and of the demonstration, read by Mermaid itself. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import mermaid from "mermaid";
import { describe, expect, test } from "vitest";
import { wholeText } from "../../../compiler/emit/emitted-file.ts";
import type { EmittedFile } from "../../../compiler/emit/emitted-file.ts";
import { emitDiagrams } from "../../../compiler/emit/er-diagram.ts";
import type { Catalog, Column, Table } from "../../../compiler/ir/catalog.ts";
import { fullName } from "../../../compiler/ir/names.ts";

const root = path.join(import.meta.dirname, "../../..");
const place = { file: "catalog/rides/trips.ts", line: 1, column: 1, length: 1 };

interface Entity { readonly attributes: readonly { readonly type: string; readonly name: string; readonly keys: readonly string[]; readonly comment: string }[] }
interface Relation { readonly roleA: string; readonly relSpec: { readonly cardA: string; readonly cardB: string } }
interface Drawn { getEntities(): ReadonlyMap<string, Entity>; getRelationships(): readonly Relation[] }

/** What Mermaid takes a text for. */
async function drawn(text: string): Promise<Drawn> {
  await mermaid.parse(text);
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
  return diagram.db as Drawn;
}

function column(name: string, rest: Partial<Column> = {}): Column {
  return { name, type: { kind: "int64" }, nullable: false, doc: "", place, words: [], rules: [], unique: false, ...rest };
}

function tableOf(name: string, columns: readonly Column[], rest: Partial<Table> = {}): Table {
  return { database: "rides", name, symbol: name, doc: "", place, words: [], tags: [], source: { kind: "delta" }, columns, key: [], partitionBy: [], clusterBy: [], checks: [], ...rest };
}

const textOf = (file: EmittedFile | undefined): string => Buffer.from(wholeText(file?.parts ?? [])).toString();
const catalogOf = (tables: readonly Table[]): Catalog => ({ format: 1, databases: [{ name: "rides", doc: "", tables }] });

const catalogs = ["generated", ...globSync("test/golden/*/generated", { cwd: root })];

test.each(catalogs)("Mermaid finds in the diagrams of %s every table, column and relation", async (folder) => {
  const { databases } = JSON.parse(readFileSync(path.join(root, folder, "catalog.json"), "utf8")) as Catalog;
  expect(globSync("diagrams/*", { cwd: path.join(root, folder) }).toSorted()).toEqual(databases.map(({ name }) => `diagrams/${name}.mmd`));
  for (const { name, tables } of databases) {
    const diagram = await drawn(readFileSync(path.join(root, folder, "diagrams", `${name}.mmd`), "utf8"));
    for (const table of tables) expect([fullName(table), diagram.getEntities().get(fullName(table))?.attributes.map((attribute) => attribute.name)]).toEqual([fullName(table), table.columns.map((each) => each.name)]);
    expect(diagram.getRelationships().map(({ roleA }) => roleA)).toEqual(tables.flatMap((table) => table.columns.flatMap((each) => (each.references === undefined ? [] : [each.name]))));
  }
});

describe("a diagram", () => {
  test("has keys, types of one word, and the author's comments on one line", async () => {
    const [file] = emitDiagrams(catalogOf([tableOf("trips", [
      column("trip_id", { doc: "Ride number,\nnever \"reused\"." }),
      column("fare", { type: { kind: "decimal", precision: 10, scale: 2 }, unique: true, nullable: true }),
      column("driver", { references: { table: "people.drivers", column: "id" }, nullable: true, deprecated: "" }),
      column("stops", { type: { kind: "array", element: { kind: "object", fields: [] }, elementNullable: false } }),
    ], { key: ["trip_id", "driver"] })]));
    expect(textOf(file)).toBe([
      "---", "title: rides", "---", "erDiagram",
      '  "rides.trips" {',
      "    Int64 trip_id PK \"Ride number, never 'reused'.\"",
      '    Decimal(10,2) fare UK "nullable"',
      '    Int64 driver PK, FK "nullable; deprecated"',
      "    object[] stops",
      "  }",
      '  "rides.trips" }o--o| "people.drivers" : "driver"', "",
    ].join("\n"));
    const diagram = await drawn(textOf(file));
    expect([...diagram.getEntities().keys()]).toEqual(["rides.trips", "people.drivers"]);
    expect(diagram.getEntities().get("rides.trips")?.attributes.map(({ type, keys }) => [type, keys ?? []])).toEqual([["Int64", ["PK"]], ["Decimal(10,2)", ["UK"]], ["Int64", ["PK", "FK"]], ["object[]", []]]);
  });

  test("holds names that mean something else to Mermaid, and tables without columns", async () => {
    const names = ["pk", "FK", "uk", "title", "style", "many", "u", "one", "µ", "ß", "名", "_", "𝒳", "a1"];
    const [file] = emitDiagrams(catalogOf([tableOf("many", names.map((name) => column(name))), tableOf("to", []), tableOf("style", [column("a", { references: { table: "rides.to", column: "b" } })])]));
    const entities = (await drawn(textOf(file))).getEntities();
    expect([...entities.keys()]).toEqual(["rides.many", "rides.to", "rides.style"]);
    expect(entities.get("rides.many")?.attributes.map(({ name }) => name)).toEqual(names);
  });

  test("of another text than a diagram Mermaid refuses", async () => {
    await expect(mermaid.parse('erDiagram\n  "a" {\n    Decimal(10, 2) fare\n  }\n')).rejects.toThrow("Parse error");
  });
});
