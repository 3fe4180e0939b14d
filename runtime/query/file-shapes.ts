/**
 * Which columns a Parquet file has, told by its footer and remembered: a data file never changes once it is written. Most files of a table are alike;
 * the engine is asked about one of each kind.
 */
import { setImmediate as turn } from "node:timers/promises";
import { footerMark } from "../parquet/footer-mark.ts";
import { fileList } from "./file-list.ts";
import { engineMemory } from "./engine-memory.ts";
import type { Engine } from "./engine.ts";

/** An element of a file's schema (Parquet format: SchemaElement) with those below it; `type` is the engine's, empty for groups. */
export interface FileElement { readonly name: string; readonly type: string; readonly fieldId: number | null; readonly repeated: boolean; readonly children: readonly FileElement[] }

/** Files with the same `key` have the same columns of the same types. */
export interface FileShape { readonly key: string; readonly columns: readonly FileElement[] }

const shapesKnown = engineMemory<FileShape>(100_000);

/** A file to look into; `state` tells its contents apart where the name alone does not. */
export interface ShapedFile { readonly url: string; readonly state?: string }

/** Shapes by the marks of footers. */
const shapesMarked = engineMemory<FileShape>(1_000);

/** Footers looked at before others get their turn. */
const looksAtOnce = 16;

/** The shapes of files, in their order. */
export async function fileShapes(engine: Engine, files: readonly ShapedFile[]): Promise<readonly FileShape[]> {
  const known = shapesKnown(engine);
  const keys = files.map(({ url, state = "" }) => `${state} ${url}`);
  const unknown = files.filter((_, k) => known.get(keys[k] ?? "") === undefined);
  const read = unknown.length === 0 ? undefined : await findShapes(engine, unknown);
  return files.map(({ url }, k) => {
    const key = keys[k] ?? "";
    const shape = known.get(key) ?? read?.get(url) ?? nothing;
    known.set(key, shape);
    return shape;
  });
}

/** By url. The footers are looked at here; the engine reads the first of each kind, and files that may change between two looks. */
async function findShapes(engine: Engine, files: readonly ShapedFile[]): Promise<ReadonlyMap<string, FileShape>> {
  const known = shapesMarked(engine);
  const marked = [];
  for (const [k, { url, state }] of files.entries()) {
    if (k % looksAtOnce === looksAtOnce - 1) await turn();
    marked.push({ url, mark: state === undefined ? footerMark(url) : undefined });
  }
  const kinds = Map.groupBy(marked, ({ url, mark }) => mark ?? `file ${url}`);
  const firsts = [...kinds.values()].flatMap(([first]) => (first === undefined || (first.mark !== undefined && known.get(first.mark) !== undefined) ? [] : [first]));
  const read = firsts.length === 0 ? undefined : await readShapes(engine, firsts.map(({ url }) => url));
  for (const { url, mark } of firsts) if (mark !== undefined) known.set(mark, read?.get(url) ?? nothing);
  return new Map([...kinds.values()].flatMap((alike) => {
    const [{ url = "", mark } = {}] = alike;
    const shape = (mark === undefined ? undefined : known.get(mark)) ?? read?.get(url) ?? nothing;
    return alike.map((file) => [file.url, shape]);
  }));
}

/** A file without any element below its root. */
const nothing: FileShape = { key: "", columns: [] };

interface Row { readonly name: string; readonly type: string; readonly fieldId: number | null; readonly repeated: boolean; readonly children: number }

/** parquet_schema lists the elements of each file depth first, the root above all. */
async function readShapes(engine: Engine, files: readonly string[]): Promise<ReadonlyMap<string, FileShape>> {
  const reader = await engine.control.runAndReadAll(`SELECT file_name, name, coalesce(duckdb_type, ''), field_id::INTEGER, coalesce(repetition_type = 'REPEATED', false), coalesce(num_children, 0)::INTEGER FROM parquet_schema(${fileList(files)})`);
  const elements = Map.groupBy(reader.getRows(), ([file]) => String(file));
  // Most files are alike: those share one shape.
  const shapes = new Map<string, FileShape>();
  return new Map([...elements].map(([file, rows]) => {
    const key = JSON.stringify(rows.slice(1).map((row) => row.slice(1)));
    return [file, shapes.getOrInsertComputed(key, () => ({ key, columns: columnsOf(rows) }))];
  }));
}

function columnsOf(rows: readonly (readonly unknown[])[]): readonly FileElement[] {
  const elements = rows.map(([, name, type, fieldId, repeated, children]): Row => ({ name: String(name), type: String(type), fieldId: fieldId === null ? null : Number(fieldId), repeated: repeated === true, children: Number(children) }));
  return elementAt(elements, 0).element.children;
}

/** An element with all below it, and the index after them. */
function elementAt(rows: readonly Row[], at: number): { readonly element: FileElement; readonly end: number } {
  const { name = "", type = "", fieldId = null, repeated = false, children: count = 0 } = rows[at] ?? {};
  const children: FileElement[] = [];
  let end = at + 1;
  for (let child = 0; child < count; child += 1) {
    const below = elementAt(rows, end);
    children.push(below.element);
    end = below.end;
  }
  return { element: { name, type, fieldId, repeated, children }, end };
}
