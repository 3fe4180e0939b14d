/**
 * A Parquet file with only some of its columns, made by a new footer (Parquet format, "File format" and parquet.thrift) over the same bytes of the
 * columns that stay: nothing is decoded. The library's reader that takes single columns never answers when it meets certain damage.
 */
import { chunkFields, fileFields, groupFields, guardedParquet, listOf, magic, metaFields, metaOf, numberOf, placeOf, schemaFields, structOf } from "./parquet-footer.ts";
import type { OpenParquet, SchemaNode } from "./parquet-footer.ts";
import { writeThrift } from "./thrift.ts";
import type { ThriftStruct, ThriftValue } from "./thrift.ts";

/** Whether a column without children stays, by its names from the root on. */
export type Keeps = (path: readonly string[]) => boolean;

/** The file of the columns that stay. FILE_INVALID when they do not lie in it. */
export function projectParquet({ name, object, footer, leaves, root, groups: found }: OpenParquet, keeps: Keeps): Uint8Array {
  return guardedParquet(name, () => {
    const kept = leaves.map(({ path }) => keeps(path));
    const pieces: { readonly start: number; readonly length: number }[] = [];
    let end = magic.length;
    const groups = listOf(footer, fileFields.groups).map(structOf).map((group, k) => {
      const chunks = (found[k]?.chunks ?? []).filter((_, leaf) => kept[leaf]);
      const columns = chunks.map((chunk) => {
        const piece = placeOf(chunk, object.size);
        pieces.push(piece);
        end += piece.length;
        return moved(chunk, end - piece.length - piece.start);
      });
      const sizes = (field: number): number => chunks.reduce((sum, chunk) => sum + numberOf(metaOf(chunk), field), 0);
      const sized = replaced(replaced(group, groupFields.bytes, sizes(metaFields.uncompressed)), groupFields.compressed, sizes(metaFields.compressed));
      return without(replaced(sized, groupFields.columns, { element: structType, items: columns }), groupFields.sorting, groupFields.offset);
    });
    const parts = replaced(replaced(footer, fileFields.schema, { element: structType, items: only(root, kept) }), fileFields.groups, { element: structType, items: groups });
    // The Arrow schema that writers leave in the extra metadata would be of all columns.
    const written = writeThrift(without(parts, fileFields.extra, fileFields.orders));
    const bytes = new Uint8Array(end + written.length + 8);
    bytes.set(encoder.encode(magic));
    let at = magic.length;
    for (const { start, length } of pieces) object.copy(start, bytes.subarray(at, at += length));
    bytes.set(written, end);
    new DataView(bytes.buffer).setUint32(end + written.length, written.length, true);
    bytes.set(encoder.encode(magic), bytes.length - 4);
    return bytes;
  });
}

const encoder = new TextEncoder();
const structType = 12;

/** The tree as a file holds it, without the columns that do not stay. */
function only(root: SchemaNode, kept: readonly boolean[]): readonly ThriftStruct[] {
  const cut = ({ element, leaf, children }: SchemaNode): readonly ThriftStruct[] => {
    if (leaf >= 0) return kept[leaf] === true ? [element] : [];
    const below = children.map(cut).filter((part) => part.length > 0);
    return below.length === 0 && element !== root.element ? [] : [replaced(element, schemaFields.children, below.length), ...below.flat()];
  };
  return cut(root);
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

/** With another value in a field that is there. */
function replaced(struct: ThriftStruct, id: number, value: ThriftValue): ThriftStruct {
  return struct.map((field) => (field.id === id ? { ...field, value } : field));
}

function without(struct: ThriftStruct, ...ids: readonly number[]): ThriftStruct {
  return struct.filter(({ id }) => !ids.includes(id));
}
