/**
 * The rows of a file that is to be loaded, as one SQL relation: each column of the table as a value under its own name, beside it the
 * cell it was made of, and a number for each row. Other columns of the file are left out.
 */
import type { Column, Table } from "../../compiler/ir/catalog.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { readHeader } from "../sources/csv-header.ts";
import type { FileFormat } from "../sources/file-format.ts";
import { Failure } from "../values/failure.ts";
import { jsonValue, textValue, typedValue } from "./bulk-cells.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { readCsv } from "./file-relation.ts";
import { fileList } from "./file-list.ts";
import { farTimeSql } from "./within-value.ts";

/** A condition over a row: false fails, null passes. */
export interface BulkCondition {
  readonly rule: string;
  /** Absent for a check of the whole row. */
  readonly column?: string;
  readonly sql: string;
  /** SQL of what is told of a row that fails, where no column stands for it; `rule` goes on from it. */
  readonly shown?: string;
  readonly onFail: "reject" | "quarantine" | "warn";
}

/** A column's SQL over the other columns, for where the file does not have it or, unless `absentOnly`, has null. */
export interface BulkFill { readonly column: string; readonly sql: string; readonly absentOnly?: boolean }

export interface BulkSource {
  /** FROM this. With `numbered`, rows have a `row number` from 0. */
  relation(numbered: boolean): string;
  /** Every cell is of its column's type. */
  readonly conditions: readonly BulkCondition[];
  /** SQL of a column's cell as text, for messages. */
  shown(column: string): string;
}

/** A column's value, and the cell it is made of where it can fail. */
interface Cell { readonly value: string; readonly cell: string | undefined }
interface Loaded { readonly column: Column; readonly cell: Cell; readonly fill: string | undefined }
interface Reader { readonly sql: string; readonly rowNumber: string; cellOf(column: Column): Cell | undefined }

/** The relation of a file whose outermost columns are `names`; FILE_INVALID when it lacks a column that is never null and cannot be filled. */
export async function bulkSource(engine: Engine, table: Table, file: string, format: Exclude<FileFormat, { kind: "arrow" }>, names: readonly string[], fills: readonly BulkFill[]): Promise<BulkSource> {
  const reader = format.kind === "csv" ? await csvReader(table, file, format) : format.kind === "json" ? jsonReader(table, file, format, new Set(names)) : await parquetReader(engine, file);
  const columns = table.columns.map((column): Loaded => {
    const cell = reader.cellOf(column);
    const fill = fills.find((candidate) => candidate.column === column.name && (candidate.absentOnly !== true || cell === undefined))?.sql;
    if (cell === undefined && fill === undefined && !column.nullable) {
      throw new Failure("FILE_INVALID", `${file} has no column "${column.from ?? column.name}".`, { hint: `${table.database}.${table.name} never leaves ${column.name} null.`, place: { file, parameter: column.name } });
    }
    return { column, fill, cell: cell ?? { value: `CAST(NULL AS ${duckType(column.type)})`, cell: undefined } };
  });
  const values = columns.flatMap(({ column, fill, cell }) => [
    `${cell.value} AS ${fill === undefined ? quoteName(column.name) : givenName(column.name)}`,
    ...(cell.cell === undefined ? [] : [`${cell.cell} AS ${cellName(column.name)}`]),
  ]);
  const filled = columns.flatMap(({ column, fill }) => (fill === undefined ? [] : [`coalesce(${givenName(column.name)}, ${fill}) AS ${quoteName(column.name)}`]));
  return {
    relation(numbered) {
      const number = numbered ? [`${reader.rowNumber} AS "row number"`] : [];
      const rows = `(SELECT ${[...values, ...number].join(", ")} FROM ${reader.sql})`;
      return filled.length === 0 ? rows : `(SELECT *, ${filled.join(", ")} FROM ${rows})`;
    },
    conditions: [...columns.flatMap(({ column, fill, cell }): BulkCondition[] =>
      cell.cell === undefined ? [] : [{
        rule: `is not ${typeName(column.type, column.nullable)}`,
        column: column.name,
        sql: `(${cellName(column.name)} IS NULL OR ${fill === undefined ? quoteName(column.name) : givenName(column.name)} IS NOT NULL)`,
        onFail: "reject",
      }]), ...table.columns.flatMap(farTimes)],
    shown: (name) => `CAST(${columns.some(({ column, cell }) => column.name === name && cell.cell !== undefined) ? cellName(name) : quoteName(name)} AS VARCHAR)`,
  };
}

