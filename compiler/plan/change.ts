/** What a plan is made of: changes with their risk, for the lake and for those who call it. */
import type { NamedType } from "../ir/column-type.ts";

/** safe: no one can notice; additive: new things; breaking: callers must change; destructive: data is lost. */
export type Risk = "safe" | "additive" | "breaking" | "destructive";

/** A Delta table as the lake has it. */
export interface LakeTable {
  readonly table: string;
  readonly columns: readonly NamedType[];
  readonly partitionBy: readonly string[];
  readonly description: string;
  /** Null when a file does not say how many it holds. */
  readonly rows: number | null;
  readonly files: number;
  readonly bytes: number;
  /** Whether it is as we last left it; null when we never noted how that was. */
  readonly ours: boolean | null;
  /** Of a materialized view: whether its rows are of the query that is declared, of another, or of none yet. */
  readonly rowsOf?: "current" | "outdated" | "none";
}

/** What is read and written anew. */
export interface Cost { readonly rows: number | null; readonly files: number; readonly bytes: number }

interface About<Kind extends string> {
  readonly kind: Kind;
  readonly table: string;
  readonly risk: Risk;
  /** What a person reads: one line. */
  readonly text: string;
  /** What those who call it must know; absent when they need not know anything. */
  readonly callers?: string;
  /** Absent when no data file is touched. */
  readonly cost?: Cost;
}
interface AboutColumn<Kind extends string> extends About<Kind> { readonly column: string }

/** All changes of one table are one commit: it is as it was, or as declared, and never between. */
export type Change =
  | About<"create-table">
  /** A materialized view becomes another table, with the rows of its query. */
  | About<"remake-table">
  | AboutColumn<"add-column">
  | (AboutColumn<"rename-column"> & { readonly from: string })
  | AboutColumn<"widen-column">
  /** Text, a choice of texts, a uuid: kept alike, said otherwise. */
  | AboutColumn<"restate-column">
  | AboutColumn<"relax-not-null">
  /** Of the table itself where no column is named. */
  | (About<"change-comment"> & { readonly column?: string })
  | AboutColumn<"drop-column">;

/** The change in words: one line. */
export function describeChange(change: Change): string {
  return `${change.table}: ${change.text}`;
}
