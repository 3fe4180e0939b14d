/** Lineage as the Catalog keeps it: what each column of a query is made of, one step up, and what decides which rows there are. Sorted, so that it prints the same everywhere. */

/** How a column comes to another: as it is; by an expression; by an aggregate of many rows; or only as what decides which value it is (a condition, the order or partition of a window). */
export type SourceHow = "copied" | "computed" | "aggregated" | "tested";
/** What of a value is left where it went through a function that hides it: its hash, its year, a rounded number, or only how many there are. */
export type Masking = "hash" | "year" | "round" | "count";
/** How a column decides which rows a query gives. */
export type ShapeHow = "filtered" | "joined" | "grouped" | "sorted";

/** A column of a table that a query names. `masked` when that is all that comes of it. */
export interface ColumnSource { readonly table: string; readonly column: string; readonly how: SourceHow; readonly masked?: Masking }

/** What one column is made of. No sources and no `unknown`: of no column at all, such as a constant. */
export interface ColumnLineage {
  readonly column: string;
  /** Sorted by table and column. */
  readonly sources: readonly ColumnSource[];
  /** Why there may be more sources than these. */
  readonly unknown?: string;
}

/** A column that decides which rows there are. */
export interface Shape { readonly table: string; readonly column: string; readonly how: readonly ShapeHow[] }

/** The lineage of a table that SQL makes. */
export interface Lineage {
  /** One for each column of the table, in its order. */
  readonly columns: readonly ColumnLineage[];
  /** Sorted by table and column. */
  readonly shapes: readonly Shape[];
}
