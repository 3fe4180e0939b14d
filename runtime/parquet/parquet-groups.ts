/** A Parquet file that may be large, as batches: one row group in memory at a time, and of it only the columns that are asked for. */
import type { Field, RecordBatch, Vector } from "apache-arrow";
import { ParquetFile } from "parquet-wasm";
import { Failure } from "../values/failure.ts";
import { decodeArrowBytes } from "./arrow-ipc.ts";

/** A column that is read along where another says nothing: the file lacks it, or it is null in a whole row group. */
export interface Substitute { readonly of: string; readonly by: string }

/** The batches of `columns`, each a name or a path (`add.path`); those that the file does not have are left out. FILE_INVALID when it is no Parquet file. */
export async function* decodeParquetGroups(bytes: Uint8Array, name: string, columns: readonly string[], substitute?: Substitute): AsyncGenerator<RecordBatch> {
  let file: ParquetFile | undefined;
  try {
    file = await ParquetFile.fromFile(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    const present = new Set(pathsOf(decodeArrowBytes(file.schema().intoIPCStream()).schema.fields));
    const wanted = columns.filter((column) => present.has(column));
    const other = substitute !== undefined && present.has(substitute.by) ? substitute : undefined;
    const groups = wanted.length === 0 ? 0 : file.metadata().numRowGroups();
    for (let group = 0; group < groups; group++) {
      const batches = await readGroup(file, group, wanted);
      if (other === undefined || batches.some((batch) => hasValue(batch, other.of))) yield* batches;
      else yield* await readGroup(file, group, [...wanted, other.by]);
    }
  } catch (error) {
    if (error instanceof Failure && error.code !== "VALUE_INVALID") throw error;
    throw new Failure("FILE_INVALID", `${name} is no Parquet file that can be read: ${error instanceof Error ? error.message : String(error)}`, { place: { file: name }, cause: error });
  } finally {
    file?.free();
  }
}

async function readGroup(file: ParquetFile, group: number, columns: string[]): Promise<readonly RecordBatch[]> {
  return decodeArrowBytes((await file.read({ rowGroups: [group], columns })).intoIPCStream()).batches;
}

function hasValue(batch: RecordBatch, path: string): boolean {
  const [first = "", ...rest] = path.split(".");
  const column = rest.reduce<Vector | null>((found, step) => found?.getChild(step) ?? null, batch.getChild(first));
  return column !== null && column.nullCount < column.length;
}

function pathsOf(fields: readonly Field[], above = ""): string[] {
  return fields.flatMap((field) => [above + field.name, ...pathsOf((field.type.children ?? []) as readonly Field[], `${above}${field.name}.`)]);
}
