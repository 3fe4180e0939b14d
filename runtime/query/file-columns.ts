/** Columns of a file with their types, as far as the file tells: cells of CSV are text, keys of JSON are of what all records hold under them. */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteText } from "../../compiler/ir/names.ts";
import type { FileFormat } from "../sources/file-format.ts";
import { Failure } from "../values/failure.ts";
import { columnTypeOf } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";
import { columnsInFile } from "./matched-columns.ts";

/** A column of a file; no type where what it holds is of one that no column can have, or of more than one. */
export interface FileColumn { readonly name: string; readonly type: ColumnType | undefined }

/** The columns of a file, in its order. */
export async function fileColumns(engine: Engine, file: string, format: Exclude<FileFormat, { kind: "arrow" }>): Promise<readonly FileColumn[]> {
  if (format.kind === "parquet") return await relationColumns(engine, `read_parquet(${fileList([file])}, hive_partitioning = false)`, (told) => told);
  const names = await columnsInFile(engine, file, format);
  if (format.kind === "csv") return names.map((name) => ({ name, type: { kind: "text" } }));
  const columns: FileColumn[] = [];
  for (const name of names) columns.push({ name, type: await jsonType(engine, file, format.lines, name) });
  return columns;
}

/** The columns of a relation, in its order. SQL_INVALID for one that is of a type which no column can have. */
export async function columnsOf(engine: Engine, relation: string): Promise<readonly NamedType[]> {
  const columns = await relationColumns(engine, relation, (told) => {
    throw told;
  });
  return columns.flatMap(({ name, type }) => (type === undefined ? [] : [{ name, type, nullable: true }]));
}

/** `odd` is told of a type that no column can have. */
async function relationColumns(engine: Engine, relation: string, odd: (told: Failure) => void): Promise<readonly FileColumn[]> {
  const statement = await engine.control.prepare(`SELECT * FROM ${relation}`);
  try {
    return Array.from({ length: statement.columnCount }, (_, k) => {
      const name = statement.columnName(k);
      try {
        return { name, type: columnTypeOf(statement.columnType(k), name) };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        odd(error);
        return { name, type: undefined };
      }
    });
  } finally {
    statement.destroySync();
  }
}

const jsonTypes: ReadonlyMap<string, ColumnType> = new Map([["VARCHAR", { kind: "text" }], ["BOOLEAN", { kind: "bool" }], ["BIGINT", { kind: "int64" }], ["UBIGINT", { kind: "int64" }], ["DOUBLE", { kind: "float64" }]]);

async function jsonType(engine: Engine, file: string, lines: boolean, name: string): Promise<ColumnType | undefined> {
  const member = `json_extract(json, ${quoteText(`$.${JSON.stringify(name)}`)})`;
  const reader = await engine.control.runAndReadAll(`SELECT DISTINCT json_type(${member}) FROM read_json_objects(${fileList([file])}, format = ${lines ? "'newline_delimited'" : "'array'"}) WHERE json_type(${member}) <> 'NULL'`);
  const kinds = new Set(reader.getRows().map(([type]) => jsonTypes.get(String(type))?.kind));
  if (kinds.size === 0) return { kind: "text" };
  if (kinds.has("float64")) kinds.delete("int64");
  const [only] = kinds;
  return kinds.size === 1 ? [...jsonTypes.values()].find(({ kind }) => kind === only) : undefined;
}
