/** A small catalog on real files and a real engine, for the tests of this room. Everything it makes is gone after `close`. */
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { RecordBatch } from "apache-arrow";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import type { Catalog, Column, Source, SqlPart, Table } from "../../../compiler/ir/catalog.ts";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { fullName, quoteText } from "../../../compiler/ir/names.ts";
import type { ReadableFile } from "../../../runtime/delta/engine.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import type { QueryContext } from "../../../runtime/query/context.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { runQuery } from "../../../runtime/query/query.ts";
import type { AsOf, QueryRequest, QueryResult, SqlParameter } from "../../../runtime/query/request.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";

export const place = { file: "catalog/rides/trips.ts", line: 1, column: 1, length: 1 };

export function column(name: string, type: ColumnType | Exclude<ColumnType["kind"], "decimal" | "enum" | "array" | "map" | "object">, more: Partial<Column> = {}): Column {
  return { name, type: typeof type === "string" ? ({ kind: type } as ColumnType) : type, nullable: true, doc: "", place, words: [], rules: [], unique: false, ...more };
}

export function table(database: string, name: string, source: Source, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return { database, name, symbol: name, doc: "", place, words: [], tags: [], source, columns, key: [], partitionBy: [], clusterBy: [], checks: [], ...more };
}

export function catalogOf(...tables: readonly Table[]): Catalog {
  const databases = Map.groupBy(tables, ({ database }) => database);
  return { format: catalogFormat, databases: [...databases].map(([name, own]) => ({ name, doc: "", tables: own })) };
}

export function template(...parts: readonly SqlPart[]): { readonly parts: readonly SqlPart[]; readonly place: typeof place } {
  return { parts, place };
}

/** A Delta table's versions as a test states them: files of each version, by table. */
export type Versions = { readonly [table: string]: readonly { readonly columns: readonly NamedType[]; readonly partitionColumns?: readonly string[]; readonly files: readonly ReadableFile[] }[] };

export interface Fixture {
  readonly directory: string;
  readonly engine: Engine;
  readonly context: QueryContext;
  readonly asked: { snapshots: number; rows: (readonly Value[])[] };
  query(sql: string, parameters?: readonly SqlParameter[], more?: Partial<QueryRequest>): Promise<QueryResult>;
  rows(sql: string, parameters?: readonly SqlParameter[], more?: Partial<QueryRequest>): Promise<Row[]>;
  close(): Promise<void>;
}

/** A new directory with `lake/` and `tmp/`. */
export async function newDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(path.join(os.tmpdir(), "neuralake-query-")));
  await mkdir(path.join(directory, "lake"));
  await mkdir(path.join(directory, "tmp"));
  return directory;
}

/** Writes the rows of a SELECT as a Parquet file, by an engine of its own; `options` are more of COPY's. */
export async function writeParquet(file: string, sql: string, ...options: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await mkdir(path.dirname(file), { recursive: true });
  await connection.run(`COPY (${sql}) TO ${quoteText(file)} (${["FORMAT parquet", ...options].join(", ")})`);
  connection.closeSync();
  instance.closeSync();
}

export interface FixtureOptions { readonly catalog: Catalog; readonly versions?: Versions; readonly rows?: { readonly [table: string]: (args: readonly Value[]) => readonly Row[] }; readonly readable?: readonly string[] }

export async function openFixture(directory: string, { catalog, versions = {}, rows = {}, readable = [] }: FixtureOptions): Promise<Fixture> {
  const engine = await openEngine({ readable: [path.join(directory, "lake"), ...readable], temporary: path.join(directory, "tmp") });
  const asked: Fixture["asked"] = { snapshots: 0, rows: [] };
  const context: QueryContext = {
    catalog,
    project: directory,
    async snapshot(asking, asOf?: AsOf) {
      asked.snapshots += 1;
      const all = versions[fullName(asking)] ?? [];
      const version = asOf === undefined ? all.length - 1 : "version" in asOf ? asOf.version : new Date(asOf.timestamp).getUTCFullYear() - 2020;
      const found = all[version];
      if (found === undefined) throw new Failure("DELTA_VERSION_NOT_FOUND", `no version ${version}`);
      return { columns: found.columns, partitionColumns: found.partitionColumns ?? [], files: found.files, version, committed: 1000 + version };
    },
    async rows(asking, args): Promise<RecordBatch[]> {
      asked.rows.push(args);
      return [buildBatch(asking.columns, rows[fullName(asking)]?.(args) ?? [])];
    },
  };
  const query: Fixture["query"] = (sql, parameters = [], more = {}) => runQuery(engine, context, { sql, parameters, ...more });
  return {
    directory, engine, context, asked, query,
    async rows(sql, parameters, more) {
      const result = await query(sql, parameters, more);
      const all: Row[] = [];
      for await (const batch of result.batches) all.push(...readRows(result.columns, batch));
      return all;
    },
    async close() {
      await engine.close();
      await rm(directory, { recursive: true });
    },
  };
}
