/**
 * The rows of Parquet, CSV and JSON files as SQL, with the declared columns in their order. A column is found by its `@from` name or its own.
 * A cell that is not of its column's type fails the query; `engine-failure.ts` says where.
 */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { readHeader } from "../sources/csv-header.ts";
import type { PartitionValues } from "../delta/engine.ts";
import type { FileFormat } from "../sources/file-format.ts";
import { namedFolders } from "../sources/named-folders.ts";
import type { SourceFile } from "../sources/source-files.ts";
import { Failure } from "../values/failure.ts";
import { jsonValue, textValue } from "./bulk-cells.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { isLoose, requireExact, unrounded } from "./exact-cells.ts";
import type { FileColumn, LooseCell, LooseFile } from "./exact-cells.ts";
import { fileList } from "./file-list.ts";
import { holdsBytes, withBytes } from "./nested-bytes.ts";
import { parquetRows } from "./relation.ts";

/** SELECT of the rows of files of one format. FILE_INVALID when a column that is never null is not in a CSV file. */
export async function fileSql(engine: Engine, format: Exclude<FileFormat, { kind: "arrow" }>, found: readonly SourceFile[], columns: readonly FileColumn[], partitionBy: readonly string[] = []): Promise<string> {
  const files = found.map(({ file }) => file);
  if (format.kind === "csv") return csvSql(engine, format, files, columns);
  if (format.kind === "json") {
    for (const file of files) await requireExact(engine, looseJson(format, file, columns));
    return jsonSql(format, files, columns);
  }
  const partitions = columns.filter(({ name }) => partitionBy.includes(name));
  const stored = found.map((one) => ({ url: one.file, state: `${one.size} ${one.modified}`, partitionValues: partitionValues(one, partitions) }));
  try {
    return await parquetRows(engine, stored, columns.map((column) => ({ ...column, path: pathOf(column) })), { partitionColumns: partitionBy, byFieldId: false });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "DELTA_LOG_BROKEN") throw error;
    const { value, file } = error.place ?? {};
    throw new Failure("FILE_INVALID", `A folder of ${found.find((one) => one.file === file)?.origin ?? file} is named after ${JSON.stringify(value)}, which is no value of its column.`, { hint: "Declare the partition as what the names of the folders hold.", ...(error.place === undefined ? {} : { place: error.place }), cause: error });
  }
}

/** What the names of its folders say. FILE_INVALID where one of the partitions is in no folder's name, or is null and never may be. */
function partitionValues({ file, origin = file }: SourceFile, partitions: readonly FileColumn[]): PartitionValues {
  const folders = new Map(namedFolders({ file, origin }));
  return Object.fromEntries(partitions.map(({ name, from = name, nullable }) => {
    const value = folders.get(from);
    if (value === undefined) throw new Failure("FILE_INVALID", `${origin} lies in no folder ${from}=….`, { hint: "A partition of a Parquet table is told by the names of its files' folders.", place: { file: origin } });
    const absent = value === "" || value === "__HIVE_DEFAULT_PARTITION__";
    if (absent && !nullable) throw new Failure("FILE_INVALID", `${origin} has no value of ${name}, which is declared never null.`, { hint: "Write `| null` behind its type.", place: { file: origin } });
    return [name, absent ? null : value];
  }));
}

/** `trip.id` is the field `id` of `trip`. */
function pathOf(column: FileColumn): readonly string[] {
  return (column.from ?? column.name).split(".");
}

async function csvSql(engine: Engine, format: Extract<FileFormat, { kind: "csv" }>, files: readonly string[], columns: readonly FileColumn[]): Promise<string> {
  const headers = await Promise.all(files.map(async (file) => (format.header ? readHeader(file, format.delimiter) : columns.map((column) => column.from ?? column.name))));
  for (const [k, file] of files.entries()) await requireExact(engine, looseCsv(format, file, headers[k] ?? [], columns));
  const groups = Map.groupBy(files.keys(), (k) => JSON.stringify(headers[k]));
  return [...groups.values()].map((members) => {
    const [first = 0] = members;
    const names = headers[first] ?? [];
    const own = members.map((k) => files[k] ?? "");
    const selected = columns.map((column) => `${csvCell(column, names, own[0] ?? "")} AS ${quoteName(column.name)}`);
    return `SELECT ${selected.join(", ")} FROM ${readCsv(format, own, names, columns)}`;
  }).join("\nUNION ALL\n");
}

/** `read_csv(…)` told everything: nothing is sniffed from the rows. Cells no column asks for, and those spelled in a way of ours, are text. Without `quotedNulls`, a cell in quotes is never null. */
export function readCsv(format: Extract<FileFormat, { kind: "csv" }>, files: readonly string[], names: readonly string[], columns: readonly FileColumn[], quotedNulls = true): string {
  const types = names.map((name) => {
    const column = columns.find((known) => (known.from ?? known.name) === name);
    return `${quoteText(name)}: ${quoteText(column === undefined || column.type.kind === "bytes" || holdsBytes(column.type) ? "VARCHAR" : duckType(column.type))}`;
  });
  const nulls = format.nulls.length === 0 ? "" : `, nullstr = [${format.nulls.map(quoteText).join(", ")}]`;
  return `read_csv(${fileList(files)}, auto_detect = false, hive_partitioning = false, header = ${format.header}, delim = ${quoteText(format.delimiter)}, quote = '"', escape = '"', allow_quoted_nulls = ${quotedNulls}${nulls}, columns = {${types.join(", ")}})`;
}

