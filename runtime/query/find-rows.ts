/** Fulfils the Delta room's contract of finding rows by a condition: how many of a file's rows it is true of, and where they stand. */
import { quoteName } from "../../compiler/ir/names.ts";
import type { DuckDBConnection } from "@duckdb/node-api";
import type duckdb from "@duckdb/node-bindings";
import { rm } from "node:fs/promises";
import type { FoundRows, PartitionValues, ReadableFile, RowCondition, RowFinder, TableRows } from "../delta/engine.ts";
import { adoptFiles } from "./adopted-files.ts";
import { duckdbVectors } from "./duckdb.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";
import { constantSql, requireConstants } from "./partition-constants.ts";
import { parquetRows } from "./relation.ts";
import type { StoredColumn } from "./relation.ts";
import { readAssignments, readCondition } from "./row-condition.ts";
import { ruleSql } from "./rule-sql.ts";

/** Columns beside a table's own, by which its rows are told apart. */
export const [fileName, placeName] = ["number of its file", "place in its file"];
/** What expressions may call the table whose rows they are over. */
export const rowsName = quoteName("rows");

type FindOptions = Parameters<RowFinder["find"]>[3];

/** A finder by an engine, which the first question starts. */
export function rowFinder(engine: () => Promise<Engine>): RowFinder {
  return {
    read: async (columns, sql) => await readCondition(await engine(), columns, sql),
    readAssignments: async (columns, given) => await readAssignments(await engine(), columns, given),
    breaking: (rule) => ({ sql: `NOT ${ruleSql(rule)}`, columns: rule.columns, tests: [], exact: false }),
    async inPartitions(table, condition, partitions) {
      const started = await engine();
      return await started.hold(() => inPartitions(started, table, condition, partitions));
    },
    async find(table, files, condition, options) {
      const started = await engine();
      return files.length === 0 ? [] : await started.hold(async () => await asked(condition, async () => await found(started, table, files, condition, options)));
    },
  };
}

/** The columns of a table, each with what files have of it. */
export function storedColumnsOf({ columns, physical = columns }: TableRows): readonly StoredColumn[] {
  return columns.map((column, k) => ({ ...column, physical: physical[k] ?? column }));
}

/** True where the condition is, else false. */
export function holdsSql({ sql }: RowCondition): string {
  return `coalesce((${sql}\n), false)`;
}

async function inPartitions(engine: Engine, table: TableRows, condition: RowCondition, partitions: readonly PartitionValues[]): Promise<readonly boolean[]> {
  const columns = storedColumnsOf(table).filter(({ name }) => table.partitionColumns.includes(name)).map(({ physical, ...column }) => ({ ...column, physical: physical?.name ?? column.name }));
  await requireConstants(engine, columns, partitions.map((partitionValues) => ({ url: "a file", partitionValues })));
  const holds: boolean[] = [];
  for (const values of partitions) {
    const row = columns.map(({ name, type, physical }) => `${constantSql(type, values[physical])} AS ${quoteName(name)}`);
    const reader = await asked(condition, async () => await engine.control.runAndReadAll(`SELECT ${holdsSql(condition)} FROM (SELECT ${row.length === 0 ? "1" : row.join(", ")}) AS ${rowsName}`));
    holds.push(reader.getRows()[0]?.[0] === true);
  }
  return holds;
}

/** One pass over all files. */
async function found(engine: Engine, table: TableRows, files: readonly ReadableFile[], condition: RowCondition, { withPlaces, signal }: FindOptions): Promise<readonly FoundRows[]> {
  const scratch: string[] = [];
  const connection = await engine.connect();
  const interrupt = (): void => connection.interrupt();
  try {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", interrupt);
    const near = (await adoptFiles(engine, files)).map(withPlacesOnce);
    const rows = await liveRows(engine, near);
    const { partitionColumns, byFieldId = false } = table;
    const all = await parquetRows(engine, near, storedColumnsOf(table), { partitionColumns, byFieldId, scratch, placesAs: { file: fileName, place: placeName } });
    const matching = `FROM (${all}) AS ${rowsName} WHERE (${condition.sql}\n)`;
    return withPlaces ? await placed(connection, rows, matching) : await counted(connection, rows, matching);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
    for (const name of scratch) await rm(name, { force: true });
  }
}

/** A deletion vector is asked for twice and read once. */
function withPlacesOnce(file: ReadableFile): ReadableFile {
  if (file.selection === undefined) return file;
  const { take, places } = file.selection;
  let read: Promise<Float64Array> | undefined;
  return { ...file, selection: { take, places: async () => await (read ??= places()) } };
}

/** The rows of each file, by its footer, that its selection leaves. */
export async function liveRows(engine: Engine, files: readonly ReadableFile[]): Promise<readonly number[]> {
  const reader = await engine.control.runAndReadAll(`SELECT file_name, num_rows FROM parquet_file_metadata(${fileList(files.map(({ url }) => url))})`);
  const told = new Map(reader.getRows().map(([file, rows]) => [String(file), Number(rows)]));
  return await Promise.all(files.map(async ({ url, selection }) => {
    const rows = told.get(url);
    if (rows === undefined) throw new Error(`the engine says nothing of the rows of ${url}`);
    if (selection === undefined) return rows;
    const selected = (await selection.places()).filter((place) => place < rows).length;
    return selection.take === "these" ? selected : rows - selected;
  }));
}

async function counted(connection: DuckDBConnection, rows: readonly number[], matching: string): Promise<readonly FoundRows[]> {
  const reader = await connection.runAndReadAll(`SELECT ${quoteName(fileName)}, count(*) ${matching} GROUP BY ALL`);
  const counts = new Map(reader.getRows().map(([file, count]) => [Number(file), Number(count)]));
  return rows.map((own, file) => ({ rows: own, matching: counts.get(file) ?? 0 }));
}

/** Each file's places, rising; `matching` is what stands behind the SELECT of both. */
export async function placed(connection: DuckDBConnection, rows: readonly number[], matching: string): Promise<readonly FoundRows[]> {
  const result = await connection.run(`SELECT ${quoteName(fileName)}, ${quoteName(placeName)} ${matching}`);
  const chunks = Array.from({ length: result.chunkCount }, (_, index) => {
    const { chunk, rowCount } = result.getChunk(index);
    return { files: new Int32Array(numbersOf(chunk, 0, rowCount, 4)), places: new Float64Array(numbersOf(chunk, 1, rowCount, 8)) };
  });
  const counts = new Float64Array(rows.length);
  for (const { files } of chunks) for (const file of files) counts[file] = (counts[file] ?? 0) + 1;
  const places = Array.from(counts, (count) => new Float64Array(count));
  counts.fill(0);
  for (const chunk of chunks) {
    for (const [k, file] of chunk.files.entries()) {
      const at = counts[file] ?? 0;
      counts[file] = at + 1;
      const own = places[file];
      if (own !== undefined) own[at] = chunk.places[k] ?? Number.NaN;
    }
  }
  return rows.map((own, file) => ({ rows: own, matching: counts[file] ?? 0, places: (places[file] ?? new Float64Array()).sort() }));
}

/** The bytes of a column that is never null. */
function numbersOf(chunk: duckdb.DataChunk, column: number, rows: number, bytes: number): ArrayBuffer {
  return new Uint8Array(duckdbVectors().vector_get_data(duckdbVectors().data_chunk_get_vector(chunk, column), rows * bytes)).buffer;
}

/** What is no error of the engine is passed on. */
async function asked<T>({ sql }: RowCondition, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw engineFailure(error, { sql, ran: "", original: () => 0 });
  }
}
