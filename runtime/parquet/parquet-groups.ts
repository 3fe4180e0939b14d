/** A Parquet file that may be large, as batches: one row group in memory at a time, and of it only the columns that are asked for. */
import type { Field, RecordBatch } from "apache-arrow";
import { ParquetFile } from "parquet-wasm";
import { Failure } from "../values/failure.ts";
import { decodeArrowBytes } from "./arrow-ipc.ts";

/** The batches of `columns`, each a name or a path (`add.path`); those that the file does not have are left out. FILE_INVALID when it is no Parquet file. */
export async function* decodeParquetGroups(bytes: Uint8Array, name: string, columns: readonly string[]): AsyncGenerator<RecordBatch> {
  let file: ParquetFile | undefined;
  try {
    file = await ParquetFile.fromFile(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    const present = new Set(pathsOf(decodeArrowBytes(file.schema().intoIPCStream()).schema.fields));
    const wanted = columns.filter((column) => present.has(column));
    const groups = wanted.length === 0 ? 0 : file.metadata().numRowGroups();
    for (let group = 0; group < groups; group++) {
      const table = await file.read({ rowGroups: [group], columns: wanted });
      yield* decodeArrowBytes(table.intoIPCStream()).batches;
    }
  } catch (error) {
    if (error instanceof Failure && error.code !== "VALUE_INVALID") throw error;
    throw new Failure("FILE_INVALID", `${name} is no Parquet file that can be read: ${error instanceof Error ? error.message : String(error)}`, { place: { file: name }, cause: error });
  } finally {
    file?.free();
  }
}

function pathsOf(fields: readonly Field[], above = ""): string[] {
  return fields.flatMap((field) => [above + field.name, ...pathsOf((field.type.children ?? []) as readonly Field[], `${above}${field.name}.`)]);
}
