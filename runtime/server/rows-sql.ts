/** A request for rows as one SELECT. Names are quoted, values are parameters cast to their column's type: nothing of a request becomes SQL text. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import type { SqlTemplate, Table } from "../../compiler/ir/catalog.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import { duckType } from "../query/duckdb-types.ts";
import type { QueryRequest } from "../query/request.ts";
import { valueJson } from "../values/json.ts";
import type { Value } from "../values/value.ts";
import type { Condition, Operator } from "./filter.ts";
import type { RowsRequest, SortKey } from "./rows-request.ts";
import { parametersOf } from "./table-name.ts";

/** Writes a value into the statement's parameters and answers the SQL that reads it there. */
type Bind = (type: ColumnType, value: Value) => string;

/** The SELECT of a request; `rowsMax` rows at most. */
export function selectRows(request: RowsRequest, rowsMax: number | undefined): QueryRequest {
  const parameters: string[] = [];
  const bind: Bind = (type, value) => {
    parameters.push(parameterText(type, value));
    return castText(type, `$${parameters.length}`);
  };
  const where = request.conditions.map((condition) => printCondition(condition, bind));
  const sql = [
    `SELECT ${request.columns.map((column) => quoteName(column.name)).join(", ")}`,
    `FROM ${printSource(request, bind)}`,
    ...(where.length === 0 ? [] : [`WHERE ${where.join(" AND ")}`]),
    ...printOrder(request),
    ...(rowsMax === undefined ? [] : [`LIMIT ${rowsMax}`]),
    ...(request.offset === 0 ? [] : [`OFFSET ${request.offset}`]),
  ].join(" ");
  return { sql, parameters, ...(request.asOf === undefined ? {} : { asOf: request.asOf }) };
}

function printSource({ table, arguments: given }: RowsRequest, bind: Bind): string {
  const name = `${quoteName(table.database)}.${quoteName(table.name)}`;
  if (table.source.kind !== "sql" && (table.source.kind !== "rows" || parametersOf(table).length === 0)) return name;
  const printed = given.map(({ parameter, value }) => {
    const bound = bind(parameter.type, value);
    return parameter.default === undefined ? bound : `${quoteName(parameter.name)} := ${bound}`;
  });
  return `${name}(${printed.join(", ")})`;
}

const printers: { readonly [O in Operator]: (column: string, values: readonly string[]) => string } = {
  eq: (column, [value]) => `${column} = ${value}`,
  neq: (column, [value]) => `${column} <> ${value}`,
  lt: (column, [value]) => `${column} < ${value}`,
  lte: (column, [value]) => `${column} <= ${value}`,
  gt: (column, [value]) => `${column} > ${value}`,
  gte: (column, [value]) => `${column} >= ${value}`,
  in: (column, values) => `${column} IN (${values.join(", ")})`,
  nin: (column, values) => `${column} NOT IN (${values.join(", ")})`,
  like: (column, [value]) => `${column} LIKE ${value}`,
  ilike: (column, [value]) => `${column} ILIKE ${value}`,
  contains: (column, [value]) => `contains(${column}, ${value})`,
  null: (column) => `${column} IS NULL`,
  notnull: (column) => `${column} IS NOT NULL`,
};

function printCondition({ column, operator, values }: Condition, bind: Bind): string {
  return printers[operator](quoteName(column.name), values.map((value) => bind(column.type, value)));
}

/**
 * Pages need one order that is the same each time: the asked one, then every other column, so that only equal rows may change
 * places. Without a sort, the rows' own order is kept where it is the same each time.
 */
function printOrder(request: RowsRequest): string[] {
  const { sort, table } = request;
  const paged = request.limit !== undefined || request.offset > 0;
  if (!paged || (sort.length === 0 && keepsOrder(table))) return sort.length === 0 ? [] : [`ORDER BY ${sort.map(printKey).join(", ")}`];
  const others = table.columns.filter((column) => !sort.some((key) => key.column === column));
  return [`ORDER BY ${[...sort, ...others.map((column): SortKey => ({ column, descending: false }))].map(printKey).join(", ")}`];
}

function printKey({ column, descending }: SortKey): string {
  return `${quoteName(column.name)}${descending ? " DESC" : ""} NULLS LAST`;
}

/** Whether two readings of one state give the rows in one order: files and lists do, SQL does when its author ordered it. */
function keepsOrder({ source }: Table): boolean {
  return source.kind === "view" || source.kind === "sql" ? isOrdered(source.sql) : true;
}

/** ORDER BY outside of all parentheses. */
function isOrdered(template: SqlTemplate): boolean {
  let text = template.parts.map((part) => typeof part === "string" ? part : " ").join("");
  for (let inner = ""; inner !== text;) [inner, text] = [text, text.replace(/\([^()]*\)/g, " ")];
  return /\border\s+by\b/i.test(text);
}

/** The text that DuckDB casts back to the value, exactly. */
function parameterText(type: ColumnType, value: Value): string {
  if (typeof value === "string") return value;
  const json = valueJson(type, value);
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

function castText(type: ColumnType, parameter: string): string {
  if (type.kind === "bytes") return `from_base64(${parameter})`;
  const nested = type.kind === "array" || type.kind === "map" || type.kind === "object";
  return `CAST(${nested ? `CAST(${parameter} AS JSON)` : parameter} AS ${duckType(type)})`;
}
