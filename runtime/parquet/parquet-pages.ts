/**
 * One column of texts or 64-bit numbers of a Parquet file, a page at a time, into memory that is used again: for files whose other columns
 * nobody needs, which the library would have whole in its own memory. What is out of the ordinary is left to the library.
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { Failure } from "../values/failure.ts";
import { chunkFields, metaFields, metaOf, numberOf, placeOf, schemaFields, structOf, valueOf } from "./parquet-footer.ts";
import type { OpenParquet, ParquetLeaf } from "./parquet-footer.ts";
import { readRuns, singleRun } from "./parquet-runs.ts";
import { decompressSnappy } from "./snappy.ts";
import { readThriftAt } from "./thrift.ts";
import type { ThriftStruct } from "./thrift.ts";

/** A data page of the column, whose values are still as the file spells them; good until the next one is read. */
export interface Page {
  /** Rows of the file before it, and in it. */
  readonly first: number;
  readonly rows: number;
  /** Of each row, how far down its value is there; undefined when each is. */
  readonly levels: Uint8Array | undefined;
  /** Values that are there. */
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Where the values, or the numbers of those in the dictionary, begin. */
  readonly at: number;
  readonly dictionary: Dictionary | undefined;
  readonly place: PagePlace;
}

interface Dictionary { readonly bytes: Uint8Array; readonly count: number }

/** Where to find a page again. */
export interface PagePlace { readonly group: number; readonly offset: number; readonly first: number }

/** A column that can be read so. RangeError, from each of the two, at what is out of the ordinary or damaged. */
export interface PagedColumn {
  readonly leaf: ParquetLeaf;
  readonly definition: number;
  pages(): Generator<Page>;
  /** Stays good. */
  pageAt(place: PagePlace): Page;
}

const headerFields = { type: 1, uncompressed: 2, compressed: 3, data: 5, dictionary: 7, second: 8 };
const pageTypes = { data: 0, dictionary: 2, second: 3 };
const dataFields = { values: 1, encoding: 2, levels: 3 };
const secondFields = { values: 1, rows: 3, encoding: 4, definition: 5, repetition: 6, compressed: 7 };
const encodings = { plain: 0, plainDictionary: 2, runs: 3, dictionary: 8 };
const codecs = { none: 0, snappy: 1, gzip: 2, brotli: 4, zstd: 6 };
const falseType = 2;
/** Bytes that are read at a time; pages that are larger are read whole. */
const windowBytes = 1 << 20;
/** A page says what it is in far fewer. */
const headerBytes = 16_384;
/** No page is larger. */
const pageMax = 1 << 28;

/** What a column holds, by the numbers of parquet.thrift: its type, and what its values may stand for. */
interface Kind { readonly physical: number; readonly converted: readonly (number | undefined)[] }
export const textKind: Kind = { physical: 6, converted: [0] };
export const wholeKind: Kind = { physical: 2, converted: [undefined, 10] };

/** The column of this name; undefined when the file has none, one of lists, or of another kind than is asked for. */
export function pagedColumn(file: OpenParquet, name: readonly string[], kind?: Kind): PagedColumn | undefined {
  const leaf = file.leaves.find(({ path }) => path.length === name.length && path.every((part, k) => part === name[k]));
  if (leaf?.definition === undefined || leaf.definition > 7) return undefined;
  const told = valueOf(leaf.element, schemaFields.converted);
  if (kind !== undefined && (valueOf(leaf.element, schemaFields.type) !== kind.physical || !kind.converted.some((one) => one === told))) return undefined;
  const definition = leaf.definition;
  const window = windowOn(file);
  const scratch: Scratch = { page: new Uint8Array(), levels: new Uint8Array() };
  return {
    leaf, definition,
    *pages() {
      for (let [group, first] = [0, 0]; group < file.groups.length; first += file.groups[group]?.rows ?? 0, group++) {
        const chunk = chunkOf(file, leaf, group);
        let row = first;
        for (const page of pagesOf(chunk, { window, scratch, definition, group, first })) {
          row += page.rows;
          yield page;
        }
        if (row !== first + chunk.rows) throw new RangeError("a column has another number of rows than its group");
      }
    },
    pageAt({ group, offset, first }) {
      const chunk = chunkOf(file, leaf, group);
      const own = { window: windowOn(file), scratch: { page: new Uint8Array(), levels: new Uint8Array() } };
      for (const page of pagesOf(chunk, { ...own, definition, group, first }, offset)) return page;
      throw new RangeError("a page is not there");
    },
  };
}

