/** The columns of files that no table declares: names as they stand, the narrowest exact types, null where one was seen. Every row is looked at, as a stream. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { firstRecord, readHeader } from "../sources/csv-header.ts";
import type { FileFormat } from "../sources/file-format.ts";
import type { SourceFile } from "../sources/source-files.ts";
import { Failure } from "../values/failure.ts";
import { columnTypeOf } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { aggregatesEach, exactType, typeAggregates } from "./exact-types.ts";
import { fileList } from "./file-list.ts";
import { readCsv } from "./file-relation.ts";

/** `name` as the files have it. */
export interface FoundColumn { readonly name: string; readonly type: ColumnType; readonly nullable: boolean }

type Known = Exclude<FileFormat, { kind: "arrow" }>;

/** The columns, in the files' order. FILE_INVALID names a column of a type that no column of a catalog has, and files that have none. */
export async function foundColumns(engine: Engine, format: Known, files: readonly SourceFile[]): Promise<readonly FoundColumn[]> {
  const paths = files.map(({ file }) => file);
  if (format.kind === "csv") return await csvColumns(engine, format, paths);
  if (format.kind === "json") return await jsonColumns(engine, format, paths);
  return await parquetColumns(engine, paths);
}

async function csvColumns(engine: Engine, format: Extract<Known, { kind: "csv" }>, files: readonly string[]): Promise<readonly FoundColumn[]> {
  const [first = "", ...others] = files;
  const namesOf = async (file: string): Promise<readonly string[]> => (format.header ? await readHeader(file, format.delimiter) : numbered(await firstRecord(file, format.delimiter)));
  const names = await namesOf(first);
  for (const file of others) {
    const own = await namesOf(file);
    if (own.join("\n") !== names.join("\n")) throw new Failure("FILE_INVALID", `${file} has other columns than ${first}.`, { hint: "Import them as tables of their own.", place: { file } });
  }
  const [total, ...values] = await lookOver(engine, readCsv(format, files, names, []), names.map((name) => quoteName(name)));
  return names.map((name, k) => {
    const own = values.slice(k * aggregatesEach, (k + 1) * aggregatesEach);
    return { name, type: exactType(own, { numbers: true, texts: true }), nullable: Number(own[0]) < Number(total) };
  });
}

/** Names for columns that have none: `column_1`. */
function numbered(cells: readonly unknown[]): readonly string[] {
  return cells.map((_, k) => `column_${k + 1}`);
}

/** How many rows there are, and the aggregates of each cell. */
async function lookOver(engine: Engine, relation: string, cells: readonly string[]): Promise<readonly unknown[]> {
  const rows = await engine.control.runAndReadAll(`SELECT count(*), ${cells.flatMap(typeAggregates).join(", ")} FROM ${relation}`);
  return rows.getRows()[0] ?? [];
}

async function jsonColumns(engine: Engine, format: Extract<Known, { kind: "json" }>, files: readonly string[]): Promise<readonly FoundColumn[]> {
  const relation = `read_json_objects(${fileList(files)}, format = ${format.lines ? "'newline_delimited'" : "'array'"})`;
  const keys = await engine.control.runAndReadAll(`SELECT name FROM (SELECT unnest(json_keys(json)) AS name, generate_subscripts(json_keys(json), 1) AS k FROM ${relation} WHERE json_type(json) = 'OBJECT') GROUP BY name ORDER BY min(k), name`);
  const names = keys.getRows().map(([name]) => String(name));
  if (names.length === 0) throw new Failure("FILE_INVALID", `${files[0]} holds no objects.`, { hint: format.lines ? "Each line is an object." : "The file is one array of objects; one object a line is NDJSON, and the file's name ends in .ndjson.", place: { file: files[0] ?? "" } });
  const columns: FoundColumn[] = [];
  for (const name of names) columns.push(await jsonColumn(engine, relation, files[0] ?? "", name));
  return columns;
}

const jsonKinds: { readonly [type: string]: "number" | "text" | "bool" | "nested" } = {
  BIGINT: "number", UBIGINT: "number", HUGEINT: "number", DOUBLE: "number", VARCHAR: "text", BOOLEAN: "bool", OBJECT: "nested", ARRAY: "nested",
};

