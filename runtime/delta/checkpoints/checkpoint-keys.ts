/**
 * What tells the files of a Parquet checkpoint apart, and their sizes: read in passing, a page of the two columns at a time. Of paths only their
 * hashes stay, and where to find them again (protocol, "Checkpoint Schema").
 */
import { isAscii, isUtf8 } from "node:buffer";
import { textReader, wholesOf } from "../../parquet/page-values.ts";
import type { PageTexts } from "../../parquet/page-values.ts";
import { schemaFields, valueOf } from "../../parquet/parquet-footer.ts";
import type { OpenParquet } from "../../parquet/parquet-footer.ts";
import { pagedColumn, textKind, wholeKind } from "../../parquet/parquet-pages.ts";
import type { PagePlace, PagedColumn } from "../../parquet/parquet-pages.ts";
import type { DeletionVector } from "../actions/actions.ts";
import { hashOf } from "../actions/file-block.ts";
import { fileKey, keyHash } from "../actions/file-keys.ts";

/** Of each row that is a file, in order. */
export interface FileKeys {
  readonly count: number;
  readonly sizes: Float64Array;
  /** The deletion vectors of those that have one, by their place. */
  readonly vectors: ReadonlyMap<number, VectorMark>;
  /** The first file at or behind each so many rows of the Parquet file. */
  readonly starts: readonly number[];
  pathAt(row: number): string;
  /** A hash of each file's key. */
  hashes(): Int32Array;
}

/** What tells a deletion vector from others. */
export type VectorMark = Pick<DeletionVector, "storageType" | "pathOrInlineDv" | "offset">;

/** Rows of the Parquet file that are decoded at a time for whoever asks for files. */
export const fileRows = 32_768;

/** A column that may be null, in parquet.thrift. */
const optional = 1;

