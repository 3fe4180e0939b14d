/**
 * How the rows that a query gave become those that it gives now, when some of its tables have new rows and all others stayed: by the rows that it
 * gives of the new ones beside them; or, where it groups, by putting groups of both together; or not at all. Read in a bound plan that is not optimized.
 */
import { additivityOf, inputsOf } from "./additive-plan.ts";
import type { AdditiveWalk } from "./additive-plan.ts";
import { addsExactly, exactReference, looseKeys, placeOf, placesIn, strangeKind } from "./row-expression.ts";
import { isNode, listOf, textOf } from "./sql-tree.ts";
import type { TreeNode, TreeValue } from "./sql-tree.ts";

/** Aggregates of which that of two parts is one of those of the parts. */
export type Combining = "sum" | "min" | "max" | "bool_and" | "bool_or" | "bit_and" | "bit_or" | "bit_xor";

export type GrowthPlan =
  /** New rows go beside the old. */
  | { readonly kind: "rows" }
  /** By column of the result, in its order: part of what rows are grouped by, or how two values of a group become one. */
  | { readonly kind: "groups"; readonly columns: readonly ("key" | Combining)[] }
  /** All is worked out anew; `why` goes on after "because". */
  | { readonly kind: "whole"; readonly why: string };

/** For a plan and `database.table` of each table that has new rows. */
export function growthPlan(plan: TreeNode, grown: ReadonlySet<string>): GrowthPlan {
  const walk: AdditiveWalk = { grown, ctes: new Map() };
  const rows = additivityOf(walk, plan);
  if (rows.kind === "additive") return { kind: "rows" };
  const told = groupsOf(walk, plan);
  if (told === undefined) return { kind: "whole", why: rows.kind === "neither" ? rows.why : "its new rows are not read" };
  if ("why" in told) return { kind: "whole", why: told.why };
  const missing = told.keys.filter((key) => !told.columns.some((column) => column.kind === "key" && column.of === key));
  if (missing.length > 0) return { kind: "whole", why: "it does not give all that it groups by" };
  const columns: ("key" | Combining)[] = [];
  for (const column of told.columns) {
    if (column.kind === "mixed") return { kind: "whole", why: column.why };
    columns.push(column.kind === "combined" ? column.by : "key");
  }
  return { kind: "groups", columns };
}

/** A column above the grouping: the key at a place among all, a value that follows from keys, an aggregate that combines, or what is none of these. */
type Told = { readonly kind: "key"; readonly of: number } | { readonly kind: "follows" } | { readonly kind: "combined"; readonly by: Combining } | { readonly kind: "mixed"; readonly why: string };
interface Groups { readonly keys: readonly number[]; readonly columns: readonly Told[] }

/** The grouping at the top of a plan; undefined where there is none, and why where it is of no use. */
function groupsOf(walk: AdditiveWalk, node: TreeNode): Groups | { readonly why: string } | undefined {
  const [input, second] = inputsOf(node);
  if (input === undefined || second !== undefined) return undefined;
  switch (textOf(node, "type")) {
    case "LOGICAL_ORDER_BY": return groupsOf(walk, input);
    case "LOGICAL_PROJECTION": return projected(groupsOf(walk, input), node);
    case "LOGICAL_FILTER": return groupsOf(walk, input) === undefined ? undefined : { why: "it has a HAVING, or another condition on its groups" };
    case "LOGICAL_DISTINCT": return textOf(node, "distinct_type") === "DISTINCT" ? keysOnly(walk, input, listOf(node, "distinct_targets")) : undefined;
    case "LOGICAL_AGGREGATE_AND_GROUP_BY": return aggregated(walk, input, node);
    default: return undefined;
  }
}

function projected(groups: ReturnType<typeof groupsOf>, node: TreeNode): ReturnType<typeof groupsOf> {
  if (groups === undefined || "why" in groups) return groups;
  return { keys: groups.keys, columns: listOf(node, "expressions").map((expression) => toldOf(expression, groups.columns)) };
}

