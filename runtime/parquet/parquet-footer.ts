/** What a Parquet file says of itself at its end (Parquet format, "File format" and parquet.thrift): its tree of columns, and where the pages of each lie. */
import type { HeldObject } from "../storage/held-object.ts";
import { heldBytes } from "../storage/held-object.ts";
import { Failure } from "../values/failure.ts";
import { readThriftAt } from "./thrift.ts";
import type { ThriftList, ThriftStruct, ThriftValue } from "./thrift.ts";

/** A file whose footer was read; its columns are read when they are needed. */
export interface OpenParquet {
  readonly name: string;
  readonly object: HeldObject;
  readonly footer: ThriftStruct;
  /** The columns without children, in order. */
  readonly leaves: readonly ParquetLeaf[];
  readonly root: SchemaNode;
  /** Rows of each group, and its columns in the order of the leaves. */
  readonly groups: readonly { readonly rows: number; readonly chunks: readonly ThriftStruct[] }[];
}

/** A column without children, by its names from the root on, and how many values that are not null it holds, as statistics say. */
export interface ParquetLeaf {
  readonly path: readonly string[];
  readonly values: number | undefined;
  readonly element: ThriftStruct;
  /** Definition level of a value that is there; undefined for a column of lists, where it alone does not tell. */
  readonly definition: number | undefined;
}

/** A column of the tree; `leaf` is its place among those without children, or -1. */
export interface SchemaNode { readonly element: ThriftStruct; readonly leaf: number; readonly children: readonly SchemaNode[] }

/** Fields of parquet.thrift by their numbers. */
export const fileFields = { schema: 2, groups: 4, extra: 5, orders: 7 };
export const schemaFields = { type: 1, repetition: 3, name: 4, children: 5, converted: 6 };
export const groupFields = { columns: 1, bytes: 2, rows: 3, sorting: 4, offset: 5, compressed: 6 };
export const chunkFields = { file: 1, offset: 2, meta: 3 };
export const metaFields = { type: 1, codec: 4, values: 5, uncompressed: 6, compressed: 7, dataPage: 9, indexPage: 10, dictionaryPage: 11, statistics: 12 };
const statisticsFields = { nulls: 3 };
const repetitions = { required: 0, optional: 1 };

export const magic = "PAR1";
/** Most footers are no longer. */
const tailBytes = 65_536;
const depthMax = 64;
const decoder = new TextDecoder();

/** The file, its columns yet to be read. FILE_INVALID when it is no Parquet file, or an encrypted one. */
export function openParquet(object: HeldObject | Uint8Array, name: string): OpenParquet {
  return guardedParquet(name, () => {
    const held = object instanceof Uint8Array ? heldBytes(object) : object;
    const footer = readFooter(held);
    const tree = readSchema(footer);
    const groups = listOf(footer, fileFields.groups).map(structOf).map((group) => ({ rows: numberOf(group, groupFields.rows), chunks: listOf(group, groupFields.columns).map(structOf) }));
    if (groups.some(({ chunks }) => chunks.length !== tree.leaves.length)) throw new RangeError("a row group has other columns than the file");
    const leaves = tree.leaves.map((leaf, k) => ({ ...leaf, values: groups.reduce<number | undefined>((sum, { chunks }) => addCounts(sum, chunks[k] === undefined ? undefined : valuesOf(chunks[k])), 0) }));
    return { name, object: held, footer, leaves, root: tree.root, groups };
  });
}

/** What `act` gives; that the bytes are no such file as FILE_INVALID. */
export function guardedParquet<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure("FILE_INVALID", `${name} is no Parquet file that can be read: ${error.message}`, { place: { file: name }, cause: error });
  }
}

/** `PAR1`, columns, the footer, its length in four bytes, `PAR1`. */
function readFooter(object: HeldObject): ThriftStruct {
  const end = object.size - 8;
  const tail = end < 4 ? new Uint8Array() : bytesAt(object, Math.max(0, object.size - tailBytes), Math.min(object.size, tailBytes));
  if (decoder.decode(tail.subarray(-4)) !== magic) throw new RangeError("it does not end as one");
  const length = new DataView(tail.buffer, tail.byteOffset + tail.length - 8, 4).getUint32(0, true);
  if (length > end - 4) throw new RangeError("its footer is longer than it");
  return readThriftAt(length + 8 <= tail.length ? tail.subarray(tail.length - 8 - length, tail.length - 8) : bytesAt(object, end - length, length), 0).struct;
}