interface Scratch { page: Uint8Array; levels: Uint8Array }
interface Chunk { readonly start: number; readonly end: number; readonly rows: number; readonly codec: number }
interface Reading { readonly window: Window; readonly scratch: Scratch; readonly definition: number; readonly group: number; readonly first: number }
/** Gives the bytes between two places of the file, in memory that the next call may use again; may read ahead up to a third. */
type Window = (start: number, end: number, last: number) => Uint8Array;

function chunkOf(file: OpenParquet, leaf: ParquetLeaf, group: number): Chunk {
  const { rows = 0, chunks = [] } = file.groups[group] ?? {};
  const chunk = chunks[file.leaves.indexOf(leaf)];
  if (chunk === undefined || valueOf(chunk, chunkFields.file) !== undefined) throw new RangeError("a row group lacks the column");
  const { start, length } = placeOf(chunk, file.object.size);
  return { start, end: start + length, rows, codec: numberOf(metaOf(chunk), metaFields.codec) };
}

function windowOn({ object }: OpenParquet): Window {
  let [held, from] = [new Uint8Array(), 0];
  return (start, end, last) => {
    if (start < from || end > from + held.length) {
      const length = Math.max(end - start, Math.min(windowBytes, last - start));
      if (held.buffer.byteLength < length) held = new Uint8Array(length);
      held = new Uint8Array(held.buffer, 0, length);
      object.copy(start, held);
      from = start;
    }
    return held.subarray(start - from, end - from);
  };
}

/** The data pages from an offset on, else all. */
function* pagesOf(chunk: Chunk, reading: Reading, from?: number): Generator<Page> {
  let dictionary: Dictionary | undefined;
  for (let [at, row, isFirst] = [chunk.start, reading.first, true]; at < chunk.end; isFirst = false) {
    const { struct, end } = readThriftAt(reading.window(at, Math.min(chunk.end, at + headerBytes), chunk.end), 0);
    const [type, length, size] = [numberOf(struct, headerFields.type), numberOf(struct, headerFields.compressed), numberOf(struct, headerFields.uncompressed)];
    const [start, next] = [at + end, at + end + length];
    if (length < 0 || size < 0 || size > pageMax || next > chunk.end) throw new RangeError("a page lies beyond its column");
    if (type === pageTypes.dictionary) {
      if (!isFirst) throw new RangeError("a dictionary is not at the beginning");
      // It outlives the window.
      const stored = reading.window(start, next, chunk.end);
      dictionary = readDictionary(struct, decompress(chunk.codec, chunk.codec === codecs.none ? stored.slice() : stored, new Uint8Array(size)));
      // Behind it there may be pages that nobody asks for.
      at = from ?? next;
    } else {
      if (type !== pageTypes.data && type !== pageTypes.second) throw new RangeError(`a page is of the type ${type}`);
      if (isFirst && from !== undefined && from > at) at = from;
      else {
        const page = readPage(struct, type, reading.window(start, next, chunk.end), size, { chunk, reading, dictionary, place: { group: reading.group, offset: at, first: row } });
        if (row + page.rows > reading.first + chunk.rows && from === undefined) throw new RangeError("a column has more rows than its group");
        yield page;
        row += page.rows;
        at = next;
      }
    }
  }
}

function readDictionary(header: ThriftStruct, bytes: Uint8Array): Dictionary {
  const told = structOf(valueOf(header, headerFields.dictionary) ?? 0);
  const [count, encoding] = [numberOf(told, dataFields.values), numberOf(told, dataFields.encoding)];
  if (count < 0 || count > bytes.length || (encoding !== encodings.plain && encoding !== encodings.plainDictionary)) throw new RangeError("a dictionary is encoded in another way");
  return { bytes, count };
}

