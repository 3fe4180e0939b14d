/** Queries in, what the engine reads in their SQL out: which tables it names, without a word about what those are. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source, Table } from "../ir/catalog.ts";
import { isProblem } from "../../runtime/query/binder.ts";
import type { Binder, ParsedSelect, SqlProblem } from "../../runtime/query/binder.ts";
import { duckType } from "../../runtime/query/duckdb-types.ts";
import { printTemplate } from "../../runtime/query/sql-template.ts";
import { findTable } from "./named-tables.ts";
import type { TableNames } from "./named-tables.ts";
import type { SentSql } from "./sql-place.ts";
import type { QueryTable } from "./travel.ts";

/** `found`: of each mention its table, or what is wrong with the name. */
export interface QueryText { readonly sent: SentSql; readonly parsed: ParsedSelect | SqlProblem; readonly found: readonly (Table | Diagnostic)[] }

/** Reads queries, all in one go. */
export async function readTexts(binder: Binder, names: TableNames, queries: readonly QueryTable[]): Promise<Map<QueryTable, QueryText>> {
  const asked = queries.map((table) => ({ table, sent: printSql(table) }));
  const answers = await binder.parse(asked.map(({ sent }) => sent.printed.sql));
  return new Map(asked.flatMap(({ table, sent }, index): [QueryTable, QueryText][] => {
    const parsed = answers[index];
    return parsed === undefined ? [] : [[table, { sent, parsed, found: isProblem(parsed) ? [] : parsed.mentions.map((mention) => findTable(names, mention, sent)) }]];
  }));
}

/** The SQL as the engine is to read it: each parameter a value of its type. */
function printSql(table: QueryTable): SentSql {
  const types = new Map(functionParameters(table)?.map((parameter) => [parameter.name, duckType(parameter.type)]));
  const template = table.source.sql;
  return { template, printed: printTemplate(template, (name) => `CAST(NULL AS ${types.get(name) ?? "VARCHAR"})`), before: 0 };
}

/** What a function table is called with; undefined for a table that is none. */
export function functionParameters({ source }: Table): Extract<Source, { kind: "sql" }>["parameters"] | undefined {
  return source.kind === "sql" || source.kind === "rows" ? source.parameters : undefined;
}
