/** A catalog as the compiler hands it to the site, with everything a page must bear: long names, hostile text, personal data, a thousand columns. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { DatabaseEntry, Facts, SiteColumn, SiteTable, TableFacts } from "../../site/src/data.ts";

export const longName = `a_name_of_${"very_".repeat(21)}long`.padEnd(120, "_x");
export const hostileText = `Holds <script>window.hurt = true</script>, "quotes" & <b>marks</b>.`;

function column(name: string, type: string, rest: Partial<SiteColumn> = {}): SiteColumn {
  return { name, type, nullable: false, doc: "", key: false, partition: false, unique: false, rules: [], ...rest };
}

function table(database: string, name: string, rest: Partial<SiteTable> = {}): SiteTable {
  const full = `${database}.${name}`;
  return {
    database, name, kind: "delta", doc: `Words about ${name}.`, tags: [], file: `catalog/${database}/${name}.ts`, line: 3, columns: [column("id", "Int64", { key: true })],
    parameters: [], checks: [], source: { kind: "delta", text: `Delta table at ${database}/${name} in the lake` }, reads: [], readBy: [],
    snippets: [
      { id: "typescript", title: "TypeScript", code: `const rows = await lake.selectFrom("${full}").selectAll().execute();` },
      { id: "http", title: "TypeScript over HTTP", code: `const lake = connect({ url: "http://localhost:8080" });` },
      { id: "sql", title: "SQL", code: `SELECT * FROM ${full} LIMIT 10` },
      { id: "curl", title: "curl", code: `curl "http://localhost:8080/api/tables/${full}?limit=10"` },
    ],
    ...rest,
  };
}

/** The tables, by full name. */
export const tables: readonly SiteTable[] = [
  table("shop", "customers", {
    doc: `Who buys. See \`orders\`, \`shop.orders.placed\`, \`nothing.known\` and [the manual](https://example.org/manual).\n\n- one\n- two`,
    owner: "sales", layer: "bronze", freshness: "15m", retain: "730d", tags: ["people"], readBy: ["shop.orders", "shop.spend"],
    columns: [
      column("id", "Int64", { key: true }),
      column("email", "Text | null", { nullable: true, unique: true, pii: { category: "email", mask: "hash" }, doc: "Where to write to." }),
      column("age", "Int32 | null", { nullable: true, unit: "years", rules: ["between 0 and 150"], from: "payload.age" }),
      column("country", `"de" | "fr" | "us"`, { doc: "Where they live." }),
      column("old_name", "Text", { deprecated: "Use `email`." }),
    ],
    checks: [{ name: "isGrown", doc: "Nobody under age buys.", onFail: "quarantine" }],
  }),
  table("shop", "orders", {
    layer: "silver", reads: ["shop.customers"], doc: hostileText, readBy: ["shop.spend"],
    columns: [
      column("customer", "Int64", { references: { table: "shop.customers", column: "id" } }),
      column("placed", "Timestamp"), column("day", "Day", { partition: true, dayOf: "placed" }), column("notes", "Record<string, Text>[]"),
    ],
  }),
  table("shop", "spend", {
    kind: "sql", deprecated: "Ask `shop.orders`.", layer: "gold", reads: ["shop.customers", "shop.orders"], source: { kind: "sql", text: "SQL over shop.customers, shop.orders" },
    sql: "SELECT customer, count(*) AS n\nFROM shop.orders\nWHERE placed >= $since\nGROUP BY customer",
    columns: [column("customer", "Int64"), column("contact", "Text | null", { nullable: true, pii: { category: "email", mask: "hash" } }), column("n", "Int64"), column("odd", "Int64")],
    lineage: {
      columns: [
        { column: "customer", sources: [{ table: "shop.orders", column: "customer", how: "copied" }] },
        { column: "contact", sources: [{ table: "shop.customers", column: "age", how: "tested" }, { table: "shop.customers", column: "email", how: "computed", masked: "hash" }] },
        { column: "n", sources: [] },
        { column: "odd", sources: [], unknown: "a row's number is no column" },
      ],
      shapes: [{ table: "shop.orders", column: "customer", how: ["grouped"] }, { table: "shop.orders", column: "placed", how: ["filtered"] }],
    },
    parameters: [{ name: "since", type: "Timestamp", doc: "From when on." }, { name: "atLeast", type: "Int32", doc: "", default: 1 }],
  }),
  table("shop", longName, { columns: [column(longName, "Text")], kind: "rows", source: { kind: "rows", text: "A list." } }),
  table("shop", "wide", { columns: Array.from({ length: 1000 }, (_, at) => column(`measure_${at}`, "Float64", { doc: `The measure number ${at}.` })) }),
  table("sql", "index", { kind: "csv", source: { kind: "csv", text: "CSV file data/index.csv" }, doc: "", columns: [] }),
];