interface Around { readonly chunk: Chunk; readonly reading: Reading; readonly dictionary: Dictionary | undefined; readonly place: PagePlace }

/** Definition levels, then values. In the second form of pages the levels are never compressed. */
function readPage(header: ThriftStruct, type: number, stored: Uint8Array, size: number, { chunk, reading, dictionary, place }: Around): Page {
  const { scratch, definition } = reading;
  const isSecond = type === pageTypes.second;
  const told = structOf(valueOf(header, isSecond ? headerFields.second : headerFields.data) ?? 0);
  const [rows, encoding] = [numberOf(told, dataFields.values), numberOf(told, isSecond ? secondFields.encoding : dataFields.encoding)];
  if (rows < 0 || rows > chunk.rows || (isSecond && numberOf(told, secondFields.rows) !== rows)) throw new RangeError("a page has more rows than its group");
  if (scratch.page.length < size) scratch.page = new Uint8Array(size);
  const width = 32 - Math.clz32(definition);
  const levels = (from: Uint8Array, start: number, end: number): Uint8Array | undefined => {
    if (definition === 0 || (rows > 0 && singleRun(from.subarray(start, end), 0, width, rows) === definition)) return undefined;
    if (scratch.levels.length < rows) scratch.levels = new Uint8Array(rows);
    const own = scratch.levels.subarray(0, rows);
    readRuns(from, start, end, width, own);
    return own;
  };
  let [bytes, at, found]: [Uint8Array, number, Uint8Array | undefined] = [stored, 0, undefined];
  if (isSecond) {
    const lead = numberOf(told, secondFields.definition);
    if (numberOf(told, secondFields.repetition) !== 0 || lead < 0 || lead > Math.min(size, stored.length)) throw new RangeError("a page has lists");
    found = levels(stored, 0, lead);
    const isPlain = told.some(({ id, type: kind }) => id === secondFields.compressed && kind === falseType);
    bytes = decompress(isPlain ? codecs.none : chunk.codec, stored.subarray(lead), scratch.page.subarray(0, size - lead));
  } else {
    bytes = decompress(chunk.codec, stored, scratch.page.subarray(0, size));
    if (definition > 0) {
      if (numberOf(told, dataFields.levels) !== encodings.runs || bytes.length < 4) throw new RangeError("a page has levels of another kind");
      at = 4 + new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
      if (at > bytes.length) throw new RangeError("a page is cut short");
      found = levels(bytes, 4, at);
    }
  }
  const count = found === undefined ? rows : countOf(found, definition);
  const isIndexed = encoding === encodings.dictionary || encoding === encodings.plainDictionary;
  if (encoding !== encodings.plain && !isIndexed) throw new RangeError(`a page has the encoding ${encoding}`);
  if (isIndexed && dictionary === undefined) throw new RangeError("a dictionary is not there");
  return { first: place.first, rows, levels: count === rows ? undefined : found, count, bytes, at, dictionary: isIndexed ? dictionary : undefined, place };
}

function countOf(levels: Uint8Array, definition: number): number {
  let count = 0;
  for (let row = 0; row < levels.length; row++) {
    const level = levels[row] ?? 0;
    if (level === definition) count++;
    else if (level > definition) throw new RangeError("a value is further down than its column");
  }
  return count;
}

function decompress(codec: number, stored: Uint8Array, into: Uint8Array): Uint8Array {
  if (codec === codecs.none) {
    if (stored.length !== into.length) throw new RangeError("a page has another length than it says");
    return stored;
  }
  if (codec === codecs.snappy) {
    decompressSnappy(stored, into);
    return into;
  }
  const other = codec === codecs.gzip ? gunzipSync : codec === codecs.brotli ? brotliDecompressSync : codec === codecs.zstd ? zstdDecompressSync : undefined;
  if (other === undefined) throw new RangeError(`a column is compressed by the codec ${codec}`);
  const bytes = inflated(() => other(stored, { maxOutputLength: Math.max(1, into.length) }));
  if (bytes.length !== into.length) throw new RangeError("a page has another length than it says");
  return bytes;
}

function inflated(act: () => Uint8Array): Uint8Array {
  try {
    return act();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new RangeError("a page cannot be decompressed", { cause: error });
  }
}
