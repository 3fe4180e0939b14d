/** A merge as a program gives it: clauses whose SQL has parameters, and whose columns may become values as they are; made the clauses that the Delta room is told. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { ChangeOptions } from "../delta/commit/changed-files.ts";
import type { MergeClauses } from "../delta/merge-engine.ts";
import { closedSql, requireAllUsed } from "../query/closed-sql.ts";
import type { ClosedSql } from "../query/closed-sql.ts";
import { requireClauses } from "../query/given-clauses.ts";
import type { QueryRequest, SqlParameter } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { Row, Value } from "../values/value.ts";
import { givenSql } from "./given-changes.ts";
import type { MergeResult } from "./merge-contract.ts";

/** By column, SQL over the rows that meet, or this very value, which must be one of the column's type; a column that is undefined has none. */
export interface GivenValues { readonly [column: string]: string | { readonly value: Value } | undefined }

/** As `MergeClauses`. */
export interface GivenClauses {
  readonly on: readonly string[] | string;
  readonly matched?: readonly ({ readonly if?: string; readonly update: "all" | GivenValues } | { readonly if?: string; readonly delete: true })[];
  readonly notMatched?: readonly { readonly if?: string; readonly insert: "all" | GivenValues }[];
  readonly notMatchedBySource?: readonly ({ readonly if?: string; readonly update: GivenValues } | { readonly if?: string; readonly delete: true })[];
}

export interface GivenMergeOptions extends ChangeOptions {
  /** Values of `$1`, `$2`, … in all of the clauses' SQL, which count together. */
  readonly parameters?: readonly SqlParameter[];
}

/** Rows of a query over the lake, as it is when the merge begins; or rows at hand, which leave out whatever they say nothing of. */
export type GivenSource = { readonly query: QueryRequest } | { readonly rows: Iterable<Row> | AsyncIterable<Row> };

export interface GivenMerges {
  /** Merges rows of the lake, or rows at hand, into a table in one version. As `mergeFiles`; VALUE_INVALID, PARAMETER_INVALID. */
  mergeRows(target: string, source: GivenSource, clauses: GivenClauses, options?: GivenMergeOptions): Promise<MergeResult>;
}

export interface ClosedMerge {
  /** For a table with these columns. */
  clauses(columns: readonly NamedType[]): MergeClauses;
  /** Does it; a place in a text with parameters, which is in what their values made of it, is left out of what fails. */
  told<T>(act: () => Promise<T>): Promise<T>;
}

/** Clauses closed over the values of their parameters. PARAMETER_INVALID for one too few, or too many; SQL_INVALID for what is no clause. */
export function closedMerge(given: GivenClauses, parameters: readonly SqlParameter[] = []): ClosedMerge {
  requireClauses(given);
  const texts: ClosedSql[] = [];
  const close = (sql: string): string => {
    const closed = closedSql(sql, parameters);
    texts.push(closed);
    return closed.sql;
  };
  const clauses = mapped(given, close);
  requireAllUsed(texts, parameters);
  return {
    clauses: (columns) => mapped(clauses, (sql) => sql, (column, value) => givenSql(columns, column, value)) as MergeClauses,
    async told(act) {
      try {
        return await act();
      } catch (error) {
        throw texts.some(({ numbers }) => numbers.length > 0) ? withoutPlace(error) : error;
      }
    },
  };
}

type OfValue = (column: string, value: Value) => GivenValues[string];

function mapped({ on, matched, notMatched, notMatchedBySource }: GivenClauses, sql: (text: string) => string, ofValue: OfValue = (_column, value) => ({ value })): GivenClauses {
  const condition = (clause: { readonly if?: string }): { readonly if?: string } => (clause.if === undefined ? {} : { if: sql(clause.if) });
  const set = <V extends "all" | GivenValues>(values: V): V => (values === "all" ? values : Object.fromEntries(Object.entries(values).flatMap(([column, given]) => (given === undefined ? [] : [[column, typeof given === "string" ? sql(given) : ofValue(column, given.value)]])))) as V;
  const changed = <C extends NonNullable<GivenClauses["matched"]>[number]>(clause: C): C => ({ ...clause, ...condition(clause), ...("update" in clause ? { update: set(clause.update) } : {}) });
  return {
    on: typeof on === "string" ? sql(on) : on,
    ...(matched === undefined ? {} : { matched: matched.map(changed) }),
    ...(notMatched === undefined ? {} : { notMatched: notMatched.map((clause) => ({ ...clause, ...condition(clause), insert: set(clause.insert) })) }),
    ...(notMatchedBySource === undefined ? {} : { notMatchedBySource: notMatchedBySource.map(changed) }),
  };
}

function withoutPlace(error: unknown): unknown {
  if (!(error instanceof Failure) || error.place?.line === undefined) return error;
  const { line: _line, column: _column, ...place } = error.place;
  return new Failure(error.code, error.message, { ...(error.hint === undefined ? {} : { hint: error.hint }), place, retry: error.retry, cause: error });
}

