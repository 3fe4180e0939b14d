/** From a bound plan to what is said of its columns: the lineage that the Catalog keeps, and what inferred columns take from the columns they copy. */
import type { Column } from "../../ir/catalog.ts";
import type { ColumnSource, Shape } from "../../ir/lineage.ts";
import type { TreeNode } from "../../../runtime/query/sql-tree.ts";
import { bothWays } from "./flow.ts";
import type { Flow } from "./flow.ts";
import { columnsOf, PlanUnknown } from "./operators.ts";
import { openShapes } from "./shapes.ts";

/** What is known of one result column: whether it may be null, the column it is a plain copy of, and all that it is made of. */
export interface ResultFact {
  readonly nullable: boolean;
  readonly copyOf?: Column;
  readonly sources: readonly ColumnSource[];
  readonly unknown?: string;
}
export interface PlanFacts { readonly columns: readonly ResultFact[]; readonly shapes: readonly Shape[] }

/** A declared column of a table, by the names the plan has for them. */
export type KnownColumn = (table: string, column: string) => Column | undefined;

/** Facts of each of `count` result columns; where the plan cannot be followed each may be null and is of unknown columns. */
export function planFacts(plan: TreeNode | string, count: number, known: KnownColumn): PlanFacts {
  if (typeof plan === "string") return nothingKnown(plan, count);
  const shapes = openShapes();
  try {
    const flows = columnsOf({ nullable: (table, column) => known(table, column)?.nullable, shapes, bindings: new Map(), ctes: new Map(), handed: [] }, plan);
    if (flows.length !== count) return nothingKnown("DuckDB's plan gives other columns than the query", count);
    return { columns: flows.map((flow) => factOf(flow, known)), shapes: shapes.all() };
  } catch (error) {
    if (error instanceof PlanUnknown) return nothingKnown(error.message, count);
    throw error;
  }
}

function nothingKnown(unknown: string, count: number): PlanFacts {
  return { columns: Array.from({ length: count }, () => ({ nullable: true, sources: [], unknown })), shapes: [] };
}

function factOf({ edges, nullable, copyOf, unknown }: Flow, known: KnownColumn): ResultFact {
  const byColumn = Map.groupBy(edges, ({ table, column }) => `${table} ${column}`);
  const sources = [...byColumn].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, all]): ColumnSource => {
    const { table, column, how, masked } = all.reduce(bothWays);
    return { table, column, how, ...(masked === undefined || how === "tested" ? {} : { masked }) };
  });
  const copied = copyOf === undefined ? undefined : known(copyOf.table, copyOf.column);
  return { nullable, sources, ...(copied === undefined ? {} : { copyOf: copied }), ...(unknown === undefined ? {} : { unknown }) };
}
