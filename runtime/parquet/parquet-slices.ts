/**
 * A Parquet file that may be large, as batches, with a slice of its rows in memory at a time. The library's other reader, which takes single
 * columns, never answers when it meets certain damage; this one throws.
 */
import type { RecordBatch } from "apache-arrow";
import { Failure } from "../values/failure.ts";
import { decodeArrowBytes } from "./arrow-ipc.ts";
import { parquetWasm } from "./wasm.ts";

/** As many as our own row groups have. */
const sliceRows = 131_072;

/** The batches of a file. FILE_INVALID when it is no Parquet file. */
export function* decodeParquetSlices(bytes: Uint8Array, name: string): Generator<RecordBatch> {
  for (let offset = 0, rows = sliceRows; rows === sliceRows; offset += sliceRows) {
    const batches = decodeParquetRows(bytes, name, offset, sliceRows);
    rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
    yield* batches;
  }
}

/** So many rows of a file at most, from one on. FILE_INVALID likewise. The library throws texts, and errors of the machine it runs in. */
export function decodeParquetRows(bytes: Uint8Array, name: string, offset: number, limit: number): readonly RecordBatch[] {
  try {
    return decodeArrowBytes(parquetWasm().readParquet(bytes, { offset, limit, batchSize: limit }).intoIPCStream()).batches;
  } catch (error) {
    if (error instanceof Failure && error.code !== "VALUE_INVALID") throw error;
    throw new Failure("FILE_INVALID", `${name} is no Parquet file that can be read: ${error instanceof Error ? error.message : String(error)}`, { place: { file: name }, cause: error });
  }
}
