/**
 * What the compiler asks of the engine: which columns a statement gives when its tables are as declared. An in-memory instance
 * without any access to files; nothing is executed, statements are only prepared.
 */
import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { duckType } from "./duckdb-types.ts";
import { problemOf, readProblem } from "./sql-problem.ts";
import type { EngineError, SqlProblem } from "./sql-problem.ts";
import { quoteTable } from "./sql-template.ts";

export { isProblem } from "./sql-problem.ts";
export type { SqlProblem } from "./sql-problem.ts";

/** A column of a statement's result. */
export interface ResultColumn { readonly name: string; readonly type: DuckDBType }

/** A statement as the engine parsed it: a JSON tree (json_serialize_sql) of one SELECT. */
export type SqlTree = { readonly [key: string]: unknown };

export interface Binder {
  /** Makes `database.table` known, with these columns. */
  declare(table: string, columns: readonly NamedType[]): Promise<void>;
  /** The tree of exactly one SELECT. */
  parse(sql: string): Promise<SqlTree | SqlProblem>;
  /** The columns of one SELECT. */
  describe(sql: string): Promise<readonly ResultColumn[] | SqlProblem>;
  close(): void;
}

/** Starts the engine. Close it. */
export async function openBinder(): Promise<Binder> {
  const instance = await DuckDBInstance.create(":memory:", { enable_external_access: "false", autoinstall_known_extensions: "false", autoload_known_extensions: "false" });
  const connection = await instance.connect();
  await connection.run("SET errors_as_json = true");
  await connection.run("SET TimeZone = 'UTC'");
  const schemas = new Set<string>();
  return {
    async declare(table, columns) {
      const [schema = ""] = table.split(".");
      if (!schemas.has(schema)) await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`);
      schemas.add(schema);
      await connection.run(`CREATE TABLE ${quoteTable(table)} (${columns.map((column) => `${quoteName(column.name)} ${duckType(column.type)}`).join(", ")})`);
    },
    parse: (sql) => parse(connection, sql),
    describe: (sql) => describe(connection, sql),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function parse(connection: DuckDBConnection, sql: string): Promise<SqlTree | SqlProblem> {
  const reader = await connection.runAndReadAll(`SELECT json_serialize_sql(${quoteText(sql)})`);
  const parsed = JSON.parse(String(reader.getRows()[0]?.[0])) as Parsed;
  if (parsed.error) return problemOf(parsed, sql);
  const [statement, second] = parsed.statements ?? [];
  if (statement === undefined) return { message: "There is no statement.", kind: "syntax", candidates: [] };
  return second === undefined ? statement.node : { message: "There is more than one statement.", kind: "syntax", candidates: [] };
}

async function describe(connection: DuckDBConnection, sql: string): Promise<readonly ResultColumn[] | SqlProblem> {
  try {
    const statement = await connection.prepare(sql);
    const columns = Array.from({ length: statement.columnCount }, (_, k) => ({ name: statement.columnName(k), type: statement.columnType(k) }));
    statement.destroySync();
    return columns;
  } catch (error) {
    return readProblem(error, sql);
  }
}

interface Parsed extends EngineError { readonly error: boolean; readonly statements?: readonly { readonly node: SqlTree }[] }
