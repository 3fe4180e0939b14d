/**
 * What each column type is in DuckDB, and what a DuckDB type is as a column type. A uuid and an enum are text there, as they are
 * in Delta files: a cast on reading would keep filters from the files' own statistics. Types without a column type are refused with the cast that helps.
 */
import type { DuckDBStructType, DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";
import { duckdbApi } from "./duckdb.ts";

const sqlTypes: ByKind<string> = {
  int8: () => "TINYINT",
  int16: () => "SMALLINT",
  int32: () => "INTEGER",
  int64: () => "BIGINT",
  float32: () => "FLOAT",
  float64: () => "DOUBLE",
  text: () => "VARCHAR",
  bool: () => "BOOLEAN",
  bytes: () => "BLOB",
  uuid: () => "VARCHAR",
  day: () => "DATE",
  timestamp: () => "TIMESTAMP WITH TIME ZONE",
  local_timestamp: () => "TIMESTAMP",
  decimal: (type) => `DECIMAL(${type.precision},${type.scale})`,
  enum: () => "VARCHAR",
  array: (type) => `${duckType(type.element)}[]`,
  map: (type) => `MAP(${duckType(type.key)}, ${duckType(type.value)})`,
  object: (type) => `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${duckType(field.type)}`).join(", ")})`,
};

/** The SQL spelling of a column type, as it stands in CAST and CREATE TABLE. */
export function duckType(type: ColumnType): string {
  return matchKind(sqlTypes, type);
}

type TypeName = keyof typeof DuckDBTypeId;

/** Types of DuckDB that are a column type without more ado; unsigned and wide integers become the next type that holds them all. */
const plainTypes: { readonly [Name in TypeName]?: ColumnType } = {
  BOOLEAN: { kind: "bool" },
  TINYINT: { kind: "int8" },
  SMALLINT: { kind: "int16" },
  INTEGER: { kind: "int32" },
  BIGINT: { kind: "int64" },
  UTINYINT: { kind: "int16" },
  USMALLINT: { kind: "int32" },
  UINTEGER: { kind: "int64" },
  UBIGINT: { kind: "decimal", precision: 20, scale: 0 },
  HUGEINT: { kind: "decimal", precision: 38, scale: 0 },
  UHUGEINT: { kind: "decimal", precision: 38, scale: 0 },
  FLOAT: { kind: "float32" },
  DOUBLE: { kind: "float64" },
  VARCHAR: { kind: "text" },
  BLOB: { kind: "bytes" },
  UUID: { kind: "uuid" },
  DATE: { kind: "day" },
  TIMESTAMP: { kind: "local_timestamp" },
  TIMESTAMP_S: { kind: "local_timestamp" },
  TIMESTAMP_MS: { kind: "local_timestamp" },
  TIMESTAMP_NS: { kind: "local_timestamp" },
  TIMESTAMP_TZ: { kind: "timestamp" },
  // An untyped NULL.
  SQLNULL: { kind: "text" },
};

/** What to write instead of a type that no column can have. */
const waysOut: { readonly [Name in TypeName]?: string } = {
  TIME: "cast it to VARCHAR, or keep the whole TIMESTAMP",
  TIME_NS: "cast it to VARCHAR, or keep the whole TIMESTAMP",
  TIME_TZ: "cast it to VARCHAR, or keep the whole TIMESTAMP",
  INTERVAL: "ask for a number instead, as in date_diff('minute', a, b) or epoch(a - b)",
};

/**
 * The column type of what DuckDB returns for `column`. A type that no column can have (TIME, INTERVAL, UNION, BIT, …) is a
 * Failure SQL_INVALID that names the column and the way out.
 */
export function columnTypeOf(type: DuckDBType, column: string): ColumnType {
  const { DuckDBArrayType, DuckDBDecimalType, DuckDBEnumType, DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBTypeId } = duckdbApi();
  if (type instanceof DuckDBDecimalType) return { kind: "decimal", precision: type.width, scale: type.scale };
  if (type instanceof DuckDBEnumType) return { kind: "enum", values: type.values };
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) {
    return { kind: "array", element: columnTypeOf(type.valueType, `${column}[]`), elementNullable: true };
  }
  if (type instanceof DuckDBMapType) {
    return { kind: "map", key: columnTypeOf(type.keyType, `${column} (key)`), value: columnTypeOf(type.valueType, `${column} (value)`), valueNullable: true };
  }
  if (type instanceof DuckDBStructType) return objectType(type, column);
  const name = DuckDBTypeId[type.typeId] as TypeName;
  const plain = plainTypes[name];
  if (plain !== undefined) return plain;
  throw new Failure("SQL_INVALID", `Column "${column}" is of type ${type.toString()}, which no column can have.`, {
    hint: `In the query, ${waysOut[name] ?? "cast it to VARCHAR"}.`,
  });
}

function objectType(type: DuckDBStructType, column: string): ColumnType {
  const fields = type.entryNames.map((name, k) => {
    const entry = type.entryTypes[k];
    if (name === "" || entry === undefined) {
      throw new Failure("SQL_INVALID", `Column "${column}" is a record whose fields have no names.`, { hint: "Name them, as in {'x': 1, 'y': 2} or struct_pack(x := 1, y := 2)." });
    }
    return { name, type: columnTypeOf(entry, `${column}.${name}`), nullable: true };
  });
  return { kind: "object", fields };
}
