/** What each kind of table is called on the pages, and what can be said of its past. */

const names: { readonly [kind: string]: string } = {
  delta: "Delta table", parquet: "Parquet table", csv: "CSV table", json: "JSON table", postgres: "PostgreSQL table", rows: "function", sql: "query", view: "view", materialized: "materialized view",
};

/** In the reader's words; a kind this page does not know is shown as it is called. */
export function kindName(kind: string): string {
  return names[kind] ?? kind;
}

/** Why a table of this kind has no versions, when it cannot have any. */
export function withoutHistory(kind: string): string | undefined {
  if (kind === "view" || kind === "sql") return "It is worked out when it is asked for, and has no versions of its own; those it reads may have.";
  if (kind === "rows") return "Its rows are made by a function each time it is asked, and have no versions.";
  if (kind === "postgres") return "Its rows are read where they are kept, as they are there, and have no versions here.";
  return kind === "delta" || kind === "materialized" ? undefined : "Its files are read as they are, and nobody counts their versions.";
}
