/** Which columns a Parquet file has, told by its footer and remembered: a data file never changes once it is written. */
import { fileList } from "./file-list.ts";
import { engineMemory } from "./engine-memory.ts";
import type { Engine } from "./engine.ts";

/** Files with the same `key` have the same columns of the same types. */
export interface FileShape { readonly key: string; readonly columns: ReadonlySet<string> }

const shapesKnown = engineMemory<FileShape>(100_000);

/** A file to look into; `state` tells its contents apart where the name alone does not. */
export interface ShapedFile { readonly url: string; readonly state?: string }

/** The shapes of files, in their order. */
export async function fileShapes(engine: Engine, files: readonly ShapedFile[]): Promise<readonly FileShape[]> {
  const known = shapesKnown(engine);
  const keys = files.map(({ url, state = "" }) => `${state} ${url}`);
  const unknown = files.filter((_, k) => known.get(keys[k] ?? "") === undefined);
  const read = unknown.length === 0 ? undefined : await readShapes(engine, unknown.map(({ url }) => url));
  return files.map(({ url }, k) => {
    const key = keys[k] ?? "";
    const shape = known.get(key) ?? read?.get(url) ?? nothing;
    known.set(key, shape);
    return shape;
  });
}

/** A file without any element below its root. */
const nothing: FileShape = { key: "", columns: new Set() };

interface Element { readonly name: string; readonly type: string; readonly children: number }

/** parquet_schema lists the elements of each file depth first, the root above all (Parquet format: SchemaElement). */
async function readShapes(engine: Engine, files: readonly string[]): Promise<ReadonlyMap<string, FileShape>> {
  const reader = await engine.control.runAndReadAll(`SELECT file_name, name, coalesce(duckdb_type, ''), coalesce(num_children, 0)::INTEGER FROM parquet_schema(${fileList(files)})`);
  const elements = Map.groupBy(reader.getRows(), ([file]) => String(file));
  return new Map([...elements].map(([file, rows]) => [file, shapeOf(rows.map(([, name, type, children]) => ({ name: String(name), type: String(type), children: Number(children) })))]));
}

function shapeOf(elements: readonly Element[]): FileShape {
  const columns = new Set<string>();
  for (let at = 1; at < elements.length; at = endOf(elements, at)) columns.add(elements[at]?.name ?? "");
  return { key: JSON.stringify(elements.slice(1)), columns };
}

/** The index after an element and all below it. */
function endOf(elements: readonly Element[], at: number): number {
  let end = at + 1;
  for (let child = 0; child < (elements[at]?.children ?? 0); child += 1) end = endOf(elements, end);
  return end;
}