function bytesAt(object: HeldObject, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  object.copy(offset, bytes);
  return bytes;
}

/** The tree of columns, which the file holds as a list, each before its children; the first is the root. */
function readSchema(footer: ThriftStruct): { readonly leaves: readonly Omit<ParquetLeaf, "values">[]; readonly root: SchemaNode } {
  const elements = listOf(footer, fileFields.schema).map(structOf);
  let at = 0;
  const leaves: Omit<ParquetLeaf, "values">[] = [];
  const read = (path: readonly string[], above: number | undefined): SchemaNode => {
    const element = elements[at++];
    if (element === undefined) throw new RangeError("its schema lacks columns");
    const isRoot = at === 1;
    const own = isRoot ? [] : [...path, decoder.decode(bytesOf(element, schemaFields.name))];
    const definition = isRoot ? 0 : definitionOf(above, valueOf(element, schemaFields.repetition));
    const count = valueOf(element, schemaFields.children) === undefined ? 0 : numberOf(element, schemaFields.children);
    if (count < 0 || count > elements.length || path.length > depthMax) throw new RangeError("its schema is no tree");
    if (count === 0 && !isRoot) return { element, leaf: leaves.push({ path: own, element, definition }) - 1, children: [] };
    return { element, leaf: -1, children: Array.from({ length: count }, () => read(own, definition)) };
  };
  return { root: read([], 0), leaves };
}

function definitionOf(above: number | undefined, repetition: ThriftValue | undefined): number | undefined {
  if (above === undefined || (repetition !== repetitions.required && repetition !== repetitions.optional)) return undefined;
  return above + repetition;
}

/** How many values of a column chunk are not null, when statistics say. */
function valuesOf(chunk: ThriftStruct): number | undefined {
  const meta = metaOf(chunk);
  const statistics = valueOf(meta, metaFields.statistics);
  const nulls = statistics === undefined ? undefined : valueOf(structOf(statistics), statisticsFields.nulls);
  return typeof nulls === "number" ? numberOf(meta, metaFields.values) - nulls : undefined;
}

function addCounts(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}

/** Where the pages of a column chunk lie. */
export function placeOf(chunk: ThriftStruct, size: number): { readonly start: number; readonly length: number } {
  if (valueOf(chunk, chunkFields.file) !== undefined) throw new RangeError("its columns lie in another file");
  const meta = metaOf(chunk);
  const [dictionary, length] = [valueOf(meta, metaFields.dictionaryPage), numberOf(meta, metaFields.compressed)];
  const data = numberOf(meta, metaFields.dataPage);
  // Some writers say 0 for a dictionary that is not there.
  const start = typeof dictionary === "number" && dictionary > 0 ? Math.min(dictionary, data) : data;
  if (start < 0 || length < 0 || start + length > size) throw new RangeError("a column lies beyond its end");
  return { start, length };
}

export function metaOf(chunk: ThriftStruct): ThriftStruct {
  const meta = valueOf(chunk, chunkFields.meta);
  if (meta === undefined) throw new RangeError("a column has no metadata");
  return structOf(meta);
}

export function valueOf(struct: ThriftStruct, id: number): ThriftValue | undefined {
  return struct.find((field) => field.id === id)?.value;
}

export function numberOf(struct: ThriftStruct, id: number): number {
  const value = valueOf(struct, id);
  if (typeof value !== "number") throw new RangeError(`its footer lacks the number ${id} of a part`);
  return value;
}

function bytesOf(struct: ThriftStruct, id: number): Uint8Array {
  const value = valueOf(struct, id);
  if (!(value instanceof Uint8Array)) throw new RangeError(`its footer lacks the text ${id} of a part`);
  return value;
}

export function structOf(value: ThriftValue): ThriftStruct {
  if (typeof value === "number" || value instanceof Uint8Array || "items" in value) throw new RangeError("its footer has something else where a part should be");
  return value;
}

export function listOf(struct: ThriftStruct, id: number): ThriftList["items"] {
  const value = valueOf(struct, id);
  if (typeof value !== "object" || value instanceof Uint8Array || !("items" in value)) throw new RangeError(`its footer lacks the list ${id}`);
  return value.items;
}