function looseCsv(format: Extract<FileFormat, { kind: "csv" }>, file: string, names: readonly string[], columns: readonly FileColumn[]): LooseFile {
  const cells = columns.filter((column) => isLoose(column) && names.includes(column.from ?? column.name)).map((column): LooseCell => {
    const cell = quoteName(column.from ?? column.name);
    // The engine has its own spelling of lists and records; only JSON's is judged.
    const exact = isNested(column) ? `CASE WHEN TRY_CAST(${cell} AS JSON) IS NULL THEN '' ELSE CAST(${unrounded(column.type, `TRY_CAST(${cell} AS JSON)`)} AS VARCHAR) END` : textValue(column.type, `trim(${cell})`);
    return { column, shown: cell, exact, cast: cell };
  });
  return { file, sql: readCsv(format, [file], names, []), cells, lines: { quoted: true, header: format.header } };
}

function isNested({ type }: FileColumn): boolean {
  return type.kind === "array" || type.kind === "map" || type.kind === "object";
}

function csvCell(column: FileColumn, names: readonly string[], file: string): string {
  const name = column.from ?? column.name;
  if (names.includes(name)) return textCell(column.type, quoteName(name));
  if (column.nullable) return `CAST(NULL AS ${duckType(column.type)})`;
  throw new Failure("FILE_INVALID", `${file} has no column "${name}".`, { hint: `Its first line names ${names.map((known) => `"${known}"`).join(", ")}.`, place: { file, line: 1, value: name } });
}

/** Bytes stand in text as base64. */
function textCell(type: ColumnType, cell: string): string {
  if (holdsBytes(type)) return withBytes(type, `CAST(${cell} AS JSON)`);
  return type.kind === "bytes" ? `from_base64(${cell})` : cell;
}

function jsonSql(format: Extract<FileFormat, { kind: "json" }>, files: readonly string[], columns: readonly FileColumn[]): string {
  const roots = Map.groupBy(columns, (column) => pathOf(column)[0] ?? column.name);
  const types = [...roots].map(([root, members]) => `${quoteText(root)}: ${quoteText(members.every((member) => pathOf(member).length === 1) ? jsonType(members[0]) : "JSON")}`);
  const selected = columns.map((column) => `${jsonCell(column)} AS ${quoteName(column.name)}`);
  return `SELECT ${selected.join(", ")} FROM read_json(${fileList(files)}, format = ${format.lines ? "'newline_delimited'" : "'array'"}, hive_partitioning = false, columns = {${types.join(", ")}})`;
}

function looseJson(format: Extract<FileFormat, { kind: "json" }>, file: string, columns: readonly FileColumn[]): LooseFile {
  const loose = columns.filter(isLoose);
  const roots = [...new Set(loose.map((column) => pathOf(column)[0] ?? column.name))];
  const cells = loose.map((column): LooseCell => {
    const [root = column.name, ...rest] = pathOf(column);
    const member = rest.length === 0 ? quoteName(root) : jsonMember(root, rest);
    return { column, shown: member, exact: isNested(column) ? unrounded(column.type, member) : jsonValue(column.type, member), cast: member };
  });
  const sql = `read_json(${fileList([file])}, format = ${format.lines ? "'newline_delimited'" : "'array'"}, hive_partitioning = false, columns = {${roots.map((root) => `${quoteText(root)}: 'JSON'`).join(", ")}})`;
  return { file, sql, cells, lines: format.lines ? { quoted: false, header: false } : undefined };
}

function jsonMember(root: string, rest: readonly string[]): string {
  return `json_extract(${quoteName(root)}, ${quoteText(`$.${rest.map((name) => JSON.stringify(name)).join(".")}`)})`;
}

function jsonType(column: FileColumn | undefined): string {
  if (column !== undefined && holdsBytes(column.type)) return "JSON";
  return column === undefined || column.type.kind === "bytes" ? "VARCHAR" : duckType(column.type);
}

function jsonCell(column: FileColumn): string {
  const [root = column.name, ...rest] = pathOf(column);
  if (rest.length === 0) return textCell(column.type, quoteName(root));
  const member = jsonMember(root, rest);
  if (holdsBytes(column.type)) return withBytes(column.type, member);
  // As text, a JSON string is its letters; as any other type, the engine reads it as JSON.
  const textual = ["text", "enum", "uuid", "bytes"].includes(column.type.kind);
  return textual ? textCell(column.type, `(${member} ->> '$')`) : `CAST(${member} AS ${duckType(column.type)})`;
}
