/** Rows of a table without files of its own, in a Parquet file that lives as long as the session that reads it. */
import { createWriteStream } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { RecordBatch } from "apache-arrow";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import { arrowSchema } from "../parquet/arrow-schema.ts";
import { encodeParquetStream } from "../parquet/parquet-encoder.ts";
import type { RowBatches } from "./context.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { readParquet } from "./relation.ts";

/** The path of a file that is not there yet; whoever writes it removes it. */
export function newRowsFile(engine: Engine): string {
  return path.join(engine.temporary, `rows-${process.pid}-${engine.next()}.parquet`);
}

/** Writes batches of these columns as they come, until the signal says that nobody waits for them any more: with its reason. */
export async function writeRows(file: string, columns: readonly NamedType[], batches: RowBatches, signal?: AbortSignal): Promise<void> {
  try {
    await pipeline(Readable.from(encodeParquetStream(arrowSchema(columns), eachOf(batches))), createWriteStream(file), { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** SELECT of `columns`, of which the file has some: the others are null. */
export function rowsSql(file: string, columns: readonly NamedType[], held: readonly NamedType[] = columns): string {
  const cells = columns.map(({ name, type }) => (held.some((column) => column.name === name) ? quoteName(name) : `CAST(NULL AS ${duckType(type)}) AS ${quoteName(name)}`));
  return `SELECT ${cells.join(", ")} FROM ${readParquet([file])}`;
}

async function* eachOf(batches: RowBatches): AsyncGenerator<RecordBatch> {
  yield* batches;
}
