/**
 * A Parquet file with only some of its columns, made by a new footer (Parquet format, "File format" and parquet.thrift) over the same bytes of the
 * columns that stay: nothing is decoded. The library's reader that takes single columns never answers when it meets certain damage.
 */
import { Failure } from "../values/failure.ts";
import { readThrift, writeThrift } from "./thrift.ts";
import type { ThriftList, ThriftStruct, ThriftValue } from "./thrift.ts";

/** Whether a column without children stays, by its names from the root on. */
export type Keeps = (path: readonly string[]) => boolean;

/** A column without children, by its names from the root on, and how many values that are not null it holds, as statistics say. */
export interface ParquetLeaf { readonly path: readonly string[]; readonly values: number | undefined }

/** Fields of parquet.thrift by their numbers. */
const fileFields = { schema: 2, groups: 4, extra: 5, orders: 7 };
const schemaFields = { name: 4, children: 5 };
const groupFields = { columns: 1, bytes: 2, sorting: 4, offset: 5, compressed: 6 };
const chunkFields = { file: 1, offset: 2, meta: 3 };
const metaFields = { values: 5, uncompressed: 6, compressed: 7, dataPage: 9, indexPage: 10, dictionaryPage: 11, statistics: 12 };
const statisticsFields = { nulls: 3 };

const magic = "PAR1";

/** The file of the columns that stay. FILE_INVALID when it is no Parquet file, or an encrypted one. */
export function projectParquet(bytes: Uint8Array, name: string, keeps: Keeps): Uint8Array {
  return guarded(name, () => {
    const footer = footerOf(bytes);
    const schema = schemaOf(footer);
    const kept = schema.leaves.map(keeps);
    const pieces: Uint8Array[] = [encoder.encode(magic)];
    let end = magic.length;
    const groups = listOf(footer, fileFields.groups).map((item) => {
      const group = structOf(item);
      const all = listOf(group, groupFields.columns).map(structOf);
      if (all.length !== kept.length) throw new RangeError("a row group has other columns than the file");
      const chunks = all.filter((_, leaf) => kept[leaf]);
      const columns = chunks.map((chunk) => {
        const { start, length } = placeOf(chunk, bytes.length);
        pieces.push(bytes.subarray(start, start + length));
        end += length;
        return moved(chunk, end - length - start);
      });
      const sizes = (field: number): number => chunks.reduce((sum, chunk) => sum + numberOf(metaOf(chunk), field), 0);
      const sized = replaced(replaced(group, groupFields.bytes, sizes(metaFields.uncompressed)), groupFields.compressed, sizes(metaFields.compressed));
      return without(replaced(sized, groupFields.columns, { element: structType, items: columns }), groupFields.sorting, groupFields.offset);
    });
    const parts = replaced(replaced(footer, fileFields.schema, { element: structType, items: schema.only(kept) }), fileFields.groups, { element: structType, items: groups });
    // The Arrow schema that writers leave in the extra metadata would be of all columns.
    const written = writeThrift(without(parts, fileFields.extra, fileFields.orders));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, written.length, true);
    return Buffer.concat([...pieces, written, length, encoder.encode(magic)]);
  });
}

/** The columns without children, in order. FILE_INVALID likewise. */
export function parquetLeaves(bytes: Uint8Array, name: string): readonly ParquetLeaf[] {
  return guarded(name, () => {
    const footer = footerOf(bytes);
    const groups = listOf(footer, fileFields.groups).map((group) => listOf(structOf(group), groupFields.columns).map(structOf));
    return schemaOf(footer).leaves.map((path, leaf) => ({
      path, values: groups.reduce<number | undefined>((sum, chunks) => addCounts(sum, chunks[leaf] === undefined ? undefined : valuesOf(chunks[leaf])), 0),
    }));
  });
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const structType = 12;

function guarded<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure("FILE_INVALID", `${name} is no Parquet file that can be read: ${error.message}`, { place: { file: name }, cause: error });
  }
}

/** `PAR1`, columns, the footer, its length in four bytes, `PAR1`. */
function footerOf(bytes: Uint8Array): ThriftStruct {
  const end = bytes.length - 8;
  if (end < 4 || decoder.decode(bytes.subarray(end + 4)) !== magic) throw new RangeError("it does not end as one");
  const length = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true);
  if (length > end - 4) throw new RangeError("its footer is longer than it");
  return readThrift(bytes.subarray(end - length, end));
}

