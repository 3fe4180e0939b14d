/** TPC-H at scale factor 1: the eight tables as Parquet files, the 22 queries and their answers, made once by DuckDB's tpch extension. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import type { Table } from "../../../compiler/ir/catalog.ts";
import { column, deltaTable } from "../../runtime/governance/table.ts";
import { cached } from "../../services/cache.ts";

export const tableNames = ["region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem"] as const;

export interface Tpch {
  readonly tables: readonly Table[];
  /** The Parquet file of a table. */
  file(table: string): string;
  readonly queries: readonly { readonly query: string; readonly answer: string }[];
}

interface Kept { readonly columns: { readonly [table: string]: readonly { readonly name: string; readonly type: string }[] }; readonly queries: Tpch["queries"] }

/** The data, made by an extension at this path in the environment. */
export async function tpch(extension: string): Promise<Tpch> {
  const folder = await cached("tpch", [path.basename(path.dirname(extension)), "1"], (target) => generate(extension, target));
  const { columns, queries } = JSON.parse(await readFile(path.join(folder, "tpch.json"), "utf8")) as Kept;
  const tables = tableNames.map((name) => deltaTable((columns[name] ?? []).map((one) => column(one.name, typeOf(one.type))), { database: "tpch", name }));
  return { tables, queries, file: (table) => path.join(folder, `${table}.parquet`) };
}

async function generate(extension: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const duckdb = await instance.connect();
  const rows = async (sql: string): Promise<readonly unknown[]> => (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
  try {
    await duckdb.run(`LOAD '${extension}'`);
    await duckdb.run("CALL dbgen(sf = 1)");
    const columns = Object.fromEntries(await Promise.all(tableNames.map(async (table) => [table, await rows(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${table})`)])));
    for (const table of tableNames) await duckdb.run(`COPY ${table} TO '${path.join(folder, `${table}.parquet`)}' (FORMAT parquet)`);
    const queries = await rows("SELECT query, answer FROM tpch_queries() JOIN tpch_answers() USING (query_nr) WHERE scale_factor = 1 ORDER BY query_nr");
    await writeFile(path.join(folder, "tpch.json"), JSON.stringify({ columns, queries }));
  } finally {
    duckdb.closeSync();
    instance.closeSync();
  }
}

function typeOf(type: string): ColumnType {
  const known: { readonly [type: string]: ColumnType } = { INTEGER: { kind: "int32" }, BIGINT: { kind: "int64" }, VARCHAR: { kind: "text" }, DATE: { kind: "day" }, "DECIMAL(15,2)": { kind: "decimal", precision: 15, scale: 2 } };
  const found = known[type];
  if (found === undefined) throw new Error(`no column of TPC-H is of type ${type}`);
  return found;
}
