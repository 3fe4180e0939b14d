/** The types a generated REST client is made of: what openapi.json says of each kind of path, in the shape openapi-fetch reads. */

/** One of the operators of `filter[column]operator=value` with a value of the column's own type. */
type ComparingOperator = "" | "neq" | "lt" | "lte" | "gt" | "gte";
type TextOperator = "like" | "ilike" | "contains";
type Names<Row> = keyof Row & string;

/** The filters of a row: each column with its operators. */
export type Filters<Row> =
  & { readonly [Column in Names<Row> as `filter[${Column}]${ComparingOperator}`]?: NonNullable<Row[Column]> }
  & { readonly [Column in Names<Row> as `filter[${Column}]${"in" | "nin"}`]?: readonly NonNullable<Row[Column]>[] }
  & { readonly [Column in Names<Row> as NonNullable<Row[Column]> extends string ? `filter[${Column}]${TextOperator}` : never]?: string }
  & { readonly [Column in Names<Row> as null extends Row[Column] ? `filter[${Column}]is` : never]?: "null" | "notnull" };

/** What every table may be asked for besides filters. */
export interface RowsQuery<Row> {
  /** These columns alone; all of them without it. */
  readonly columns?: readonly Names<Row>[];
  /** Columns to sort by; a minus before one sorts it downwards. */
  readonly sort?: readonly (Names<Row> | `-${Names<Row>}`)[];
  readonly limit?: number;
  /** Where the page before this one ended. */
  readonly cursor?: string;
  readonly format?: "json" | "ndjson" | "csv" | "arrow" | "arrow-file" | "parquet";
}

/** The state of the tables a path reads. */
export interface AsOfQuery { readonly version?: number; readonly timestamp?: string }

/** A problem document (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint?: string;
  readonly place?: { readonly line?: number; readonly column?: number; readonly parameter?: string; readonly file?: string; readonly value?: string };
}

interface Replies<Body> {
  200: { headers: { readonly [name: string]: unknown }; content: { "application/json": Body } };
  default: { headers: { readonly [name: string]: unknown }; content: { "application/problem+json": Problem } };
}
interface Get<Query, Path, Body> { parameters: { query?: Query; path?: Path }; responses: Replies<Body> }
interface GetWith<Query, Path, Body> { parameters: { query: Query; path?: Path }; responses: Replies<Body> }
interface GetAt<Query, Path, Body> { parameters: { query?: Query; path: Path }; responses: Replies<Body> }

/** Rows of a table; `Parameters` are a function table's own. */
export interface RowsPath<Row, Parameters = unknown> {
  get: {} extends Parameters
    ? Get<Parameters & Filters<Row> & RowsQuery<Row> & AsOfQuery, never, readonly Row[]>
    : GetWith<Parameters & Filters<Row> & RowsQuery<Row> & AsOfQuery, never, readonly Row[]>;
}

/** One row by its key. */
export interface KeyPath<Row, Key extends keyof Row> { get: GetAt<AsOfQuery & Pick<RowsQuery<Row>, "columns" | "format">, { readonly [Column in Key]: NonNullable<Row[Column]> }, Row> }

/** A row to append: what may be null, or follows from another column, may be left out. */
export type NewRow<Row, Optional extends keyof Row> = Omit<Row, Optional> & Partial<Pick<Row, Optional>>;

/** Rows appended to a Delta table. */
export interface AppendPath<Appended> {
  post: { parameters: {}; requestBody: { content: { "application/json": readonly Appended[] } }; responses: Replies<AppendReply> };
}

/** What became of appended rows. */
export interface AppendReply {
  readonly table: string;
  readonly version?: number;
  readonly kept: number;
  readonly quarantined: number;
  readonly warnings: readonly { readonly check: string; readonly rows: number }[];
}

type SqlParams = readonly (string | number | bigint | boolean | null)[];
interface RowsMeant { readonly where: string; readonly params?: SqlParams }

/** Rows of a Delta table changed where they lie: new values in SQL, or as rows have them; and deletes. */
export interface ChangePath<Row> {
  patch: {
    parameters: {};
    requestBody: { content: { "application/json": RowsMeant & { readonly set?: { readonly [Column in keyof Row]?: string }; readonly values?: Partial<Row> } } };
    responses: Replies<ChangeReply & { readonly updated: number }>;
  };
  delete: { parameters: {}; requestBody: { content: { "application/json": RowsMeant } }; responses: Replies<ChangeReply & { readonly deleted: number | null }> };
}

/** By column, SQL over `target.x` and `source.x`, or this very value. */
type MergedColumns<Row> = { readonly [Column in keyof Row]?: string | { readonly value: Row[Column] } };
type MergeUpdate<Row, All> = { readonly if?: string; readonly update: All | MergedColumns<Row> } | { readonly if?: string; readonly delete: true };
interface MergeBody<Row> {
  readonly rows?: readonly Partial<Row>[];
  readonly using?: { readonly sql: string; readonly params?: SqlParams };
  readonly on: string | readonly (keyof Row & string)[];
  readonly matched?: readonly MergeUpdate<Row, "all">[];
  readonly notMatched?: readonly { readonly if?: string; readonly insert: "all" | MergedColumns<Row> }[];
  readonly notMatchedBySource?: readonly MergeUpdate<Row, never>[];
  readonly params?: SqlParams;
}

/** Rows merged into a Delta table. */
export interface MergePath<Row> {
  post: { parameters: {}; requestBody: { content: { "application/json": MergeBody<Row> } }; responses: Replies<ChangeReply & { readonly inserted: number; readonly updated: number; readonly deleted: number }> };
}

/** What became of rows that were changed. */
interface ChangeReply {
  readonly table: string;
  readonly version: number;
  readonly filesRead: number;
  readonly filesRemoved: number;
  readonly filesAdded: number;
  readonly vectorsAdded: number;
}

type AnyRow = { readonly [column: string]: unknown };
interface SqlRequest { readonly sql: string; readonly params?: SqlParams; readonly version?: number; readonly timestamp?: string }
interface SqlPath { post: { parameters: {}; requestBody: { content: { "application/json": SqlRequest } }; responses: Replies<readonly AnyRow[]> } }

/** The paths that belong to no table. */
export interface ServerPaths {
  "/api/sql": SqlPath;
  "/sql": SqlPath;
  "/api/schema": { get: Get<never, never, AnyRow> };
  "/api/schema/{table}": { get: GetAt<never, { readonly table: string }, AnyRow> };
  "/healthz": { get: Get<never, never, AnyRow> };
  "/readyz": { get: Get<never, never, AnyRow> };
  "/openapi.json": { get: Get<never, never, AnyRow> };
}
