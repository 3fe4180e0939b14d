/**
 * Lets the engine read the author's SQL against the declared tables: a Catalog without the columns of its queries in, the same Catalog
 * with them out, and everything the engine has against the SQL. The engine is loaded only when there is something for it to read.
 */
import type { Catalog, Database, Table } from "../ir/catalog.ts";
import { remembered } from "../ir/remembered.ts";
import { isQuery } from "../ir/sources.ts";
import type { Bound, QueryBinding } from "./queries.ts";

/** Binds a catalog, and binds it again when it changed: only the SQL that changed or whose tables did. Close it. */
export interface Binding {
  /** Binds every query, check and pattern of the catalog. `broken` are files with errors of their own: nothing more is said about them. */
  bind(catalog: Catalog, broken: ReadonlySet<string>): Promise<Bound>;
  close(): void;
}

/** A binding whose engine starts when there is SQL to read. */
export function openBinding(): Binding {
  let queries: QueryBinding | undefined;
  return {
    async bind(catalog, broken) {
      if (!catalog.databases.some(hasSql)) return { catalog, diagnostics: [] };
      const { openQueryBinding } = await import("./queries.ts");
      queries ??= await openQueryBinding();
      return queries.bind(catalog, broken);
    },
    close: () => queries?.close(),
  };
}

/** Binds a catalog once. */
export async function bind(catalog: Catalog, broken: ReadonlySet<string> = new Set()): Promise<Bound> {
  const binding = openBinding();
  try {
    return await binding.bind(catalog, broken);
  } finally {
    binding.close();
  }
}

const hasSql = remembered((database: Database) => database.tables.some(isSql));

function isSql(table: Table): boolean {
  return isQuery(table.source) || table.checks.length > 0
    || table.columns.some((column) => column.rules.some((rule) => rule.kind === "matches"));
}
