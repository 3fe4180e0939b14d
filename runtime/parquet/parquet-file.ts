/** One batch as a Parquet file, and a Parquet file as batches, by way of Arrow IPC. For small files; bulk is the engine's. */
import type { RecordBatch } from "apache-arrow";
import { Failure } from "../values/failure.ts";
import { decodeArrowBytes, encodeArrowBatch } from "./arrow-ipc.ts";
import { parquetWasm } from "./wasm.ts";
import { writerProperties } from "./writer-properties.ts";

/** The file's bytes, compressed with zstd, as the protocol's default is; without dictionaries, which cost a small batch more than they save. */
export function encodeParquet(batch: RecordBatch): Uint8Array {
  const { Table, writeParquet } = parquetWasm();
  return writeParquet(Table.fromIPCStream(encodeArrowBatch(batch)), writerProperties(batch.schema).setDictionaryEnabled(false).build());
}

/** The batches of a file. FILE_INVALID when it is no Parquet file. */
export function decodeParquet(bytes: Uint8Array, name: string): readonly RecordBatch[] {
  try {
    return decodeArrowBytes(parquetWasm().readParquet(bytes).intoIPCStream()).batches;
  } catch (error) {
    throw new Failure("FILE_INVALID", `${name} is no Parquet file that can be read: ${error instanceof Error ? error.message : String(error)}`, { place: { file: name }, cause: error });
  }
}
