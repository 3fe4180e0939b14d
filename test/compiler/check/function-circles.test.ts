import { expect, test } from "vitest";
import { functionCircles } from "../../../compiler/check/function-circles.ts";
import { extractFiles, language } from "../written-project.ts";

const files = (first: string, second: string) => ({
  "catalog/demo/seen.ts": `${language}\nimport { Base } from "./base.ts";\n@view() export class Seen { a: Int64; static query(t = columns(Base)) { return sql\`SELECT \${t.a} FROM \${t}\`; } }`,
  "catalog/demo/base.ts": `${language}\n@deltaTable() export class Base { a: Int64; }`,
  "catalog/demo/database.ts": `${language}\nimport type { Lake } from "neuralake";\nimport { Seen } from "./seen.ts";\nimport { Base } from "./base.ts";\nvoid Base;\n@database() export class Demo {\n${first}\n${second}\n}`,
});

test("a function that reads tables of others with the lake it is handed is no circle, and what it reads is in the catalog", () => {
  const { catalog, diagnostics } = extractFiles(files("@table() static async *copied(upTo: Int32, lake: Lake): Rows<{ a: Int64 }> { for await (const row of lake.rows(Seen, { limit: upTo })) yield row; }", ""));
  expect(diagnostics).toEqual([]);
  expect(functionCircles(catalog)).toEqual([]);
  expect(catalog.databases[0]?.tables.find(({ name }) => name === "copied")?.source).toMatchObject({ kind: "rows", lake: 1, reads: ["demo.seen"], parameters: [{ name: "upTo" }] });
});

test("a function whose rows its own rows would be made of is told with the way round", () => {
  const { catalog } = extractFiles(files("@table() static async *copied(lake: Lake): Rows<{ a: Int64 }> { yield* lake.rows(Seen); }", ""));
  const [database] = catalog.databases;
  const tables = database?.tables.map((table) => (table.name === "seen" && table.source.kind === "view" ? { ...table, source: { ...table.source, reads: ["demo.copied"] } } : table)) ?? [];
  expect(functionCircles({ ...catalog, databases: [{ name: "demo", doc: "", ...database, tables }] }).map(({ code, message }) => [code, message])).toEqual([
    ["NL2057", "The rows of demo.copied would be made of themselves: demo.copied reads demo.seen reads demo.copied."],
  ]);
});
