/** What tells the files of a Parquet checkpoint apart, as the library decodes it: for those whose columns are not as most writers make them (protocol, "Checkpoint Schema"). */
import type { Vector } from "apache-arrow";
import { arrow } from "../../parquet/arrow.ts";
import { decodeParquetRows, decodeParquetSlices } from "../../parquet/parquet-slices.ts";
import { validRows } from "../../parquet/valid-rows.ts";
import { hashOf } from "../actions/file-block.ts";
import { brokenCheckpoint } from "./checkpoint-decode.ts";
import { fileRows, keyOf } from "./checkpoint-keys.ts";
import type { FileKeys, VectorMark } from "./checkpoint-keys.ts";

/** Rows of the file that are decoded at a time. */
const keyRows = 131_072;

interface Part { readonly column: Vector; readonly rows: Int32Array }

/** The keys in a Parquet file of their columns alone; undefined when it has no files. FILE_INVALID, DELTA_LOG_BROKEN. */
export function decodedKeys(projected: Uint8Array, path: string): FileKeys | undefined {
  const parts: Part[] = [];
  const starts: number[] = [];
  let [files, seen] = [0, 0];
  for (let offset = 0; seen === offset; offset += keyRows) {
    for (const batch of decodeParquetRows(projected, path, offset, keyRows)) {
      const column = batch.getChild("add");
      if (column === null) return undefined;
      const rows = validRows(column);
      for (; starts.length * fileRows < seen + batch.numRows;) starts.push(files + rows.filter((row) => row < starts.length * fileRows - seen).length);
      parts.push({ column, rows });
      files += rows.length;
      seen += batch.numRows;
    }
  }
  return files === 0 ? undefined : joinKeys(parts, files, starts, path);
}

/** The deletion vectors of files, or of tombstones, in a Parquet file of their columns alone, by their numbers among the rows that are such. FILE_INVALID. */
export function decodedVectors(projected: Uint8Array, path: string, isFile: Uint8Array, action: "add" | "remove" = "add"): ReadonlyMap<number, VectorMark> {
  const vectors = new Map<number, VectorMark>();
  let [seen, file] = [0, 0];
  for (const batch of decodeParquetSlices(projected, path)) {
    const vector = batch.getChild(action)?.getChild("deletionVector") ?? null;
    for (let row = 0; row < batch.numRows; row++) {
      if (isFile[seen + row] !== 1) continue;
      if (vector?.isValid(row) === true) vectors.set(file, markOf(vector, row));
      file++;
    }
    seen += batch.numRows;
  }
  return vectors;
}

function joinKeys(parts: readonly Part[], files: number, starts: readonly number[], path: string): FileKeys {
  const [ends, sizes, vectors] = [new Uint32Array(files), new Float64Array(files), new Map<number, VectorMark>()];
  const runs: Uint8Array[] = [];
  let [at, end] = [0, 0];
  for (const { column, rows } of parts) {
    const [text, size, vector] = [textOf(column, path), wholeOf(column, path), column.getChild("deletionVector")];
    const [base = 0, last = 0] = [text.offsets[0], text.offsets[column.length]];
    runs.push(text.values.subarray(base, last));
    const hasVectors = vector !== null && vector.nullCount < vector.length;
    for (let k = 0; k < rows.length; k++, at++) {
      const row = rows[k] ?? 0;
      const to = text.offsets[row + 1] ?? 0;
      const bytes = size(row);
      if (text.offsets[row] === to || Number.isNaN(bytes)) throw brokenCheckpoint(path, "a file has no path, or no size that is a number");
      ends[at] = end + to - base;
      sizes[at] = bytes;
      if (hasVectors && vector.isValid(row)) vectors.set(at, markOf(vector, row));
    }
    end += last - base;
  }
  const paths = Buffer.concat(runs);
  const pathAt = (row: number): string => decoder.decode(paths.subarray(row === 0 ? 0 : ends[row - 1], ends[row]));
  let hashes: Int32Array | undefined;
  return { count: files, sizes, vectors, starts, pathAt, hashes: () => (hashes ??= Int32Array.from(sizes, (_, row) => hashOf(keyOf(pathAt(row), vectors.get(row))))) };
}

const decoder = new TextDecoder();

/** Rows that are null have no bytes of their own. */
function textOf(column: Vector, path: string): { readonly offsets: Int32Array; readonly values: Uint8Array } {
  const data = column.getChild("path")?.data[0];
  if (data === undefined || !arrow().DataType.isUtf8(data.type)) throw brokenCheckpoint(path, "it has no column add.path of texts");
  return { offsets: data.valueOffsets as Int32Array, values: data.values as Uint8Array };
}

/** Gives the size in a row, NaN when it is null or beyond 2^53. */
function wholeOf(column: Vector, path: string): (row: number) => number {
  const child = column.getChild("size");
  const data = child?.data[0];
  if (child === null || data === undefined || !arrow().DataType.isInt(data.type) || data.type.bitWidth !== 64) throw brokenCheckpoint(path, "it has no column add.size of 64-bit numbers");
  const words = data.values as BigInt64Array;
  const halves = new Int32Array(words.buffer, words.byteOffset, words.length * 2);
  // Where a row is no file its size is null as well.
  const mayLack = child.nullCount > column.nullCount;
  return (row) => {
    const value = (halves[row * 2 + 1] ?? 0) * 2 ** 32 + ((halves[row * 2] ?? 0) >>> 0);
    return !Number.isSafeInteger(value) || (mayLack && !child.isValid(row)) ? Number.NaN : value;
  };
}

function markOf(vector: Vector, row: number): VectorMark {
  const [storageType, pathOrInlineDv, offset] = ["storageType", "pathOrInlineDv", "offset"].map((name) => vector.getChild(name)?.get(row) as unknown);
  return { storageType: String(storageType), pathOrInlineDv: String(pathOrInlineDv), offset: typeof offset === "number" ? offset : null };
}
