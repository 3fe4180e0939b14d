/**
 * A table's rows as SQL: exactly the given files, each column by its name and type, missing columns null. File names are taken
 * letter for letter; what a directory's name says about a partition is not believed, only the snapshot's own constants are.
 */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { ReadableFile, ReadableSnapshot } from "../delta/engine.ts";
import { duckType } from "./duckdb-types.ts";

/** SELECT of a Delta snapshot; no files are no rows of the same types. */
export function snapshotSql(snapshot: ReadableSnapshot): string {
  const groups = Map.groupBy(snapshot.files, (file) => JSON.stringify(snapshot.partitionColumns.map((name) => file.partitionValues[name] ?? null)));
  const stored = snapshot.columns.filter((column) => !snapshot.partitionColumns.includes(column.name));
  const selects = [...groups.values()].map((files) => {
    const columns = snapshot.columns.map((column) => (stored.includes(column) ? quoteName(column.name) : `${constantSql(column.type, files[0], column.name)} AS ${quoteName(column.name)}`));
    return `SELECT ${columns.join(", ")} FROM ${parquetSql(files.map((file) => file.url), stored)}`;
  });
  return selects.length === 0 ? emptySql(snapshot.columns) : selects.join("\nUNION ALL\n");
}

/** No rows of these columns. */
export function emptySql(columns: readonly NamedType[]): string {
  return `SELECT ${columns.map((column) => `CAST(NULL AS ${duckType(column.type)}) AS ${quoteName(column.name)}`).join(", ")} WHERE false`;
}

/** `read_parquet(…)` of these files; columns are found by `name`, those a file lacks are null. */
export function parquetSql(files: readonly string[], columns: readonly NamedType[]): string {
  // Without a single stored column there is no schema to ask for; the rows still count.
  const schema = columns.map((column) => `${quoteText(column.name)}: {'name': ${quoteText(column.name)}, 'type': ${quoteText(duckType(column.type))}, 'default_value': NULL}`);
  return `read_parquet(${fileList(files)}, hive_partitioning = false${schema.length === 0 ? "" : `, schema = MAP {${schema.join(", ")}}`})`;
}

/** A list of file names, none of them a pattern. */
export function fileList(files: readonly string[]): string {
  return `[${files.map((file) => quoteText(literalPath(file))).join(", ")}]`;
}

/** DuckDB reads `*`, `?` and `[` in a file's name as a pattern; each alone in brackets means itself. */
function literalPath(file: string): string {
  return file.replaceAll(/[*?[]/g, "[$&]");
}

/** A partition string as a constant of its type (Delta protocol: Partition Value Serialization); empty is null. */
function constantSql(type: ColumnType, file: ReadableFile | undefined, column: string): string {
  const text = file?.partitionValues[column] ?? "";
  if (text === "") return `CAST(NULL AS ${duckType(type)})`;
  if (type.kind === "bytes") return `CAST(${quoteText([...text].map((letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""))} AS BLOB)`;
  return `CAST(${quoteText(text)} AS ${duckType(type)})`;
}
