/** What is known of functions by their names: which hide the value they are given, and which are null only where an argument is. */
import type { Masking } from "../../ir/lineage.ts";
import { isNode, listOf, textOf } from "../../../runtime/query/sql-tree.ts";
import type { TreeNode, TreeValue } from "../../../runtime/query/sql-tree.ts";

const masks: { readonly [name: string]: Masking } = {
  md5: "hash", md5_number: "hash", sha1: "hash", sha256: "hash", hash: "hash", year: "year", isoyear: "year", decade: "year", century: "year",
  count: "count", approx_count_distinct: "count", count_if: "count",
};

/** Functions whose first argument, as a constant, says how much of a time is left. */
const timeParts = new Set(["date_trunc", "datetrunc", "date_part", "datepart"]);
const coarseParts = new Set(["year", "isoyear", "decade", "century", "millennium"]);
const roundings = new Set(["round", "floor", "ceil", "ceiling", "trunc"]);
/** Decimals of a degree that still name a place no closer than a kilometre. */
const roundDigitsMax = 2;

/** What is left of a value that goes through this call; undefined where the value, or enough of it, may be seen. */
export function maskingOf(call: TreeNode): Masking | undefined {
  const name = textOf(call, "name").toLowerCase();
  const [first, second] = listOf(call, "children").map(constantOf);
  if (Object.hasOwn(masks, name)) return masks[name];
  if (timeParts.has(name)) return typeof first === "string" && coarseParts.has(first.toLowerCase()) ? "year" : undefined;
  if (!roundings.has(name)) return undefined;
  const digits = listOf(call, "children").length === 1 ? 0 : second;
  return typeof digits === "number" && digits <= roundDigitsMax ? "round" : undefined;
}

function constantOf(expression: TreeValue | undefined): TreeValue | undefined {
  if (!isNode(expression)) return undefined;
  if (expression["expression_class"] === "BOUND_CAST") return constantOf(expression["child"]);
  return expression["expression_class"] === "BOUND_CONSTANT" && isNode(expression["value"]) ? expression["value"]["value"] : undefined;
}

const strict = new Set([
  "+", "-", "*", "||", "lower", "upper", "trim", "ltrim", "rtrim", "length", "strlen", "reverse", "replace", "date_trunc", "abs", "round", "floor", "ceil", "md5", "sha1", "sha256",
  "starts_with", "ends_with", "contains", "~~", "!~~", "~~*", "!~~*",
]);

/** True for functions that give a value for every row whose arguments are all there. */
export function isStrict(name: string): boolean {
  return strict.has(name.toLowerCase());
}

const valueAggregates = new Set(["sum", "min", "max", "avg", "mean", "any_value", "first", "last", "bool_and", "bool_or", "list", "array_agg"]);

/** True for aggregates that give a value whenever their group has a row with one. */
export function givesValue(aggregate: string): boolean {
  return valueAggregates.has(aggregate.toLowerCase());
}

/** True for aggregates that always give a value. */
export function alwaysCounts(aggregate: string): boolean {
  return aggregate === "count" || aggregate === "count_star";
}
