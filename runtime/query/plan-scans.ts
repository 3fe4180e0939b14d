/**
 * What a plan of DuckDB's (json_serialize_plan, optimized) asks of the files it reads: DuckDB itself has then worked out, through views, joins and
 * subqueries, which columns are used and which conditions hold for every row of use. What the tree does not say plainly is asked for whole.
 */
import type { Condition, Scan } from "../sources/scan.ts";
import { allOf, expressionCondition, filterCondition } from "./plan-conditions.ts";
import type { Understood } from "./plan-conditions.ts";
import { isNode, listOf, textOf } from "./sql-tree.ts";
import type { TreeNode, TreeValue } from "./sql-tree.ts";

/** The plan's tree, each number as its text: they are not exact otherwise, and some are no JSON. */
export function parsePlan(json: string): TreeNode | undefined {
  const plain = json.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:Infinity|NaN)\b/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
  const answer: unknown = JSON.parse(plain, (_name, value: unknown, context?: { readonly source?: string }) => (typeof value === "number" ? context?.source : value));
  if (!isNode(answer as TreeValue) || (answer as TreeNode)["error"] !== false) return undefined;
  const [plan, second] = listOf(answer as TreeNode, "plans");
  return second === undefined && isNode(plan) ? plan : undefined;
}

/** Everything the plan reads of one file, by the file; `columns` are all that each has. A file the plan does not read is not there. */
export function scansOfPlan(plan: TreeNode, files: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, Scan> {
  const found = new Map<string, Scan[]>();
  visit(plan, [], (get, above) => {
    const file = fileOf(get);
    const columns = file === undefined ? undefined : files.get(file);
    if (file === undefined || columns === undefined) return;
    found.set(file, [...(found.get(file) ?? []), scanOf(get, above, columns)]);
  });
  return new Map([...found].map(([file, scans]) => [file, together(scans)]));
}

/** Calls `act` for each scan with the operators above it, the nearest first. */
function visit(value: TreeValue | undefined, above: readonly TreeNode[], act: (get: TreeNode, above: readonly TreeNode[]) => void): void {
  if (Array.isArray(value)) for (const item of value as readonly TreeValue[]) visit(item, above, act);
  if (!isNode(value)) return;
  const type = textOf(value, "type");
  if (type === "LOGICAL_GET") act(value, above);
  const inner = type.startsWith("LOGICAL_") ? [value, ...above] : above;
  for (const child of Object.values(value)) visit(child, inner, act);
}

function fileOf(get: TreeNode): string | undefined {
  const data = get["function_data"];
  const [file, second] = isNode(data) ? listOf(data, "files") : [];
  return second === undefined && typeof file === "string" ? file : undefined;
}

function scanOf(get: TreeNode, above: readonly TreeNode[], columns: readonly string[]): Scan {
  const indexes = listOf(get, "column_indexes").map((entry) => (isNode(entry) ? columns[Number(entry["index"])] : undefined));
  const projected = listOf(get, "projection_ids");
  const output = projected.length === 0 ? indexes : projected.map((id) => indexes[Number(id)]);
  const columnOf = (node: TreeValue | undefined): string | undefined => (isNode(node) && textOf(node, "expression_class") === "BOUND_REF" ? output[Number(node["index"])] : undefined);
  const [next] = above;
  const filtered = next !== undefined && textOf(next, "type") === "LOGICAL_FILTER" ? listOf(next, "expressions") : [];
  const filters = isNode(get["table_filters"]) ? listOf(get["table_filters"], "filters").filter(isNode) : [];
  const understood = allOf([
    ...filters.map((filter): Understood => {
      const column = columns[Number(filter["key"])];
      return column === undefined ? { condition: undefined, whole: false } : filterCondition(filter["value"], column);
    }),
    ...filtered.map((expression) => expressionCondition(expression, columnOf)),
  ]);
  const limit = understood.whole ? limitOf(filtered.length === 0 ? above : above.slice(1)) : undefined;
  return {
    columns: [...new Set(indexes.filter((name) => name !== undefined))],
    ...(understood.condition === undefined ? {} : { where: understood.condition }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** How many rows a plan takes at most: where nothing but projections, a row for each row, stands between the scan and a LIMIT. */
function limitOf([next, ...above]: readonly TreeNode[]): number | undefined {
  if (next === undefined) return undefined;
  if (textOf(next, "type") === "LOGICAL_PROJECTION") return limitOf(above);
  if (textOf(next, "type") !== "LOGICAL_LIMIT") return undefined;
  const [limit, offset] = [countOf(next["limit_val"]), countOf(next["offset_val"])];
  return limit === undefined || offset === undefined || limit === "none" ? undefined : limit + (offset === "none" ? 0 : offset);
}

function countOf(bound: TreeValue | undefined): number | "none" | undefined {
  if (!isNode(bound)) return undefined;
  if (textOf(bound, "type") === "UNSET") return "none";
  const count = Number(bound["constant_integer"]);
  return textOf(bound, "type") === "CONSTANT_VALUE" && Number.isSafeInteger(count) ? count : undefined;
}

/** What serves each of several scans of the same table. */
function together(scans: readonly Scan[]): Scan {
  const [only, second] = scans;
  if (only !== undefined && second === undefined) return only;
  const conditions = scans.map(({ where }) => where);
  const known = conditions.filter((where): where is Condition => where !== undefined);
  return { columns: [...new Set(scans.flatMap(({ columns }) => columns))], ...(known.length < conditions.length ? {} : { where: { kind: "or", of: known } }) };
}