function farTimes({ name, type }: Column): readonly BulkCondition[] {
  const far = farTimeSql(type, quoteName(name));
  return far === undefined ? [] : [{ rule: "lies outside the years 0001 to 9999", column: name, sql: `NOT (${far})`, onFail: "reject" }];
}

/** What a file gives where a column can also be filled. */
function givenName(column: string): string {
  return quoteName(`given of ${column}`);
}

function cellName(column: string): string {
  return quoteName(`cell of ${column}`);
}

async function csvReader(table: Table, file: string, format: Extract<FileFormat, { kind: "csv" }>): Promise<Reader> {
  const names = format.header ? await readHeader(file, format.delimiter) : table.columns.map((column) => column.from ?? column.name);
  return {
    // No column is asked for by type: all cells are text.
    sql: readCsv(format, [file], names, [], false),
    rowNumber: "row_number() OVER () - 1",
    cellOf(column) {
      const name = column.from ?? column.name;
      if (!names.includes(name)) return undefined;
      // Empty quotes are empty text and empty bytes; no other value is spelled so.
      const cell = ["text", "bytes"].includes(column.type.kind) ? quoteName(name) : `nullif(${quoteName(name)}, '')`;
      const value = textValue(column.type, cell);
      return { value, cell: value === cell ? undefined : cell };
    },
  };
}

function jsonReader(table: Table, file: string, format: Extract<FileFormat, { kind: "json" }>, names: ReadonlySet<string>): Reader {
  const roots = [...new Set(table.columns.map((column) => pathIn(names, column)[0] ?? column.name))];
  return {
    sql: `read_json(${fileList([file])}, format = ${format.lines ? "'newline_delimited'" : "'array'"}, hive_partitioning = false, columns = {${roots.map((root) => `${quoteText(root)}: 'JSON'`).join(", ")}})`,
    rowNumber: "row_number() OVER () - 1",
    cellOf(column) {
      // A key that is absent is null: for an object of JSON, the two are one.
      const [root = column.name, ...rest] = pathIn(names, column);
      const member = rest.length === 0 ? quoteName(root) : `json_extract(${quoteName(root)}, ${quoteText(`$.${rest.map((name) => JSON.stringify(name)).join(".")}`)})`;
      const cell = `CASE WHEN json_type(${member}) <> 'NULL' THEN ${member} END`;
      return { value: jsonValue(column.type, member), cell };
    },
  };
}

async function parquetReader(engine: Engine, file: string): Promise<Reader> {
  const sql = `read_parquet(${fileList([file])}, hive_partitioning = false)`;
  const described = await engine.control.runAndReadAll(`DESCRIBE SELECT * FROM ${sql}`);
  const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
  return {
    sql,
    rowNumber: "file_row_number",
    cellOf(column) {
      const [root = column.name, ...rest] = pathIn(types, column);
      const given = types.get(root);
      if (given === undefined) return undefined;
      const cell = [quoteName(root), ...rest.map((name) => `[${quoteText(name)}]`)].join("");
      const value = rest.length === 0 ? typedValue(column.type, given, cell) : `TRY_CAST(${cell} AS ${duckType(column.type)})`;
      return { value, cell: value === cell ? undefined : cell };
    },
  };
}

/** Where a column's value stands in a file with these outermost columns: a name with points in it is first a name. */
function pathIn(names: Pick<ReadonlySet<string>, "has">, { name, from = name }: Column): readonly string[] {
  return names.has(from) ? [from] : from.split(".");
}