function toldOf(expression: TreeValue, below: readonly Told[]): Told {
  const reference = exactReference(expression);
  if (reference !== undefined) return below[placeOf(reference)] ?? { kind: "mixed", why: "a reference of DuckDB's plan leads nowhere" };
  const strange = strangeKind(expression);
  if (strange !== undefined) return { kind: "mixed", why: `it has DuckDB's ${strange}` };
  const used = placesIn(expression).map((place) => below[place]);
  const mixed = used.find((told) => told === undefined || told.kind === "mixed" || told.kind === "combined");
  if (used.length === 0 || mixed === undefined) return { kind: "follows" };
  return mixed?.kind === "mixed" ? mixed : { kind: "mixed", why: "a column is computed of an aggregate" };
}

function keysOnly(walk: AdditiveWalk, input: TreeNode, targets: readonly TreeValue[]): Groups | { readonly why: string } {
  const why = whyNoKeys(walk, input, targets);
  return why === undefined ? { keys: targets.map((_, at) => at), columns: targets.map((_, of): Told => ({ kind: "key", of })) } : { why };
}

function whyNoKeys(walk: AdditiveWalk, input: TreeNode, keys: readonly TreeValue[]): string | undefined {
  const rows = additivityOf(walk, input);
  if (rows.kind !== "additive") return rows.kind === "neither" ? rows.why : "its new rows are not read";
  const strange = strangeKind(keys);
  if (strange !== undefined) return `it has DuckDB's ${strange}`;
  const loose = keys.map((key) => (isNode(key) ? looseKeys(key["return_type"]) : "what DuckDB's plan leaves out")).find((what) => what !== undefined);
  return loose === undefined ? undefined : `it groups by ${loose}`;
}

function aggregated(walk: AdditiveWalk, input: TreeNode, node: TreeNode): Groups | { readonly why: string } {
  const keys = listOf(node, "groups");
  const why = whyNoKeys(walk, input, keys);
  if (why !== undefined) return { why };
  const sets = listOf(node, "grouping_sets");
  const isPlain = sets.length <= 1 && sets.every((set) => Array.isArray(set) && set.length === keys.length) && listOf(node, "grouping_functions").length === 0;
  if (!isPlain) return { why: "it has GROUPING SETS, a ROLLUP or a CUBE" };
  return {
    keys: keys.map((_, at) => at),
    columns: [...keys.map((_, of): Told => ({ kind: "key", of })), ...listOf(node, "expressions").map(aggregateOf)],
  };
}

const combining: { readonly [aggregate: string]: Combining | undefined } = {
  count: "sum", count_star: "sum", count_if: "sum", countif: "sum", sum: "sum", min: "min", max: "max", bool_and: "bool_and", bool_or: "bool_or", bit_and: "bit_and", bit_or: "bit_or", bit_xor: "bit_xor",
};

function aggregateOf(aggregate: TreeValue): Told {
  if (!isNode(aggregate)) return { kind: "mixed", why: "DuckDB's plan leaves an aggregate out" };
  const name = textOf(aggregate, "name");
  const by = Object.hasOwn(combining, name) ? combining[name] : undefined;
  const parts = [aggregate["children"] ?? null, aggregate["filter"] ?? null];
  const strange = strangeKind(parts);
  if (strange !== undefined) return { kind: "mixed", why: `it has DuckDB's ${strange}` };
  if (textOf(aggregate, "aggregate_type") !== "NON_DISTINCT") return { kind: "mixed", why: `${name}(DISTINCT) does not say what it counted` };
  if (by === undefined || listOf(aggregate, "children").length > 1) return { kind: "mixed", why: `${name}() of all rows does not follow from ${name}() of some` };
  if (by === "sum" && !addsExactly(aggregate["return_type"])) return { kind: "mixed", why: `${name}() of floating numbers is rounded, and another one of two parts` };
  return { kind: "combined", by };
}