async function jsonColumn(engine: Engine, relation: string, file: string, name: string): Promise<FoundColumn> {
  const member = `json_extract(json, ${quoteText(`$.${JSON.stringify(name)}`)})`;
  const [total, types, structure, ...values] = (await engine.control.runAndReadAll(
    `SELECT count(*), string_agg(DISTINCT json_type(m), ',') FILTER (WHERE json_type(m) <> 'NULL'), CAST(json_group_structure(m) AS VARCHAR), ${typeAggregates("c").join(", ")} FROM (SELECT m, CASE WHEN json_type(m) <> 'NULL' THEN m ->> '$' END AS c FROM (SELECT ${member} AS m FROM ${relation}))`,
  )).getRows()[0] ?? [];
  const found = String(types ?? "").split(",").filter((type) => type !== "");
  const kinds = new Set(found.map((type) => jsonKinds[type]));
  const nullable = Number(values[0]) < Number(total);
  const [kind] = kinds;
  if (kinds.size > 1 || new Set(found.filter((type) => jsonKinds[type] === "nested")).size > 1) throw mixed(file, name, found.toSorted().join(" and "));
  if (kind === "bool") return { name, type: { kind: "bool" }, nullable };
  if (kind === "nested") return { name, type: structureType(JSON.parse(String(structure)), file, name), nullable };
  const type = exactType(values, { numbers: kind === "number", texts: kind !== "number" });
  // JSON keeps a number with a point as a double.
  return { name, nullable, type: kind === "number" && (type.kind === "text" || (type.kind === "decimal" && Number(values[8]) > 15)) ? { kind: "float64" } : type };
}

function mixed(file: string, path: string, types: string): Failure {
  return new Failure("FILE_INVALID", `"${path}" in ${file} holds values of several types: ${types}.`, { hint: "A column has one type: split it, or write all of them as texts.", place: { file, parameter: path } });
}

const leaves: { readonly [type: string]: ColumnType } = {
  BIGINT: { kind: "int64" }, UBIGINT: { kind: "int64" }, DOUBLE: { kind: "float64" }, VARCHAR: { kind: "text" }, BOOLEAN: { kind: "bool" }, NULL: { kind: "text" },
};

/** What DuckDB's json_group_structure says of all values together; anything within them may be null. */
function structureType(structure: unknown, file: string, path: string): ColumnType {
  if (Array.isArray(structure)) return { kind: "array", element: structureType(structure[0] ?? "NULL", file, `${path}[]`), elementNullable: true };
  if (typeof structure === "object" && structure !== null && Object.keys(structure).length > 0) {
    return { kind: "object", fields: Object.entries(structure).map(([name, inner]) => ({ name, type: structureType(inner, file, `${path}.${name}`), nullable: true })) };
  }
  const leaf = typeof structure === "string" ? leaves[structure] : undefined;
  if (leaf === undefined) throw mixed(file, path, typeof structure === "string" ? structure : "nothing");
  return leaf;
}

async function parquetColumns(engine: Engine, files: readonly string[]): Promise<readonly FoundColumn[]> {
  const relation = `read_parquet(${fileList(files)}, hive_partitioning = false, union_by_name = true)`;
  const statement = await engine.control.prepare(`SELECT * FROM ${relation}`);
  const types: { readonly name: string; readonly type: ColumnType }[] = [];
  try {
    for (let k = 0; k < statement.columnCount; k += 1) types.push({ name: statement.columnName(k), type: parquetType(files, statement.columnName(k), () => columnTypeOf(statement.columnType(k), statement.columnName(k)), String(statement.columnType(k))) });
  } finally {
    statement.destroySync();
  }
  const [total, ...counts] = (await engine.control.runAndReadAll(`SELECT count(*), ${types.map(({ name }) => `count(${quoteName(name)})`).join(", ")} FROM ${relation}`)).getRows()[0] ?? [];
  return types.map(({ name, type }, k) => ({ name, type, nullable: Number(counts[k]) < Number(total) }));
}

/** Nanoseconds would be cut; maps are from text. */
function parquetType(files: readonly string[], name: string, read: () => ColumnType, shown: string): ColumnType {
  const refuse = (why: string, cause?: unknown): Failure => new Failure("FILE_INVALID", `Column "${name}" of ${files[0]} is of type ${shown}, ${why}.`, { hint: "Write the file with another type for it, such as text or a TIMESTAMP in microseconds.", place: { file: files[0] ?? "", parameter: name }, ...(cause === undefined ? {} : { cause }) });
  if (shown.includes("TIMESTAMP_NS")) throw refuse("and a column of a catalog keeps microseconds");
  if (/MAP\((?!VARCHAR)/.test(shown)) throw refuse("and the maps of a catalog are from text");
  try {
    return read();
  } catch (error) {
    throw error instanceof Failure ? refuse("which no column of a catalog has", error) : error;
  }
}
