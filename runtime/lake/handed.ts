/**
 * The lake as a function of rows is handed it: it reads tables and changes nothing. What it reads is read by a query of its own, at the newest state; a table
 * that is made of the function's own rows is refused, since neither would come to an end.
 */
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { fullName, quoteName } from "../../compiler/ir/names.ts";
import { readRows } from "../parquet/arrow-rows.ts";
import type { QueryContext } from "../query/context.ts";
import type { Engine } from "../query/engine.ts";
import { runQuery } from "../query/query.ts";
import { valueSql } from "../query/value-sql.ts";
import { Failure } from "../values/failure.ts";
import type { Row, Value } from "../values/value.ts";
import { findTable } from "./targets.ts";

/** Which of a table's rows and columns; all of them where nothing is said. */
interface Wanted { readonly columns?: readonly string[]; readonly where?: { readonly [column: string]: Value }; readonly limit?: number }

/** What the function is given: the language's `Lake`, with names of tables where the author wrote classes. */
export interface HandedLake { rows(table: string, wanted?: Wanted): AsyncIterable<Row> }

/** The rows of a function's table, called with the lake it is handed. */
type CallFunction = (table: Table, parameters: readonly Value[], lake: HandedLake) => ReturnType<QueryContext["rows"]>;

/** How a query calls functions; `path` are those whose rows are being made. */
export function rowsWithLake(engine: () => Promise<Engine>, context: QueryContext, call: CallFunction, path: readonly string[] = []): QueryContext["rows"] {
  return async (table, parameters) => {
    const name = fullName(table);
    if (path.includes(name)) throw new Failure("FUNCTION_FAILED", `${name} reads itself.`, { hint: [...path, name].join(" reads ") });
    const inner: QueryContext = { ...context, rows: rowsWithLake(engine, context, call, [...path, name]) };
    return await call(table, parameters, { rows: (read, wanted) => rowsOf(engine, inner, read, wanted) });
  };
}

async function* rowsOf(engine: () => Promise<Engine>, context: QueryContext, name: string, wanted: Wanted = {}): AsyncGenerator<Row> {
  const result = await runQuery(await engine(), context, { sql: sqlOf(context.catalog, name, wanted) });
  for await (const batch of result.batches) yield* readRows(result.columns, batch);
}

function sqlOf(catalog: Catalog, name: string, { columns, where = {}, limit }: Wanted): string {
  const table = findTable(catalog, name);
  const listed = columns?.map((column) => quoteName(columnOf(table, column).name)).join(", ") ?? "*";
  const tests = Object.entries(where).map(([column, value]) => {
    const { name: own, type } = columnOf(table, column);
    return value === null ? `${quoteName(own)} IS NULL` : `${quoteName(own)} = ${valueSql(own, type, value)}`;
  });
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0)) throw new Failure("FUNCTION_FAILED", `${limit} is no number of rows.`, { hint: "Write a whole number from 0." });
  return [`SELECT ${listed} FROM ${quoteName(table.database)}.${quoteName(table.name)}`, ...(tests.length === 0 ? [] : [`WHERE ${tests.join(" AND ")}`]), ...(limit === undefined ? [] : [`LIMIT ${limit}`])].join(" ");
}

function columnOf(table: Table, name: string): Table["columns"][number] {
  const column = table.columns.find((known) => known.name === name);
  if (column !== undefined) return column;
  throw new Failure("FUNCTION_FAILED", `${fullName(table)} has no column ${name}.`, { hint: `It has ${table.columns.map((known) => known.name).join(", ")}.` });
}
