/** What binding a query gave, kept for the next time: it stands as long as the query says the same and the tables it names do. */
import type { Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { sameOrNew } from "../ir/remembered.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Mention } from "../../runtime/query/sql-gate.ts";
import { findTable } from "./named-tables.ts";
import type { TableNames } from "./named-tables.ts";
import type { SentSql } from "./sql-place.ts";

/** The tables that a query names, found and bound. */
export interface NamedReads { readonly sent: SentSql; readonly mentions: readonly Mention[]; readonly reads: readonly Table[] }

/** A query that was bound as far as its own SQL. `broken`: its file had errors. */
export interface KeptQuery extends NamedReads { readonly table: Table; readonly broken: boolean; readonly bound: Table | undefined; readonly diagnostics: readonly Diagnostic[] }

/** By name. */
export type KeptQueries = Map<string, KeptQuery>;

/** What is kept of `table`, when it would be found again. `bindRead` binds one of the tables it names. */
export async function findKept(kept: KeptQueries, table: Table, broken: boolean, names: TableNames, bindRead: (table: Table) => Promise<Table | undefined>): Promise<KeptQuery | undefined> {
  const query = kept.get(fullName(table));
  if (query === undefined || query.table !== table || query.broken !== broken) return undefined;
  const found = query.mentions.map((mention) => findTable(names, mention, query.sent));
  if (found.some((result) => "code" in result)) return undefined;
  for (const [index, result] of found.entries()) {
    if ("code" in result || (await bindRead(result)) !== query.reads[index]) return undefined;
  }
  return query;
}

/** Keeps a query; what it is bound to stays the value it was where that says the same. */
export function keep(kept: KeptQueries, query: KeptQuery): KeptQuery {
  const before = kept.get(fullName(query.table))?.bound;
  const now = { ...query, bound: query.bound === undefined ? undefined : sameOrNew(before, query.bound) };
  kept.set(fullName(query.table), now);
  return now;
}
