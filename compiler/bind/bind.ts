/**
 * Lets the engine read the author's SQL against the declared tables: a Catalog without the columns of its queries in, the same Catalog
 * with them out, and everything the engine has against the SQL. The engine is loaded only when there is something for it to read.
 */
import type { Catalog, Table } from "../ir/catalog.ts";
import { allTables } from "../ir/names.ts";
import type { Bound } from "./queries.ts";

/** Binds every query, check and pattern of the catalog. `broken` are files with errors of their own: nothing more is said about them. */
export async function bind(catalog: Catalog, broken: ReadonlySet<string> = new Set()): Promise<Bound> {
  if (!allTables(catalog).some(hasSql)) return { catalog, diagnostics: [] };
  const { bindQueries } = await import("./queries.ts");
  return bindQueries(catalog, broken);
}

function hasSql(table: Table): boolean {
  return table.source.kind === "sql" || table.source.kind === "view" || table.checks.length > 0
    || table.columns.some((column) => column.rules.some((rule) => rule.kind === "matches"));
}