/** The keys; undefined when the columns are not as most writers make them, or damaged. `vectorsOf` tells the deletion vectors by the rows of files, given which rows those are. */
export function passingKeys(file: OpenParquet, vectorsOf: (isFile: Uint8Array) => ReadonlyMap<number, VectorMark>): FileKeys | undefined {
  const [path, size] = [pathColumn(file, "add"), pagedColumn(file, ["add", "size"], wholeKind)];
  if (path === undefined || size === undefined) return undefined;
  try {
    return readKeys(path, size, file.groups.reduce((sum, { rows }) => sum + rows, 0), vectorsOf);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The column of the paths of files, or of tombstones, of which the first level tells whether a row is one; undefined when it is not as most writers make it. */
export function pathColumn(file: OpenParquet, action: "add" | "remove"): PagedColumn | undefined {
  const path = pagedColumn(file, [action, "path"], textKind);
  const isUsual = file.root.children.some(({ element, children }) => valueOf(element, schemaFields.repetition) === optional && children.some(({ leaf }) => leaf !== -1 && file.leaves[leaf] === path?.leaf));
  return isUsual ? path : undefined;
}

function readKeys(path: PagedColumn, size: PagedColumn, rows: number, vectorsOf: (isFile: Uint8Array) => ReadonlyMap<number, VectorMark>): FileKeys {
  const isFile = new Uint8Array(rows);
  const places: { readonly place: PagePlace; readonly first: number }[] = [];
  const starts: number[] = [];
  const all = new Int32Array(rows);
  const read = textReader();
  let count = 0;
  for (const page of path.pages()) {
    places.push({ place: page.place, first: count });
    hashTexts(read(page), page.count, all.subarray(count));
    if (page.levels === undefined) {
      for (let at = Math.ceil(page.first / fileRows) * fileRows; at < page.first + page.rows; at += fileRows) starts.push(count + at - page.first);
      isFile.fill(1, page.first, page.first + page.rows);
      count += page.rows;
      continue;
    }
    for (let row = 0; row < page.rows; row++) {
      const at = page.first + row;
      if (at % fileRows === 0) starts.push(count);
      const level = page.levels[row] ?? 0;
      if (level === 0) continue;
      if (level !== path.definition) throw new RangeError("a file has no path");
      isFile[at] = 1;
      count++;
    }
  }
  const sizes = readSizes(size, isFile, count);
  const vectors = vectorsOf(isFile);
  const pathAt = pathReader(path, places);
  const found = all.slice(0, count);
  for (const [row, vector] of vectors) found[row] = hashOf(keyOf(pathAt(row), vector));
  return { count, sizes, vectors, starts, pathAt, hashes: () => found };
}

function readSizes(size: PagedColumn, isFile: Uint8Array, count: number): Float64Array {
  const sizes = new Float64Array(count);
  let at = 0;
  for (const page of size.pages()) {
    const values = wholesOf(page);
    if (page.levels === undefined && !isFile.subarray(page.first, page.first + page.rows).includes(0)) {
      if (at + page.rows > count || values.includes(Number.NaN)) throw new RangeError("a file has no size that is a number");
      sizes.set(values, at);
      at += page.rows;
      continue;
    }
    for (let row = 0, value = 0; row < page.rows; row++) {
      const isThere = page.levels === undefined || page.levels[row] === size.definition;
      if (isFile[page.first + row] === 1) {
        const bytes = isThere ? (values[value] ?? Number.NaN) : Number.NaN;
        if (Number.isNaN(bytes)) throw new RangeError("a file has no size that is a number");
        sizes[at++] = bytes;
      }
      if (isThere) value++;
    }
  }
  if (at !== count) throw new RangeError("its columns have different numbers of files");
  return sizes;
}

/** The key of a file: its path, and what tells its deletion vector. */
export function keyOf(path: string, vector: VectorMark | undefined): string {
  return fileKey({ path, ...(vector === undefined ? {} : { deletionVector: { sizeInBytes: 0, cardinality: 0, ...vector } }) });
}

/** Reads the page of a path once more; that of the last path that was asked for is kept. */
function pathReader(column: PagedColumn, places: readonly { readonly place: PagePlace; readonly first: number }[]): (row: number) => string {
  let held: { readonly first: number; readonly count: number; readonly texts: PageTexts; readonly whole: string | undefined } | undefined;
  return (row) => {
    if (held === undefined || row < held.first || row >= held.first + held.count) {
      const found = places.findLast(({ first }) => first <= row);
      if (found === undefined) throw new RangeError("a file is in no page");
      const page = column.pageAt(found.place);
      const read = textReader()(page);
      const all = Buffer.from(read.bytes.buffer, read.bytes.byteOffset + read.from, read.bytes.length - read.from);
      // Of ASCII, places of bytes are places of characters.
      held = { first: found.first, count: page.count, texts: read, whole: isAscii(all) ? all.toString("latin1") : undefined };
    }
    const { bytes, from, starts, ends } = held.texts;
    const start = starts[row - held.first] ?? 0;
    const end = ends[row - held.first] ?? 0;
    return held.whole?.slice(start - from, end - from) ?? decoder.decode(bytes.subarray(start, end));
  };
}

/** A path with an escape, or a URI, is not spelled as its key. */
function hashTexts({ bytes, from, starts, ends }: PageTexts, count: number, into: Int32Array): void {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isPlain = isAscii(all) && !all.includes(percentSign) && !all.includes(colonSign);
  for (let k = 0; k < count; k++) {
    const start = starts[k] ?? 0;
    const end = ends[k] ?? 0;
    if (start === end) throw new RangeError("a file has no path");
    into[k] = isPlain || isSpelled(bytes, start, end) ? keyHash(view, start, end) : hashOf(keyOf(decoder.decode(bytes.subarray(start, end)), undefined));
  }
}

function isSpelled(bytes: Uint8Array, start: number, end: number): boolean {
  let [bits, isOdd] = [0, false];
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    bits |= byte;
    if (byte === percentSign || byte === colonSign) isOdd = true;
  }
  if (bits > 127 && !isUtf8(bytes.subarray(start, end))) throw new RangeError("a path is no text");
  return !isOdd;
}

const decoder = new TextDecoder();
const percentSign = 0x25;
const colonSign = 0x3a;
