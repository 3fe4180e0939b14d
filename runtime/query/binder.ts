/**
 * What the compiler asks of the engine: which columns a statement gives when its tables are as declared. An in-memory instance
 * without any access to files; nothing is executed, statements are only prepared.
 */
import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { boundPlan, planQuestion } from "./bound-plan.ts";
import { duckType } from "./duckdb-types.ts";
import { duckdbApi } from "./duckdb.ts";
import { inspect } from "./sql-gate.ts";
import type { Mention } from "./sql-gate.ts";
import { problemOf, readProblem } from "./sql-problem.ts";
import type { SqlProblem } from "./sql-problem.ts";
import { quoteTable } from "./sql-template.ts";
import { isMark, tokensOf } from "./sql-tokens.ts";
import { parseTexts } from "./sql-tree.ts";
import type { ParsedText, TreeNode } from "./sql-tree.ts";
import { Failure } from "../values/failure.ts";

export { isProblem } from "./sql-problem.ts";
export type { SqlProblem } from "./sql-problem.ts";

/** A column of a statement's result. */
export interface ResultColumn { readonly name: string; readonly type: DuckDBType }

/** One SELECT that the gate lets through, as every query must be: its tree, and the tables and calls it names. */
export interface ParsedSelect { readonly tree: TreeNode; readonly mentions: readonly Mention[] }

/** A table as it is made known, by `database.table`. With `parameters` it is a function table as well: called with them, it gives the table's columns. */
export interface DeclaredTable { readonly name: string; readonly columns: readonly Omit<NamedType, "nullable">[]; readonly parameters?: readonly FunctionParameter[] }
export interface FunctionParameter { readonly name: string; readonly required: boolean }

export interface Binder {
  declareTables(tables: readonly DeclaredTable[]): Promise<void>;
  /** Runs what a session would declare of a view or a function of SQL, after what it reads. */
  declareComputed(table: string, statements: readonly string[]): Promise<void>;
  /** Makes a declared table unknown, and the function table of its name. */
  forget(table: string): Promise<void>;
  /** Each text for itself: what is known of tables is of no matter. */
  parse(texts: readonly string[]): Promise<readonly (ParsedSelect | SqlProblem)[]>;
  /** The columns of one SELECT. */
  describe(sql: string): Promise<readonly ResultColumn[] | SqlProblem>;
  /** The bound plan of one SELECT that `describe` takes; a text that says why there is none. */
  plan(sql: string): Promise<TreeNode | string>;
  close(): void;
}

