/**
 * The rows of Parquet files as SQL: exactly the given files, each column by its name and type, missing columns null. Files alike are read
 * together. What a directory's name says about a partition is not believed, only the constants that come with a file are.
 */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { ReadableFile, ReadableSnapshot, RowIds } from "../delta/engine.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import { Failure } from "../values/failure.ts";
import { adoptFiles } from "./adopted-files.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";
import { fileShapes } from "./file-shapes.ts";
import { sameName } from "./file-elements.ts";
import type { FileShape } from "./file-shapes.ts";
import { cellSql } from "./physical-cell.ts";
import type { FileColumns } from "./physical-cell.ts";
import { constantSql, requireConstants } from "./partition-constants.ts";
import { rowIdsSql } from "./row-ids.ts";
import type { RowIdColumns } from "./row-ids.ts";
import { placesSql, selectionSql } from "./row-selection.ts";
import type { PlaceColumns } from "./row-selection.ts";
import { requireRawVariants } from "./variants.ts";

/** A column as files hold it: below `path` when that is not its name, or as a table that maps its columns names it. */
export interface StoredColumn extends NamedType { readonly path?: readonly string[]; readonly physical?: PhysicalColumn }

/** A file to be read, the state it is in when its name does not tell, and the number that whoever asks knows it by. */
export type StoredFile = ReadableFile & { readonly state?: string; readonly rowIds?: RowIds; readonly number?: number };

/** SELECT of a Delta snapshot. Files that the SELECT needs beside the table's own are added to `scratch`; else they go with the engine. SQL_INVALID for a table without columns. */
export async function snapshotSql(engine: Engine, { columns, physical = columns, byFieldId = false, partitionColumns, files }: ReadableSnapshot, scratch: string[] = []): Promise<string> {
  if (columns.length === 0) throw new Failure("SQL_INVALID", "The table has no columns, so there is nothing of it to ask for.", { hint: "Ask for a version that has some." });
  const stored = columns.map((column, k) => ({ ...column, physical: physical[k] ?? column }));
  return await parquetRows(engine, await adoptFiles(engine, files), stored, { partitionColumns, byFieldId, scratch });
}

/** Which columns partition the table, and whether the others are found by field id; the names of two columns with each row's file, by its number, which is its place among all where none is given, and its place there, where these are wanted. */
interface Reading { readonly partitionColumns: readonly string[]; readonly byFieldId: boolean; readonly scratch?: string[]; readonly rowTracking?: RowIdColumns; readonly placesAs?: PlaceColumns }

/** SELECT of `columns` from Parquet files; no files are no rows of the same types. */
export async function parquetRows(engine: Engine, files: readonly StoredFile[], columns: readonly StoredColumn[], { partitionColumns, byFieldId, scratch = [], rowTracking, placesAs }: Reading = { partitionColumns: [], byFieldId: false }): Promise<string> {
  if (files.length === 0) return emptySql(columns);
  const shapes = await fileShapes(engine, files);
  if (byFieldId) for (const [k, { url }] of files.entries()) requireFieldIds(url, shapes[k]);
  const constants = columns.filter(({ name }) => partitionColumns.includes(name)).map((column) => ({ ...column, physical: column.physical?.name ?? column.name }));
  await requireConstants(engine, constants, files);
  const partitions = constants.map(({ physical }) => physical);
  const groups = Map.groupBy(files.keys(), (k) => JSON.stringify([shapes[k]?.key, files[k]?.selection?.take ?? null, files[k]?.holds ?? null, ...partitions.map((name) => files[k]?.partitionValues[name] ?? null)]));
  const selects = [...groups.values()].map(async ([first = 0, ...others]) => {
    for (const { name, type, physical } of columns) {
      await requireRawVariants(engine, files[first]?.url ?? "", type, shapes[first]?.columns.find((element) => (byFieldId ? element.fieldId === physical?.fieldId : sameName(element.name, physical?.name ?? name))));
    }
    const from = { url: files[first]?.url ?? "", elements: shapes[first]?.columns ?? [], byFieldId };
    const selected = columns.map((column) => {
      const held = files[first]?.holds?.includes(column.name) === true;
      const partition = partitionColumns.includes(column.name) && !held;
      if (held) return `${storedSql({ ...column, physical: column }, { ...from, byFieldId: false })} AS ${quoteName(column.name)}`;
      return `${partition ? constantSql(column.type, files[first]?.partitionValues[column.physical?.name ?? column.name]) : storedSql(column, from)} AS ${quoteName(column.name)}`;
    });
    const numbers = [first, ...others];
    const alike = numbers.flatMap((k) => files[k] ?? []);
    if (rowTracking !== undefined) selected.push(...rowIdsSql(alike, shapes[first]?.columns ?? [], rowTracking));
    if (placesAs !== undefined) selected.push(...placesSql(alike, numbers.map((k) => files[k]?.number ?? k), shapes[first]?.columns ?? [], placesAs));
    return `SELECT ${selected.join(", ")} FROM ${readParquet(alike.map(({ url }) => url))}${await selectionSql(engine, alike, shapes[first]?.columns ?? [], scratch)}`;
  });
  return (await Promise.all(selects)).join("\nUNION ALL\n");
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
function storedSql(column: StoredColumn, from: FileColumns): string {
  const { name, type, path = [name], physical } = column;
  if (physical !== undefined) return cellSql(column, physical, from);
  const [root = name, ...rest] = path;
  const member = from.elements.some((element) => element.name === root) ? [quoteName(root), ...rest.map((field) => `[${quoteText(field)}]`)].join("") : "NULL";
  return `CAST(${member} AS ${duckType(type)})`;
}
