/** Tables that a server keeps otherwise than they are declared: nothing is done about it there, so it is said where the table is written. Pure. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Place, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";

/** What is otherwise with a column of a table, or, without a column, with the table itself. */
export interface TableDrift { readonly column?: string; readonly text: string; readonly hint: string }

/** The problems of the tables, by what was seen of each. */
export function servedProblems(tables: readonly Table[], seen: readonly { readonly table: string; readonly drift: readonly TableDrift[] }[]): Diagnostic[] {
  const byName = new Map(seen.map(({ table, drift }) => [table, drift]));
  return tables.flatMap((table) => (byName.get(fullName(table)) ?? []).map((drift) => diagnose("servedOtherwise", placeOf(table, drift), { table: fullName(table), text: drift.text, hint: drift.hint })));
}

function placeOf(table: Table, { column }: TableDrift): Place {
  return table.columns.find(({ name }) => name === column)?.place ?? table.words.find(({ name }) => name === "postgresTable")?.place ?? table.place;
}
