/**
 * The files of a Parquet checkpoint as a block: what tells them apart and their sizes are decoded, all else stays compressed as it is in the file
 * until somebody asks for files, and is then decoded some thousand rows at a time.
 */
import { DataType } from "apache-arrow";
import type { Vector } from "apache-arrow";
import { parquetLeaves } from "../../parquet/parquet-projection.ts";
import type { ParquetLeaf } from "../../parquet/parquet-projection.ts";
import { validRows } from "../../parquet/valid-rows.ts";
import { decodeParquetRows, decodeParquetSlices } from "../../parquet/parquet-slices.ts";
import type { AddFile, DeletionVector } from "../actions/actions.ts";
import type { FileBlock, FileFacts } from "../actions/file-block.ts";
import { hashOf } from "../actions/file-block.ts";
import { fileKey, keyHash } from "../actions/file-keys.ts";
import { actionReader, brokenCheckpoint, factReader, guarded, parsedStatistics, project } from "./checkpoint-decode.ts";
import { partsOf } from "./checkpoint-columns.ts";

/** Rows of the file that are decoded at a time: for the block, and for whoever asks for files. */
const keyRows = 131_072;
const fileRows = 32_768;
/** A block of so few files is decoded whole at once, so that damage is met when there may still be another way to the table. */
const checkedMax = 8_192;

/** What tells files apart, and sizes: of each row that is a file, in order. */
interface Keys {
  readonly paths: Uint8Array;
  readonly ends: Uint32Array;
  readonly sizes: Float64Array;
  /** Those that have one, by their place. */
  readonly vectors: ReadonlyMap<number, VectorMark>;
  /** The first file at or behind each so many rows of the Parquet file. */
  readonly starts: readonly number[];
}

/** What tells a deletion vector from others. */
type VectorMark = Pick<DeletionVector, "storageType" | "pathOrInlineDv" | "offset">;

/** The files of a checkpoint's Parquet file; undefined when it has none. DELTA_LOG_BROKEN. */
export function checkpointBlock(bytes: Uint8Array, path: string): FileBlock | undefined {
  const [block] = guarded(path, () => [readBlock(bytes, path)]);
  if (block !== undefined && block.length <= checkedMax) for (const _file of block.read(Array.from({ length: block.length }, (_, row) => row)));
  return block;
}

function readBlock(bytes: Uint8Array, path: string): FileBlock | undefined {
  const leaves = parquetLeaves(bytes, path).filter(({ path: [name] }) => name === "add");
  if (leaves.length === 0) return undefined;
  const isKept = (leaf: readonly string[]): boolean => leaf[0] === "add" && leaves.some(({ path: own, values }) => values !== 0 && own.join(".") === leaf.join("."));
  const ofKeys = project(bytes, path, (leaf) => (leaf[0] === "add" && (leaf[1] === "path" || leaf[1] === "size")) || (leaf[1] === "deletionVector" && isKept(leaf)));
  const keys = ofKeys === undefined ? undefined : readKeys(ofKeys, path);
  if (keys === undefined) return undefined;
  const kept = new Set(wantedLeaves(leaves, keys.ends.length).map((leaf) => leaf.join(".")));
  const columns = (parts?: readonly string[]): Uint8Array => project(bytes, path, (leaf) => kept.has(leaf.join(".")) && (parts === undefined || parts.includes(leaf[1] ?? ""))) ?? new Uint8Array();
  return blockOf(keys, columns, path);
}

/** Columns without any value are left out, save those that may hold empty maps; statistics in columns of their own where each file has them as text. */
function wantedLeaves(leaves: readonly ParquetLeaf[], files: number): (readonly string[])[] {
  const parts = partsOf("add");
  const hasTexts = leaves.some(({ path, values }) => path[1] === "stats" && values === files);
  return leaves.filter(({ path: [, part = ""], values }) => {
    if (part === parsedStatistics) return !hasTexts;
    return parts.includes(part) && (values !== 0 || part === "partitionValues" || part === "tags");
  }).map(({ path }) => path);
}

/** What of a file tells its rows: its path is among the keys. */
const factParts = ["partitionValues", "stats", parsedStatistics, "deletionVector"];

