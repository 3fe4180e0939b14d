/** Every snippet of the site for the demonstration catalog, run as it stands: beside the generated client, a lake at ./lake and a server. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Snippet } from "../../../compiler/emit/site-snippets.ts";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import { functions } from "../../../generated/functions/index.js";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { openServer } from "../../../runtime/server/server.ts";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "../../..");
const catalog = JSON.parse(readFileSync(path.join(root, "generated/catalog.json"), "utf8")) as Catalog;
const tables = catalog.databases.flatMap(({ name }) => {
  const site = JSON.parse(readFileSync(path.join(root, `generated/site/tables/${name}.json`), "utf8")) as { tables: { database: string; name: string; snippets: Snippet[] }[] };
  return site.tables.map((table) => ({ name: `${table.database}.${table.name}`, snippets: table.snippets }));
});

/** How many rows each table's first page holds; the lake has one departure, from SFO to LAX, and one that was told. */
const rows: { readonly [table: string]: number } = {
  "demo.part": 10, "demo.supplier": 5, "flights.airports": 10, "flights.busiest_routes": 1, "flights.daily_delays": 1, "flights.departures": 1, "flights.lateness": 0, "flights.live": 1,
};

let folder: string;
let lake: Lake;
let server: { url: string; close(): Promise<void> };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "neuralake-snippets-"));
  symlinkSync(path.join(root, "generated"), path.join(folder, "generated"));
  lake = await openLake({ catalog, root: path.join(folder, "lake"), project: root, functions });
  await lake.create("flights.departures");
  await lake.append("flights.departures", [{ date: Temporal.PlainDateTime.from("2001-01-01T08:00"), delay: 5n, distance: 337n, origin: "SFO", destination: "LAX" }]);
  await lake.create("flights.live");
  await lake.append("flights.live", [{ flight_number: 1n, told_at: Temporal.Instant.from("2026-08-01T12:00:00Z"), date: Temporal.PlainDateTime.from("2001-01-01T08:00"), delay: 5n, distance: 337n, origin: "SFO", destination: "LAX" }]);
  server = await openServer({ lake, openapi: {}, host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await lake.close();
  rmSync(folder, { recursive: true });
});

function snippet(table: { readonly snippets: readonly Snippet[] }, id: Snippet["id"]): string {
  return (table.snippets.find((known) => known.id === id)?.code ?? "").replace("http://localhost:8080", server.url);
}

test.each(["typescript", "http"] as const)("the %s snippet of every table prints its rows", async (id) => {
  const files = tables.map((table, index) => {
    const file = `${id}-${index}.ts`;
    writeFileSync(path.join(folder, file), snippet(table, id));
    return file;
  });
  const driver = `const print = console.log;\nconst lengths = [];\nconsole.log = (rows) => lengths.push(rows.length);\nfor (const file of ${JSON.stringify(files)}) await import(\`./\${file}\`);\nprint(JSON.stringify(lengths));\n`;
  writeFileSync(path.join(folder, `${id}.mjs`), driver);
  const { stdout } = await run(process.execPath, ["-C", "source", `${id}.mjs`], { cwd: folder });
  expect(Object.fromEntries(tables.map((table, index) => [table.name, (JSON.parse(stdout) as number[])[index]]))).toEqual(rows);
});

test.each(tables)("the SQL snippet of $name gives its rows", async (table) => {
  const result = await lake.query({ sql: snippet(table, "sql") });
  let count = 0;
  for await (const batch of result.batches) count += batch.numRows;
  expect(count).toBe(rows[table.name]);
});

test.each(tables)("the curl snippet of $name prints its rows as JSON", async (table) => {
  const { stdout } = await run("sh", ["-c", snippet(table, "curl")]);
  expect(JSON.parse(stdout)).toHaveLength(rows[table.name] ?? -1);
});