const nothing: TableFacts = { rows: null, bytes: null, files: null, version: null, committed: null, versions: [], sample: null };

/** The lake beside it; `sql.index` could not be read, the wide table was not asked about. */
export const facts: Facts = {
  format: 1,
  collected: "2026-03-01T12:00:00.000Z",
  tables: {
    "shop.customers": {
      rows: 3_000_000, bytes: 13_400_000, files: 2, version: 1, committed: "2026-03-01T11:00:00.000Z",
      versions: [{ version: 1, timestamp: "2026-03-01T11:00:00.000Z", operation: "WRITE", rows: 3_000_000 }, { version: 0, timestamp: "2026-03-01T10:59:00.000Z", operation: "CREATE TABLE" }],
      sample: { columns: ["id", "age", "country"], rows: [["9007199254740993", null, "de"], ["2", "44", hostileText]] },
      values: {
        looked: 1_000_000, whole: false,
        columns: {
          id: { nulls: 0, distinct: 1_000_000, about: true, min: "1", max: "9007199254740993" },
          email: { nulls: 250_000, withheld: "personal data, not shown" },
          age: { nulls: 10, distinct: 90, min: "-1", max: "149", histogram: { low: "18", high: "90", counts: [1, 5, 100, 80, 20, 2] } },
          country: { nulls: 0, distinct: 3, top: [{ value: "de", rows: 600_000 }, { value: "", rows: 399_999 }, { value: hostileText, rows: 1 }] },
          old_name: { nulls: 1_000_000 },
        },
      },
    },
    "shop.orders": { ...nothing, rows: 0, bytes: 0, files: 0, version: 0, committed: "2026-03-01T11:59:00.000Z", sample: { columns: ["customer"], rows: [] }, values: { looked: 0, whole: true, columns: { customer: { nulls: 0 } } } },
    "shop.spend": { ...nothing, withheld: "It reads tables that hold personal data." },
    [`shop.${longName}`]: { ...nothing, sample: { columns: [longName], rows: [["x".repeat(500)]] } },
    "sql.index": { ...nothing, problem: "data/index.csv line 3: `a` is no Int64." },
  },
};

/** Writes generated/site and facts.json under `folder`. */
export async function writeFixture(folder: string): Promise<{ generatedDir: string; factsFile: string }> {
  const generatedDir = path.join(folder, "generated");
  const names = [...new Set(tables.map((each) => each.database))];
  const databases = names.map((name): DatabaseEntry => ({
    name, doc: name === "shop" ? `The shop: \`customers\` and what they buy. ${hostileText}` : "", ...(name === "shop" ? { owner: "sales" } : {}),
    tables: tables.filter((each) => each.database === name).map(({ name: table, kind, layer, doc, deprecated, columns }) => ({
      name: table, kind, summary: doc, columns: columns.length, ...(layer === undefined ? {} : { layer }), ...(deprecated === undefined ? {} : { deprecated }),
    })),
  }));
  await mkdir(path.join(generatedDir, "site/tables"), { recursive: true });
  await writeFile(path.join(generatedDir, "site/index.json"), JSON.stringify({ format: 1, databases }));
  for (const name of names) {
    await writeFile(path.join(generatedDir, "site/tables", `${name}.json`), JSON.stringify({ format: 1, tables: tables.filter((each) => each.database === name) }));
  }
  const factsFile = path.join(folder, "facts.json");
  await writeFile(factsFile, JSON.stringify(facts));
  return { generatedDir, factsFile };
}