/** `columns` gives the Parquet file of what is read of files, or of some parts of it. */
function blockOf(keys: Keys, columns: (parts?: readonly string[]) => Uint8Array, path: string): FileBlock {
  const { paths, ends, sizes, vectors, starts } = keys;
  const startOf = (row: number): number => (row === 0 ? 0 : (ends[row - 1] ?? 0));
  const pathAt = (row: number): string => decoder.decode(paths.subarray(startOf(row), ends[row]));
  const keyAt = (row: number): string => {
    const vector = vectors.get(row);
    return fileKey({ path: pathAt(row), ...(vector === undefined ? {} : { deletionVector: { sizeInBytes: 0, cardinality: 0, ...vector } }) });
  };
  let hashes: Int32Array | undefined;
  return {
    length: ends.length, sizes, keyAt,
    hashes: () => (hashes ??= hashKeys(keys, keyAt)),
    read: (rows) => guarded(path, () => readRows(rows)),
    readFacts: () => guarded(path, () => readFacts()),
  };

  function* readRows(rows: Iterable<number>): Generator<AddFile> {
    let slice = -1;
    let own: Uint8Array | undefined;
    let files: ((row: number) => AddFile) | undefined;
    for (const row of rows) {
      if (files === undefined || row >= (starts[slice + 1] ?? ends.length)) {
        slice = starts.findLastIndex((start) => start <= row);
        files = readSlice((own ??= columns()), path, slice, starts[slice] ?? 0);
      }
      yield files(row);
    }
  }

  function* readFacts(): Generator<FileFacts> {
    let row = 0;
    for (const batch of decodeParquetSlices(columns(factParts), path)) {
      const [column, read] = [batch.getChild("add"), factReader(batch)];
      for (const at of column === null ? [] : validRows(column)) yield { ...read(at), path: pathAt(row++) };
    }
    if (row !== ends.length) throw brokenCheckpoint(path, "its columns have different numbers of files");
  }
}

/** The files of a slice, by their rows in the block, of which the slice has those from `first` on. */
function readSlice(own: Uint8Array, path: string, slice: number, first: number): (row: number) => AddFile {
  const there = decodeParquetRows(own, path, slice * fileRows, fileRows).flatMap((batch) => {
    const [column, read] = [batch.getChild("add"), actionReader(batch, "add", partsOf("add"), path)];
    return column === null || read === undefined ? [] : Array.from(validRows(column), (row) => ({ row, read }));
  });
  return (row) => {
    const at = there[row - first];
    const file = at?.read(at.row)?.add;
    if (file === undefined) throw brokenCheckpoint(path, "its columns have different numbers of files");
    return file;
  };
}

/** A path with an escape, or a URI, is not spelled as its key. */
function hashKeys({ paths, ends, vectors }: Keys, keyAt: (row: number) => string): Int32Array {
  const found = new Int32Array(ends.length);
  let [escape, colon] = [paths.indexOf(percentSign), paths.indexOf(colonSign)];
  for (let row = 0, start = 0; row < ends.length; row++) {
    const end = ends[row] ?? start;
    const isOdd = (escape !== -1 && escape < end) || (colon !== -1 && colon < end) || vectors.has(row);
    found[row] = isOdd ? hashOf(keyAt(row)) : keyHash(paths, start, end);
    if (escape !== -1 && escape < end) escape = paths.indexOf(percentSign, end);
    if (colon !== -1 && colon < end) colon = paths.indexOf(colonSign, end);
    start = end;
  }
  return found;
}

const decoder = new TextDecoder();
const percentSign = 0x25;
const colonSign = 0x3a;

interface Part { readonly column: Vector; readonly rows: Int32Array }

function readKeys(projected: Uint8Array, path: string): Keys | undefined {
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

function joinKeys(parts: readonly Part[], files: number, starts: readonly number[], path: string): Keys {
  const keys = { ends: new Uint32Array(files), sizes: new Float64Array(files), vectors: new Map<number, VectorMark>(), starts };
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
      keys.ends[at] = end + to - base;
      keys.sizes[at] = bytes;
      if (hasVectors && vector.isValid(row)) keys.vectors.set(at, markOf(vector, row));
    }
    end += last - base;
  }
  return { ...keys, paths: runs.length === 1 && runs[0] !== undefined ? runs[0].slice() : Buffer.concat(runs) };
}

/** Rows that are null have no bytes of their own. */
function textOf(column: Vector, path: string): { readonly offsets: Int32Array; readonly values: Uint8Array } {
  const data = column.getChild("path")?.data[0];
  if (data === undefined || !DataType.isUtf8(data.type)) throw brokenCheckpoint(path, "it has no column add.path of texts");
  return { offsets: data.valueOffsets as Int32Array, values: data.values as Uint8Array };
}

/** Gives the size in a row, NaN when it is null or beyond 2^53. */
function wholeOf(column: Vector, path: string): (row: number) => number {
  const child = column.getChild("size");
  const data = child?.data[0];
  if (child === null || data === undefined || !DataType.isInt(data.type) || data.type.bitWidth !== 64) throw brokenCheckpoint(path, "it has no column add.size of 64-bit numbers");
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
