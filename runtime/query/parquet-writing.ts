/**
 * How the engine is told to write Parquet, so that files keep every value's bits. Its dictionaries hold one entry for both zeros and one for all NaNs: a COPY ends where it
 * meets a number that would lose its own, and is made again without any, which costs strings theirs as well. All other files have dictionaries.
 */
import { rm } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteText } from "../../compiler/ir/names.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import { fieldIdsOption, partitionOption } from "./copy-layout.ts";
import type { KeptSql } from "./copy-layout.ts";
import { duckType } from "./duckdb-types.ts";
import { withinSql } from "./within-value.ts";
import type { PlainSql } from "./within-value.ts";

export interface ParquetCopy {
  /** SELECT of the rows, with each column of a file as `kept` has it; to be run twice when it has to. */
  select(kept: KeptSql): string;
  /** Columns of a file. */
  readonly stored: readonly PhysicalColumn[];
  /** Columns that each value of gets a directory for. */
  readonly partitions?: readonly PhysicalColumn[];
  /** A file, or a directory when there are to be several; nothing is there yet. */
  readonly target: string;
  /** Different values of a column in a group of rows for which a dictionary is still tried; a fifth of the group when left out. */
  readonly dictionaryMax?: number;
  /** More options of COPY, each behind a comma. */
  readonly options?: string;
}

/** A file that COPY wrote, not yet durable. */
export interface CopiedParquet { readonly file: string; /** Of its partition, as COPY tells them. */ readonly keys: unknown; readonly rows: number; /** As COPY tells its statistics. */ readonly told: unknown }

/** Writes rows into files; out come those that have any. What is at the target when it fails is for the caller to remove. */
export async function copyParquet(connection: DuckDBConnection, copy: ParquetCopy): Promise<readonly CopiedParquet[]> {
  try {
    return await run(connection, copy, unlessLost, copy.dictionaryMax);
  } catch (error) {
    if (!isLost(error)) throw error;
    await rm(copy.target, { recursive: true, force: true });
    return await run(connection, copy, (_type, sql) => sql, 0);
  }
}

async function run(connection: DuckDBConnection, { select, stored, partitions = [], target, options = "" }: ParquetCopy, kept: KeptSql, dictionaryMax: number | undefined): Promise<readonly CopiedParquet[]> {
  // More than the least of zstd's levels makes files hardly smaller.
  const encoding = `COMPRESSION zstd, COMPRESSION_LEVEL 1${dictionaryMax === undefined ? "" : `, DICTIONARY_SIZE_LIMIT ${dictionaryMax}`}`;
  const reader = await connection.runAndReadAll(`COPY (${select(kept)}) TO ${quoteText(target)} (FORMAT parquet, ${encoding}, RETURN_STATS${partitionOption(partitions)}${fieldIdsOption(stored)}${options})`);
  return reader.getRowObjectsJson().map((told) => ({ file: String(told["filename"]), keys: told["partition_keys"], rows: Number(told["count"]), told: told["column_statistics"] })).filter(({ rows }) => rows > 0);
}

const lostWords = "a dictionary would not keep this number";

/** The engine tells its errors as JSON. */
function isLost(error: unknown): boolean {
  return error instanceof Error && error.message.includes(JSON.stringify(lostWords));
}

/** A value that dictionaries keep; the COPY ends at another one. */
function unlessLost(type: ColumnType, sql: string): string {
  const lost = withinSql(type, sql, lostSql);
  return lost === undefined ? sql : `CASE WHEN ${lost} THEN error(${quoteText(lostWords)}) ELSE ${sql} END`;
}

/** Whether it is a negative zero, or a NaN that is not the usual one. */
const lostSql: PlainSql = (type, sql) => (type.kind === "float32" || type.kind === "float64" ? `CASE WHEN ${sql} = 0 THEN signbit(${sql}) WHEN isnan(${sql}) THEN CAST(${sql} AS BIT) <> CAST(CAST('NaN' AS ${duckType(type)}) AS BIT) ELSE false END` : undefined);
