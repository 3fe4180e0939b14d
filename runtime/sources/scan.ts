/**
 * What a query asks of a table that another server keeps: the columns it uses, what every row that is of use meets, and how many rows are
 * enough. A source may give more rows than that, never fewer: the engine judges each again.
 */
import type { NamedType } from "../../compiler/ir/column-type.ts";

/** A value in the spelling of its column's type: all digits of a number, RFC 3339 for times, the letters of a text. */
export type ScanValue = string;
export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type TextTest = "begins" | "ends" | "contains" | "like" | "unlike";

/** True, false or unknown of a row as in SQL; rows for which it is not true are of no use. */
export type Condition =
  | { readonly kind: "compare"; readonly column: string; readonly operator: Comparison; readonly value: ScanValue }
  | { readonly kind: "in"; readonly column: string; readonly values: readonly ScanValue[]; readonly not: boolean }
  | { readonly kind: "null"; readonly column: string; readonly not: boolean }
  /** By the letters of a text; `like` with `%` and `_`, and nothing that escapes them. */
  | { readonly kind: "text"; readonly column: string; readonly test: TextTest; readonly value: string }
  | { readonly kind: "and"; readonly of: readonly Condition[] }
  | { readonly kind: "or"; readonly of: readonly Condition[] };

export interface Scan {
  /** Of the declared columns those whose values are read; possibly none, where rows are only counted. */
  readonly columns: readonly string[];
  readonly where?: Condition;
  /** So many rows that meet `where` are enough, whichever they are; only there when `where` says all that the query asks of them. */
  readonly limit?: number;
}

/** What a row of a scan holds, in the declared order: where rows are only counted, one column that says that the row is there. */
export function scanColumns<Column extends NamedType>(columns: readonly Column[], scan: Scan): readonly (Column | typeof present)[] {
  return scan.columns.length === 0 ? [present] : columns.filter(({ name }) => scan.columns.includes(name));
}

export const present = { name: "present", type: { kind: "bool" }, nullable: false } as const satisfies NamedType;
