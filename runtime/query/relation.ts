/**
 * The rows of Parquet files as SQL: exactly the given files, each column by its name and type, missing columns null. Files alike are read
 * together. What a directory's name says about a partition is not believed, only the constants that come with a file are.
 */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { ReadableFile, ReadableSnapshot } from "../delta/engine.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";
import { fileShapes } from "./file-shapes.ts";

/** A column as files hold it: below `path` when that is not its name. */
export interface StoredColumn extends NamedType { readonly path?: readonly string[] }

/** A file to be read, and the state it is in when its name does not tell. */
export type StoredFile = ReadableFile & { readonly state?: string };

/** SELECT of a Delta snapshot. */
export function snapshotSql(engine: Engine, { columns, partitionColumns, files }: ReadableSnapshot): Promise<string> {
  return parquetRows(engine, files, columns, partitionColumns);
}

/** SELECT of `columns` from Parquet files; no files are no rows of the same types. */
export async function parquetRows(engine: Engine, files: readonly StoredFile[], columns: readonly StoredColumn[], partitionColumns: readonly string[] = []): Promise<string> {
  if (files.length === 0) return emptySql(columns);
  const shapes = await fileShapes(engine, files);
  const groups = Map.groupBy(files.keys(), (k) => JSON.stringify([shapes[k]?.key, ...partitionColumns.map((name) => files[k]?.partitionValues[name] ?? null)]));
  return [...groups.values()].map(([first = 0, ...others]) => {
    const selected = columns.map((column) => {
      const partition = partitionColumns.includes(column.name);
      return `${partition ? constantSql(column.type, files[first], column.name) : storedSql(column, shapes[first]?.columns)} AS ${quoteName(column.name)}`;
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

/** A cast to the type a column has already costs nothing. */
function storedSql({ name, type, path = [name] }: StoredColumn, present: ReadonlySet<string> | undefined): string {
  const [root = name, ...rest] = path;
  const member = present?.has(root) === true ? [quoteName(root), ...rest.map((field) => `[${quoteText(field)}]`)].join("") : "NULL";
  return `CAST(${member} AS ${duckType(type)})`;
}

/** A partition string as a constant of its type (Delta protocol: Partition Value Serialization); empty is null. */
function constantSql(type: ColumnType, file: ReadableFile | undefined, column: string): string {
  const text = file?.partitionValues[column] ?? "";
  if (text === "") return `CAST(NULL AS ${duckType(type)})`;
  if (type.kind === "bytes") return `CAST(${quoteText([...text].map((letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""))} AS BLOB)`;
  return `CAST(${quoteText(text)} AS ${duckType(type)})`;
}
