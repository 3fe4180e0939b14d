/** Columns of a file with their types, as far as the file tells: cells of CSV are text, keys of JSON are of what all records hold under them. */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteText } from "../../compiler/ir/names.ts";
import type { FileFormat } from "../sources/file-format.ts";
import { Failure } from "../values/failure.ts";
import { columnTypeOf } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";
import { columnsInFile } from "./matched-columns.ts";

/** Those of a file that a column can have; what is of another type, or of more than one, is left out. */
export async function typedColumns(engine: Engine, file: string, format: Exclude<FileFormat, { kind: "arrow" }>): Promise<readonly NamedType[]> {
  if (format.kind === "parquet") return await columnsOf(engine, `read_parquet(${fileList([file])}, hive_partitioning = false)`, true);
  const names = await columnsInFile(engine, file, format);
  if (format.kind === "csv") return names.map((name) => ({ name, type: { kind: "text" }, nullable: true }));
  const columns: NamedType[] = [];
  for (const name of names) {
    const type = await jsonType(engine, file, format.lines, name);
    if (type !== undefined) columns.push({ name, type, nullable: true });
  }
  return columns;
}

/** The columns of a relation, in its order. SQL_INVALID for one that is of a type which no column can have, unless these are left out. */
export async function columnsOf(engine: Engine, relation: string, leaveOut = false): Promise<readonly NamedType[]> {
  const statement = await engine.control.prepare(`SELECT * FROM ${relation}`);
  try {
    return Array.from({ length: statement.columnCount }, (_, k) => k).flatMap((k): readonly NamedType[] => {
      const name = statement.columnName(k);
      try {
        return [{ name, type: columnTypeOf(statement.columnType(k), name), nullable: true }];
      } catch (error) {
        if (leaveOut && error instanceof Failure) return [];
        throw error;
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
