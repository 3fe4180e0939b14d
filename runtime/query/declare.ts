/** How each kind of table is declared in a session: the state it has now, and the SQL that makes a view or macro of it. */
import { rm } from "node:fs/promises";
import type { Parameter, Source, Table } from "../../compiler/ir/catalog.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { fullName, quoteName, quoteText } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import { formatOfSource } from "../sources/file-format.ts";
import { isRemote } from "../sources/remote-files.ts";
import { findFiles } from "../sources/source-files.ts";
import { fromJson } from "../values/json.ts";
import { evaluateArguments } from "./arguments.ts";
import type { QueryContext } from "./context.ts";
import { duckType } from "./duckdb-types.ts";
import type { Declarable } from "./declarable.ts";
import type { Engine } from "./engine.ts";
import { givenUp } from "./interrupt.ts";
import { fileSql } from "./file-relation.ts";
import { parameterName } from "./reading.ts";
import type { Need } from "./reading.ts";
import { snapshotSql } from "./relation.ts";
import { remoteState } from "./remote-table.ts";
import type { QueryRequest } from "./request.ts";
import { newRowsFile, rowsSql, writeRows } from "./rows-file.ts";
import type { Declaration } from "./session.ts";
import { boundTests } from "./sql-tests.ts";

/** Looks up the state of a needed table; fails as the catalog's context and the files do. */
export function stateOfNeed(engine: Engine, context: QueryContext, need: Need, request: QueryRequest): Promise<Declarable> {
  const { source } = need.table;
  if (isKept(source)) return deltaState(engine, context, need, request);
  if (source.kind === "postgres") return Promise.resolve(remoteState(engine, need));
  if (source.kind === "rows") return rowsState(engine, context, need, source, request);
  if (source.kind === "view" || source.kind === "sql") return Promise.resolve(computedState(need, source));
  return fileState(engine, context, need, source);
}

async function nothing(): Promise<void> {}

async function deltaState(engine: Engine, context: QueryContext, need: Need, { parameters = [] }: QueryRequest): Promise<Declarable> {
  const snapshot = await context.snapshot(need.table, need.asOf, boundTests(need.tests, parameters));
  const { version, committed, kept } = snapshot;
  const scratch: string[] = [];
  return {
    need, key: `${version} ${committed}${kept === undefined ? "" : ` ${kept}`}`, columns: textOf(snapshot.columns), leaf: snapshot.columns, read: { table: fullName(need.table), version, committed }, unversioned: false,
    declare: async () => [view(need, await snapshotSql(engine, snapshot, scratch))],
    async release() {
      for (const file of scratch.splice(0)) await rm(file, { force: true });
    },
  };
}

/** Of the columns of one schema, which its versions share. */
const columnTexts = new WeakMap<readonly NamedType[], string>();

function textOf(columns: readonly NamedType[]): string {
  return columnTexts.getOrInsertComputed(columns, () => JSON.stringify(columns));
}

async function fileState(engine: Engine, context: QueryContext, need: Need, source: Extract<Source, { kind: "parquet" | "csv" | "json" }>): Promise<Declarable> {
  const { files: fetch } = context;
  const files = fetch !== undefined && isRemote(source.location) ? await fetch(source.location, engine.temporary) : await findFiles(context.project, source.location);
  return {
    need, key: JSON.stringify(files), columns: undefined, leaf: need.table.columns, read: undefined, unversioned: true, release: nothing,
    declare: async () => [view(need, await fileSql(engine, formatOfSource(source), files, need.table.columns, need.table.partitionBy))],
  };
}

/** Rows of an author's function, asked for once: a Parquet file that lives as long as the session. */
async function rowsState(engine: Engine, context: QueryContext, need: Need, source: Extract<Source, { kind: "rows" }>, request: QueryRequest): Promise<Declarable> {
  const given = need.args ?? source.parameters.map(() => undefined);
  const file = newRowsFile(engine);
  const { columns } = need.table;
  return {
    need, key: undefined, columns: undefined, leaf: columns, read: undefined, unversioned: true,
    async declare() {
      const values = await evaluateArguments(engine, source.parameters, given, request.parameters ?? []);
      const args = source.parameters.map((parameter, k) => (given[k] === undefined ? fromJson(parameter.type, parameter.default ?? null, parameter.name) : (values[k] ?? null)));
      await writeRows(file, columns, await context.rows(need.table, args), givenUp(engine, request.signal));
      return [view(need, rowsSql(file, columns))];
    },
    release: () => rm(file, { force: true }),
  };
}

function computedState(need: Need, source: Extract<Source, { kind: "view" | "sql" }>): Declarable {
  const body = bodyOf(need);
  return { need, key: body, columns: body, leaf: undefined, read: undefined, unversioned: false, release: nothing, declare: async () => computedDeclarations(need, source) };
}

/** What a session declares of a view or a function of SQL. */
export function computedDeclarations(need: Need, source: Extract<Source, { kind: "view" | "sql" }>): readonly Declaration[] {
  return source.kind === "view" ? [view(need, bodyOf(need))] : macro(need, source.parameters, bodyOf(need));
}

function bodyOf({ table, body }: Need): string {
  return castTo(table, body ?? "");
}

function view({ schema, name }: Need, sql: string): Declaration {
  return { schema, sql: `CREATE VIEW ${quoteName(schema)}.${quoteName(name)} AS ${sql}` };
}

/** The columns in the catalog's types, whatever the SQL gives; overflow is an error when read. */
function castTo(table: Table, sql: string): string {
  if (table.columns.length === 0) return `SELECT * FROM (${sql}\n)`;
  return `SELECT ${table.columns.map(({ name, type }) => `CAST(${quoteName(name)} AS ${duckType(type)}) AS ${quoteName(name)}`).join(", ")} FROM (${sql}\n)`;
}

/** DuckDB wants parameters with defaults last; one before a parameter without is required. A function that can be called with nothing is a view too. */
function macro(need: Need, parameters: readonly Parameter[], body: string): Declaration[] {
  const name = `${quoteName(need.schema)}.${quoteName(need.name)}`;
  const lastRequired = parameters.findLastIndex((parameter) => parameter.default === undefined);
  const list = parameters.map((parameter, k) => quoteName(parameterName(parameter.name)) + (k > lastRequired ? ` := ${defaultSql(parameter)}` : ""));
  const declared = { schema: need.schema, sql: `CREATE MACRO ${name}(${list.join(", ")}) AS TABLE ${body}` };
  return lastRequired === -1 ? [declared, view(need, `SELECT * FROM ${name}()`)] : [declared];
}

function defaultSql({ type, default: value }: Parameter): string {
  if (value === null || value === undefined) return `CAST(NULL AS ${duckType(type)})`;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return type.kind === "bytes" ? `from_base64(${quoteText(text)})` : `CAST(${quoteText(text)} AS ${duckType(type)})`;
}
