/** Fulfils the Delta room's contract of finding rows by a condition: how many of a file's rows it is true of, and where they stand. */
import { quoteName } from "../../compiler/ir/names.ts";
import type { DuckDBConnection } from "@duckdb/node-api";
import { rm } from "node:fs/promises";
import type { FoundRows, PartitionValues, ReadableFile, RowCondition, RowFinder, TableRows } from "../delta/engine.ts";
import { adoptFiles } from "./adopted-files.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { constantSql, requireConstants } from "./partition-constants.ts";
import { parquetRows } from "./relation.ts";
import type { StoredColumn } from "./relation.ts";
import { readAssignments, readCondition } from "./row-condition.ts";

const placeName = "place in its file";
/** What expressions may call the table whose rows they are over. */
export const rowsName = quoteName("rows");

/** A finder by an engine, which the first question starts. */
export function rowFinder(engine: () => Promise<Engine>): RowFinder {
  return {
    read: async (columns, sql) => await readCondition(await engine(), columns, sql),
    readAssignments: async (columns, given) => await readAssignments(await engine(), columns, given),
    async inPartitions(table, condition, partitions) {
      const started = await engine();
      return await started.hold(() => inPartitions(started, table, condition, partitions));
    },
    async find(table, file, condition, withPlaces) {
      const started = await engine();
      return await started.hold(() => found(started, table, file, condition, withPlaces));
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

async function found(engine: Engine, table: TableRows, file: ReadableFile, condition: RowCondition, withPlaces: boolean): Promise<FoundRows> {
  const scratch: string[] = [];
  const connection = await engine.connect();
  try {
    const { partitionColumns, byFieldId = false } = table;
    const rows = await parquetRows(engine, await adoptFiles(engine, [file]), storedColumnsOf(table), { partitionColumns, byFieldId, scratch, ...(withPlaces ? { placeAs: placeName } : {}) });
    const counted = await asked(condition, async () => await connection.runAndReadAll(`SELECT count(*), count(*) FILTER (WHERE ${holdsSql(condition)}) FROM (${rows}) AS ${rowsName}`));
    const [all, matching] = (counted.getRows()[0] ?? []).map(Number);
    if (all === undefined || matching === undefined) throw new Error("a count gave no row");
    if (!withPlaces || matching === 0 || matching === all) return { rows: all, matching };
    return { rows: all, matching, places: await asked(condition, async () => await placesOf(connection, `SELECT ${quoteName(placeName)} FROM (${rows}) AS ${rowsName} WHERE ${holdsSql(condition)}`, matching)) };
  } finally {
    connection.closeSync();
    for (const name of scratch) await rm(name, { force: true });
  }
}

/** All of them, rising. */
async function placesOf(connection: DuckDBConnection, sql: string, count: number): Promise<Float64Array> {
  const places = new Float64Array(count);
  const result = await connection.run(sql);
  let at = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const place of chunk.getColumnValues(0)) places[at++] = Number(place);
  }
  if (at !== count) throw new Error(`the engine found ${at} rows where it had counted ${count}`);
  return places.sort();
}

async function asked<T>({ sql }: RowCondition, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw engineFailure(error, { sql, ran: "", original: () => 0 });
  }
}