/** Starts the engine. Close it. */
export async function openBinder(): Promise<Binder> {
  const instance = await duckdbApi().DuckDBInstance.create(":memory:", { enable_external_access: "false", autoinstall_known_extensions: "false", autoload_known_extensions: "false", threads: "1" });
  const connection = await instance.connect();
  await connection.run("SET errors_as_json = true");
  await connection.run("SET TimeZone = 'UTC'");
  await optimizeNothing(connection);
  let question: ReturnType<typeof planQuestion> | undefined;
  const schemas = new Set<string>();
  /** A bare name finds its table in any of them. */
  const enter = (tables: readonly string[]): string[] => {
    const fresh = [...new Set(tables.map((table) => table.split(".")[0] ?? ""))].filter((schema) => !schemas.has(schema));
    for (const schema of fresh) schemas.add(schema);
    return fresh.length === 0 ? [] : [...fresh.map((schema) => `CREATE SCHEMA ${quoteName(schema)}`), `SET search_path = ${quoteText([...schemas].map(quoteName).join(","))}`];
  };
  return {
    async declareTables(tables) {
      await connection.run([...enter(tables.map(({ name }) => name)), ...tables.flatMap(declarations)].join(";\n"));
    },
    async declareComputed(table, statements) {
      for (const sql of [...enter([table]), ...statements]) await connection.run(sql);
    },
    async forget(table) {
      await connection.run(`DROP MACRO TABLE IF EXISTS ${quoteTable(table)}`);
      await connection.run(`DROP TABLE IF EXISTS ${quoteTable(table)}`);
    },
    async parse(texts) {
      const parsed = await parseTexts(connection, texts);
      return parsed.map((trees, index) => selectOf(trees, texts[index] ?? ""));
    },
    describe: (sql) => describe(connection, sql),
    async plan(sql) {
      return boundPlan(await (question ??= planQuestion(connection)), sql);
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Nothing is run: of what the engine would do to run a query well, only that stays which finds constants that cannot be, such as a day that there is not. */
async function optimizeNothing(connection: DuckDBConnection): Promise<void> {
  const names = (await connection.runAndReadAll("SELECT name FROM duckdb_optimizers()")).getRows().map(([name]) => String(name));
  await connection.run(`SET disabled_optimizers = ${quoteText(names.filter((name) => name !== "expression_rewriter").join(","))}`);
}

function declarations({ name, columns, parameters }: DeclaredTable): string[] {
  const table = `CREATE TABLE ${quoteTable(name)} (${columns.map((column) => `${quoteName(column.name)} ${duckType(column.type)}`).join(", ")})`;
  if (parameters === undefined) return [table];
  const heads = parameters.map((parameter) => quoteName(parameter.name) + (parameter.required ? "" : " := NULL"));
  // What a caller hands over decides which rows there are: so a plan shows it.
  const handed = parameters.map((parameter) => `${quoteName(parameter.name)} IS NULL`);
  return [table, `CREATE MACRO ${quoteTable(name)}(${heads.join(", ")}) AS TABLE SELECT * FROM ${quoteTable(name)}${handed.length === 0 ? "" : ` WHERE ${handed.join(" OR ")}`}`];
}

function selectOf(trees: ParsedText, sql: string): ParsedSelect | SqlProblem {
  // The tree only exists for SELECT.
  if (!Array.isArray(trees)) return trees.error_message?.startsWith("Only SELECT statements") === true ? nothing("It is no SELECT.") : problemOf(trees, sql);
  const [tree, second] = trees;
  if (tree === undefined) return nothing("There is no statement.");
  if (second !== undefined) return nothing("There is more than one statement.");
  try {
    return { tree, mentions: inspect(tree, sql).tables };
  } catch (error) {
    if (error instanceof Failure) return refusal(error, sql);
    throw error;
  }
}

/** What the gate says, as the engine would have said it. */
function refusal(failure: Failure, sql: string): SqlProblem {
  const { line, column } = failure.place ?? {};
  const before = line === undefined || column === undefined ? undefined : sql.split("\n").slice(0, line - 1).map((text) => `${text}\n`).join("").length + column - 1;
  return { message: failure.message, kind: "other", candidates: [], exception: "gate", text: failure.message, ...(before === undefined ? {} : { offset: before }) };
}

function nothing(message: string): SqlProblem {
  return { message, kind: "syntax", candidates: [], exception: "parser", text: message };
}

/** What is declared is asked for without values: a `$1` in it would never have one. */
function placeholder(sql: string): SqlProblem {
  const mark = tokensOf(sql).find((token) => isMark(token, "$") || isMark(token, "?"));
  const message = "Nobody gives a value for a placeholder here: a parameter of the function is written as ${name}";
  return { message, kind: "other", candidates: [], exception: "binder", text: message, ...(mark === undefined ? {} : { offset: mark.start }) };
}

async function describe(connection: DuckDBConnection, sql: string): Promise<readonly ResultColumn[] | SqlProblem> {
  try {
    const statement = await connection.prepare(sql);
    try {
      if (statement.parameterCount > 0) return placeholder(sql);
      return Array.from({ length: statement.columnCount }, (_, k) => ({ name: statement.columnName(k), type: statement.columnType(k) }));
    } finally {
      statement.destroySync();
    }
  } catch (error) {
    return readProblem(error, sql);
  }
}
