/** A request for rows of one table, read from its URL: which columns, filters, order, page, state. Pure; what is asked becomes SQL in rows-sql.ts. */
import { createHash } from "node:crypto";
import type { Column, Parameter, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import type { AsOf } from "../query/request.ts";
import type { Value } from "../values/value.ts";
import { readCursor } from "./cursor.ts";
import { readFilter, readParameter } from "./filter.ts";
import type { Condition } from "./filter.ts";
import { invalid, readCount, refuseRest, takeAsOf } from "./query-string.ts";
import type { QueryString } from "./query-string.ts";
import { findColumn, parametersOf } from "./table-name.ts";

export interface SortKey { readonly column: Column; readonly descending: boolean }
export interface Argument { readonly parameter: Parameter; readonly value: Value }

export interface RowsRequest {
  readonly table: Table;
  /** Those given, in the order of the parameters. */
  readonly arguments: readonly Argument[];
  /** Those to answer with, in this order. */
  readonly columns: readonly Column[];
  /** All of them hold. */
  readonly conditions: readonly Condition[];
  readonly sort: readonly SortKey[];
  /** All rows when left out. */
  readonly limit: number | undefined;
  /** Rows that pages before this one gave. */
  readonly offset: number;
  readonly asOf: AsOf | undefined;
  /** The same for every page of one question. */
  readonly fingerprint: string;
}

const known = ["columns", "filter[column]operator", "sort", "limit", "cursor", "version", "timestamp", "format"];

/** Reads `GET /api/tables/{table}?…`, its format taken already; PARAMETER_INVALID names the parameter that cannot be read, and what there is instead. */
export function readRowsRequest(table: Table, query: QueryString): RowsRequest {
  const cursorText = query.take("cursor");
  const limit = query.take("limit");
  const fingerprint = fingerprintOf(table, query.rest());
  const cursor = cursorText === undefined ? undefined : readCursor(cursorText, fingerprint);
  const request = {
    table,
    arguments: takeArguments(table, query),
    columns: takeColumns(table, query),
    conditions: takeFilters(table, query),
    sort: takeSort(table, query),
    limit: limit === undefined ? undefined : readCount("limit", limit),
    offset: cursor?.offset ?? 0,
    asOf: takeAsOf(query) ?? cursor?.asOf,
    fingerprint,
  };
  refuseRest(query, [...parametersOf(table).map((parameter) => parameter.name), ...known]);
  return request;
}

/** Reads `GET /api/tables/{table}/{key…}?…`: at most one row is expected, two are read to tell. `key` holds the decoded parts of the path. */
export function readKeyRequest(table: Table, key: readonly string[], query: QueryString): RowsRequest {
  if (table.key.length === 0) throw invalid("key", `${fullName(table)} has no key.`, `Filter it: /api/tables/${fullName(table)}?filter[column]=value.`);
  if (key.length !== table.key.length) {
    throw invalid("key", `The key of ${fullName(table)} is ${table.key.join(", ")}; the path has ${key.length} part${key.length === 1 ? "" : "s"}.`, `Write /api/tables/${fullName(table)}/${table.key.map((name) => `{${name}}`).join("/")}.`);
  }
  const request = {
    table,
    arguments: takeArguments(table, query),
    columns: takeColumns(table, query),
    conditions: table.key.map((name, index): Condition => {
      const column = findColumn(table, name, name);
      return { column, operator: "eq", values: [readParameter(column.type, name, key[index] ?? "")] };
    }),
    sort: [],
    limit: 2,
    offset: 0,
    asOf: takeAsOf(query),
    fingerprint: "",
  };
  refuseRest(query, [...parametersOf(table).map((parameter) => parameter.name), "columns", "version", "timestamp", "format"]);
  return request;
}

function takeArguments(table: Table, query: QueryString): Argument[] {
  return parametersOf(table).flatMap((parameter) => {
    const text = query.take(parameter.name);
    if (text !== undefined) return [{ parameter, value: readParameter(parameter.type, parameter.name, text) }];
    if (parameter.default !== undefined) return [];
    throw invalid(parameter.name, `${fullName(table)} needs parameter "${parameter.name}".`, `Ask as in /api/tables/${fullName(table)}?${parameter.name}=….`);
  });
}

function takeColumns(table: Table, query: QueryString): readonly Column[] {
  const text = query.take("columns");
  if (text === undefined) return table.columns;
  const columns = text.split(",").map((name) => findColumn(table, name, "columns"));
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw invalid("columns", `Column "${twice.name}" is asked for twice.`, "Name it once.");
  return columns;
}

function takeFilters(table: Table, query: QueryString): Condition[] {
  const names = new Set(query.rest().map(([name]) => name).filter((name) => name.startsWith("filter[")));
  return [...names].flatMap((name) => {
    const value = query.take(name) ?? "";
    return readFilter(table, name, value) ?? [];
  });
}

function takeSort(table: Table, query: QueryString): SortKey[] {
  const text = query.take("sort");
  if (text === undefined) return [];
  const keys = text.split(",").map((name) => ({ column: findColumn(table, name.replace(/^-/, ""), "sort"), descending: name.startsWith("-") }));
  const twice = keys.find((key, index) => keys.findIndex((other) => other.column === key.column) !== index);
  if (twice !== undefined) throw invalid("sort", `Column "${twice.column.name}" is sorted by twice.`, "Name it once.");
  return keys;
}

function fingerprintOf(table: Table, parameters: readonly (readonly [string, string])[]): string {
  const asked = parameters.toSorted(([left], [right]) => left < right ? -1 : 1);
  return createHash("sha256").update(JSON.stringify([fullName(table), asked])).digest("base64url").slice(0, 12);
}
