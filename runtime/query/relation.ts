/**
 * The rows of Parquet files as SQL: exactly the given files, each column by its name and type, missing columns null. Files alike are read
 * together. What a directory's name says about a partition is not believed, only the constants that come with a file are.
 */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { ReadableFile, ReadableSnapshot } from "../delta/engine.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import { Failure } from "../values/failure.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";
import { fileShapes } from "./file-shapes.ts";
import type { FileElement, FileShape } from "./file-shapes.ts";
import { cellSql } from "./physical-cell.ts";

/** A column as files hold it: below `path` when that is not its name, or as a table that maps its columns names it. */
export interface StoredColumn extends NamedType { readonly path?: readonly string[]; readonly physical?: PhysicalColumn }

/** A file to be read, and the state it is in when its name does not tell. */
export type StoredFile = ReadableFile & { readonly state?: string };

/** SELECT of a Delta snapshot. */
export function snapshotSql(engine: Engine, { columns, physical = columns, byFieldId = false, partitionColumns, files }: ReadableSnapshot): Promise<string> {
  const stored = columns.map((column, k) => ({ ...column, physical: physical[k] ?? column }));
  return parquetRows(engine, files, stored, { partitionColumns, byFieldId });
}

/** Which columns partition the table, and whether the others are found by field id. */
interface Reading { readonly partitionColumns: readonly string[]; readonly byFieldId: boolean }

/** SELECT of `columns` from Parquet files; no files are no rows of the same types. */
export async function parquetRows(engine: Engine, files: readonly StoredFile[], columns: readonly StoredColumn[], { partitionColumns, byFieldId }: Reading = { partitionColumns: [], byFieldId: false }): Promise<string> {
  if (files.length === 0) return emptySql(columns);
  const shapes = await fileShapes(engine, files);
  if (byFieldId) for (const [k, { url }] of files.entries()) requireFieldIds(url, shapes[k]);
  const partitions = columns.filter(({ name }) => partitionColumns.includes(name)).map(({ name, physical }) => physical?.name ?? name);
  const groups = Map.groupBy(files.keys(), (k) => JSON.stringify([shapes[k]?.key, ...partitions.map((name) => files[k]?.partitionValues[name] ?? null)]));
  return [...groups.values()].map(([first = 0, ...others]) => {
    const selected = columns.map((column) => {
      const partition = partitionColumns.includes(column.name);
      return `${partition ? constantSql(column.type, files[first], column.physical?.name ?? column.name) : storedSql(column, shapes[first]?.columns ?? [], byFieldId)} AS ${quoteName(column.name)}`;
    });
    return `SELECT ${selected.join(", ")} FROM ${readParquet([first, ...others].map((k) => files[k]?.url ?? ""))}`;
  }).join("\nUNION ALL\n");
}

/** `read_parquet(…)` of files that are alike. */
export function readParquet(files: readonly string[]): string {
  return `read_parquet(${fileList(files)}, hive_partitioning = false)`;
}

/** No rows of these columns. */
export function emptySql(columns: readonly NamedType[]): string {
  return `SELECT ${columns.map((column) => `CAST(NULL AS ${duckType(column.type)}) AS ${quoteName(column.name)}`).join(", ")} WHERE false`;
}

/** A table whose columns go by field id cannot be read from a file that has none: which column is which is unknown. */
function requireFieldIds(url: string, shape: FileShape | undefined): void {
  if (shape === undefined || shape.columns.length === 0 || shape.columns.some(({ fieldId }) => fieldId !== null)) return;
  throw new Failure("FILE_INVALID", `${url} has no field ids, and its table maps columns by them.`, { hint: "Write the file again with the engine that made the table.", place: { file: url } });
}

/** A cast to the type a column has already costs nothing. */
function storedSql(column: StoredColumn, elements: readonly FileElement[], byFieldId: boolean): string {
  const { name, type, path = [name], physical } = column;
  if (physical !== undefined) return cellSql(column, physical, elements, byFieldId);
  const [root = name, ...rest] = path;
  const member = elements.some((element) => element.name === root) ? [quoteName(root), ...rest.map((field) => `[${quoteText(field)}]`)].join("") : "NULL";
  return `CAST(${member} AS ${duckType(type)})`;
}

/** A partition string as a constant of its type (Delta protocol: Partition Value Serialization); empty is null. */
function constantSql(type: ColumnType, file: ReadableFile | undefined, column: string): string {
  const text = file?.partitionValues[column] ?? "";
  if (text === "") return `CAST(NULL AS ${duckType(type)})`;
  // Spark keeps bytes as the text that they are in UTF-8.
  if (type.kind === "bytes") return `encode(${quoteText(text)})`;
  return `CAST(${quoteText(text)} AS ${duckType(type)})`;
}
