/** The queries of TPC-H and TPC-DS as catalogs: a class for each table, a function for each query, as DuckDB's extensions tell them. */
import { DuckDBInstance } from "@duckdb/node-api";
import { language } from "../../written-project.ts";
import type { Files } from "../../written-project.ts";

export interface Benchmark {
  readonly name: "tpch" | "tpcds";
  /** Types by table and column. */
  readonly schema: { readonly [table: string]: { readonly [column: string]: string } };
  /** By number, from 1. */
  readonly queries: readonly { readonly sql: string; readonly columns: number }[];
}

/** Reads a benchmark out of the extension in `file`; no rows are made. */
export async function readBenchmark(name: Benchmark["name"], file: string): Promise<Benchmark> {
  const instance = await DuckDBInstance.create(":memory:");
  const duckdb = await instance.connect();
  try {
    await duckdb.run(`LOAD '${file}'`);
    await duckdb.run(name === "tpch" ? "CALL dbgen(sf = 0)" : "CALL dsdgen(sf = 0)");
    const rows = async (sql: string): Promise<readonly (readonly string[])[]> => (await duckdb.runAndReadAll(sql)).getRowsJson() as string[][];
    const schema: Record<string, Record<string, string>> = {};
    for (const [table = "", column = "", type = ""] of await rows("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index")) (schema[table] ??= {})[column] = type;
    const queries = [];
    for (const [, text = ""] of await rows(`SELECT query_nr, query FROM ${name}_queries() ORDER BY query_nr`)) {
      const sql = text.trim().replace(/;$/, "");
      const statement = await duckdb.prepare(sql);
      queries.push({ sql, columns: statement.columnCount });
      statement.destroySync();
    }
    return { name, schema, queries };
  } finally {
    duckdb.closeSync();
    instance.closeSync();
  }
}

const types: { readonly [type: string]: string } = { INTEGER: "Int32", BIGINT: "Int64", VARCHAR: "Text", DATE: "Day", "DECIMAL(15,2)": "Decimal<15, 2>", "DECIMAL(7,2)": "Decimal<7, 2>", "DECIMAL(5,2)": "Decimal<5, 2>" };

/** The catalog of a benchmark: query 7 is `<name>.q7`, with columns c0, c1, … whatever the query calls them. */
export function benchmarkFiles({ name, schema, queries }: Benchmark): Files {
  const tables = Object.entries(schema).map(([table, columns]) => {
    const lines = Object.entries(columns).map(([column, type]) => `  ${column}: ${types[type] ?? `no type for ${type}`} | null;`);
    return [`catalog/${name}/${table}.ts`, `${language}\n@deltaTable()\nexport class ${pascal(table)} {\n${lines.join("\n")}\n}\n`];
  });
  const methods = queries.map(({ sql, columns }, at) => {
    const names = Array.from({ length: columns }, (_, column) => `c${column}`);
    return `  @table() static q${at + 1}() { return sql\`SELECT * FROM (${sql}) AS v(${names.join(", ")})\`; }`;
  });
  return { ...Object.fromEntries(tables) as Files, [`catalog/${name}/database.ts`]: `${language}\n@database()\nexport class Benchmark {\n${methods.join("\n")}\n}\n` };
}

function pascal(name: string): string {
  return name.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
