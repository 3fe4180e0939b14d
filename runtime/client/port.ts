/** What a client stands on: a lake in this process (embedded.ts) or one behind HTTP (http.ts). The face above knows no difference. */
import type { RecordBatch } from "apache-arrow";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { QueryRequest, SqlParameter, WriteResult } from "../query/request.ts";
import type { Row, Value } from "../values/value.ts";

/** An answer under way: stopping its batches early frees what it holds, a failure half-way is thrown by them. */
export interface Answer {
  readonly columns: readonly NamedType[];
  readonly batches: AsyncIterable<RecordBatch>;
}

/** A column and what it becomes: SQL over the row as it was, or this very value. */
export type NewValue = { readonly column: string; readonly sql: string } | { readonly column: string; readonly value: Value };

/** By column, SQL over the rows that meet, or this very value. */
export interface MergedValues { readonly [column: string]: string | { readonly value: Value } }

/** SQL speaks of `target.x` and `source.x`; the first clause of a kind whose condition is true acts. */
export interface PortClauses {
  readonly on: string;
  readonly matched?: readonly ({ readonly if?: string; readonly update: MergedValues } | { readonly if?: string; readonly delete: true })[];
  readonly notMatched?: readonly { readonly if?: string; readonly insert: MergedValues }[];
  readonly notMatchedBySource?: readonly ({ readonly if?: string; readonly update: MergedValues } | { readonly if?: string; readonly delete: true })[];
}

/** `parameters`: values of `$1`, `$2`, … of the condition and of the new values together. */
export interface PortChangeOptions { readonly parameters: readonly SqlParameter[]; readonly signal?: AbortSignal }

export interface Port {
  query(request: QueryRequest): Promise<Answer>;
  append(table: string, rows: Iterable<Row> | AsyncIterable<Row>): Promise<WriteResult>;
  /** `deleted` is null where a file that went unread did not say how many rows it held. */
  deleteRows(table: string, where: string, options: PortChangeOptions): Promise<{ readonly deleted: number | null }>;
  updateRows(table: string, set: readonly NewValue[], where: string, options: PortChangeOptions): Promise<{ readonly updated: number }>;
  /** Merges the rows of a query over the lake. */
  mergeRows(table: string, source: { readonly query: QueryRequest }, clauses: PortClauses, options: PortChangeOptions): Promise<{ readonly inserted: number; readonly updated: number; readonly deleted: number }>;
  close(): Promise<void>;
}
