/** What kinds of table have in common: which lie in a Delta log, and which SQL makes. */
import type { Source } from "./catalog.ts";

/** Kept in a Delta table of the lake: as its writers left it, or as a query gave it. */
export type KeptSource = Extract<Source, { kind: "delta" | "materialized" }>;
/** Made by the author's SQL, when it is asked or before. */
export type QuerySource = Extract<Source, { kind: "sql" | "view" | "materialized" }>;

/** Whether the rows lie in a Delta table of the lake, which has a place, a log and versions. */
export function isKept(source: Source): source is KeptSource {
  return source.kind === "delta" || source.kind === "materialized";
}

/** Whether SQL of the author's makes the rows. */
export function isQuery(source: Source): source is QuerySource {
  return source.kind === "sql" || source.kind === "view" || source.kind === "materialized";
}

/** The tables that it reads itself, `database.table` each, as far as that is known. */
export function readsOf(source: Source): readonly string[] {
  return source.kind === "rows" || isQuery(source) ? source.reads ?? [] : [];
}

/** Whether it is a class with a `static query`. */
export function isViewed(source: Source): source is Extract<Source, { kind: "view" | "materialized" }> {
  return source.kind === "view" || source.kind === "materialized";
}

/** Whether the class itself names the columns that its SQL gives. */
export function declaresColumns(source: Source): boolean {
  return isViewed(source) && source.declared;
}