/** The tree of columns, which the file holds as a list, each before its children; the first is the root. */
function schemaOf(footer: ThriftStruct): { readonly leaves: readonly (readonly string[])[]; readonly only: (kept: readonly boolean[]) => readonly ThriftStruct[] } {
  const elements = listOf(footer, fileFields.schema).map(structOf);
  let at = 0;
  const leaves: (readonly string[])[] = [];
  interface Node { readonly element: ThriftStruct; readonly leaf: number; readonly children: readonly Node[] }
  const read = (path: readonly string[]): Node => {
    const element = elements[at++];
    if (element === undefined) throw new RangeError("its schema lacks columns");
    const own = at === 1 ? [] : [...path, decoder.decode(bytesOf(element, schemaFields.name))];
    const count = valueOf(element, schemaFields.children) === undefined ? 0 : numberOf(element, schemaFields.children);
    if (count < 0 || count > elements.length || path.length > 64) throw new RangeError("its schema is no tree");
    if (count === 0 && own.length > 0) return { element, leaf: leaves.push(own) - 1, children: [] };
    return { element, leaf: -1, children: Array.from({ length: count }, () => read(own)) };
  };
  const root = read([]);
  const only = (kept: readonly boolean[]): readonly ThriftStruct[] => {
    const cut = ({ element, leaf, children }: Node): readonly ThriftStruct[] => {
      if (leaf >= 0) return kept[leaf] === true ? [element] : [];
      const below = children.map(cut).filter((part) => part.length > 0);
      return below.length === 0 && element !== root.element ? [] : [replaced(element, schemaFields.children, below.length), ...below.flat()];
    };
    return cut(root);
  };
  return { leaves, only };
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
function placeOf(chunk: ThriftStruct, size: number): { readonly start: number; readonly length: number } {
  if (valueOf(chunk, chunkFields.file) !== undefined) throw new RangeError("its columns lie in another file");
  const meta = metaOf(chunk);
  const [dictionary, length] = [valueOf(meta, metaFields.dictionaryPage), numberOf(meta, metaFields.compressed)];
  const data = numberOf(meta, metaFields.dataPage);
  // Some writers say 0 for a dictionary that is not there.
  const start = typeof dictionary === "number" && dictionary > 0 ? Math.min(dictionary, data) : data;
  if (start < 0 || length < 0 || start + length > size) throw new RangeError("a column lies beyond its end");
  return { start, length };
}

/** The chunk with its pages so many bytes further on; indexes and filters of it stay behind. */
function moved(chunk: ThriftStruct, by: number): ThriftStruct {
  const meta = metaOf(chunk).filter(({ id }) => id < 14 || id > 15).map((field) => {
    const isOffset = field.id === metaFields.dataPage || field.id === metaFields.indexPage || (field.id === metaFields.dictionaryPage && field.value !== 0);
    return isOffset && typeof field.value === "number" ? { ...field, value: field.value + by } : field;
  });
  return [
    ...chunk.filter(({ id }) => id === chunkFields.offset).map((field) => ({ ...field, value: 0 })),
    ...chunk.filter(({ id }) => id === chunkFields.meta).map((field) => ({ ...field, value: meta })),
  ];
}

function metaOf(chunk: ThriftStruct): ThriftStruct {
  const meta = valueOf(chunk, chunkFields.meta);
  if (meta === undefined) throw new RangeError("a column has no metadata");
  return structOf(meta);
}

function valueOf(struct: ThriftStruct, id: number): ThriftValue | undefined {
  return struct.find((field) => field.id === id)?.value;
}

function numberOf(struct: ThriftStruct, id: number): number {
  const value = valueOf(struct, id);
  if (typeof value !== "number") throw new RangeError(`its footer lacks the number ${id} of a part`);
  return value;
}

function bytesOf(struct: ThriftStruct, id: number): Uint8Array {
  const value = valueOf(struct, id);
  if (!(value instanceof Uint8Array)) throw new RangeError(`its footer lacks the text ${id} of a part`);
  return value;
}

function structOf(value: ThriftValue): ThriftStruct {
  if (typeof value === "number" || value instanceof Uint8Array || "items" in value) throw new RangeError("its footer has something else where a part should be");
  return value;
}

function listOf(struct: ThriftStruct, id: number): ThriftList["items"] {
  const value = valueOf(struct, id);
  if (typeof value !== "object" || value instanceof Uint8Array || !("items" in value)) throw new RangeError(`its footer lacks the list ${id}`);
  return value.items;
}

/** With another value in a field that is there. */
function replaced(struct: ThriftStruct, id: number, value: ThriftValue): ThriftStruct {
  return struct.map((field) => (field.id === id ? { ...field, value } : field));
}

function without(struct: ThriftStruct, ...ids: readonly number[]): ThriftStruct {
  return struct.filter(({ id }) => !ids.includes(id));
}
