/**
 * From an operator of a bound plan to the flows of the columns it gives, in order. A reference within an operator is a place among what its
 * children give, one after the other; so each operator must be known here to the column, and one that is not ends the walk with PlanUnknown.
 */
import { isNode, listOf, textOf } from "../../../runtime/query/sql-tree.ts";
import type { TreeNode } from "../../../runtime/query/sql-tree.ts";
import { aggregateFlow, flowOf, flowsOf, indexOf, orderFlows } from "./expressions.ts";
import { constant, either, keyOf, optional, originFlow, through, unknownFlow } from "./flow.ts";
import type { Flow } from "./flow.ts";
import { behind, behindJoin } from "./rejections.ts";
import { noteCondition, noteJoin } from "./shapes.ts";
import type { Shapes } from "./shapes.ts";

/** Why a plan cannot be followed. */
export class PlanUnknown extends Error {}

/** Whether a column of a declared table may be null; undefined for what is none. */
export type NullableColumn = (table: string, column: string) => boolean | undefined;

export interface Walk {
  readonly nullable: NullableColumn;
  readonly shapes: Shapes;
  /** What operators give, by their table index. */
  readonly bindings: Map<number, readonly Flow[]>;
  /** What WITH queries give, by their table index. */
  readonly ctes: Map<number, readonly Flow[]>;
  /** What the correlated subquery one is in is handed from outside. */
  readonly handed: readonly Flow[];
}

/** The flows of an operator's columns. */
export function columnsOf(walk: Walk, node: TreeNode): readonly Flow[] {
  const read = operators[textOf(node, "type")];
  if (read === undefined) throw new PlanUnknown(`DuckDB's ${textOf(node, "type") || "operator"} is not followed`);
  const columns = read(walk, node);
  if (node["table_index"] !== undefined || node["type"] === "LOGICAL_GET") walk.bindings.set(indexOf(node, "table_index"), columns);
  return columns;
}

type Read = (walk: Walk, node: TreeNode) => readonly Flow[];

const operators: { readonly [type: string]: Read | undefined } = {
  LOGICAL_GET: getColumns,
  LOGICAL_DUMMY_SCAN: () => [constant],
  LOGICAL_EMPTY_RESULT: (_, node) => listOf(node, "return_types").map(() => constant),
  LOGICAL_DELIM_GET: ({ handed }, node) => listOf(node, "chunk_types").map((_, at) => ({ ...(handed[at] ?? unknownFlow("a correlated column is lost")), handed: true })),
  LOGICAL_EXPRESSION_GET(walk, node) {
    const scope = scopeOf(walk, inputsOf(walk, node));
    const rows = listOf(node, "expressions").map((row) => (Array.isArray(row) ? row.map((cell) => flowOf(cell, scope)) : []));
    return listOf(node, "expr_types").map((_, at) => either(rows.map((row) => row[at] ?? unknownFlow("a row of VALUES is too short"))));
  },
  LOGICAL_PROJECTION: (walk, node) => flowsOf(node, "expressions", scopeOf(walk, inputsOf(walk, node))),
  LOGICAL_FILTER(walk, node) {
    const inputs = inputsOf(walk, node);
    for (const condition of listOf(node, "expressions")) noteCondition(walk.shapes, condition, scopeOf(walk, inputs));
    return behind(listOf(node, "expressions"), inputs);
  },
  LOGICAL_ORDER_BY(walk, node) {
    const inputs = inputsOf(walk, node);
    walk.shapes.add("sorted", orderFlows(node, scopeOf(walk, inputs)));
    return inputs;
  },
  LOGICAL_LIMIT(walk, node) {
    const inputs = inputsOf(walk, node);
    const bounds = [node["limit_val"], node["offset_val"]].filter(isNode).filter((bound) => bound["expression"] !== undefined);
    walk.shapes.add("filtered", bounds.map((bound) => flowOf(bound["expression"], scopeOf(walk, inputs))));
    return inputs;
  },
  LOGICAL_SAMPLE: inputsOf,
  LOGICAL_DISTINCT(walk, node) {
    const inputs = inputsOf(walk, node);
    walk.shapes.add("grouped", flowsOf(node, "distinct_targets", scopeOf(walk, inputs)));
    walk.shapes.add("sorted", orderFlows(node["order_by"], scopeOf(walk, inputs)));
    return inputs;
  },
  LOGICAL_AGGREGATE_AND_GROUP_BY: aggregateColumns,
  LOGICAL_WINDOW: appended,
  LOGICAL_UNNEST: appended,
  LOGICAL_PIVOT: pivotColumns,
  LOGICAL_CROSS_PRODUCT: inputsOf,
  LOGICAL_POSITIONAL_JOIN: (walk, node) => inputsOf(walk, node).map(optional),
  LOGICAL_COMPARISON_JOIN: joinColumns,
  LOGICAL_ANY_JOIN: joinColumns,
  LOGICAL_ASOF_JOIN: joinColumns,
  LOGICAL_DELIM_JOIN: joinColumns,
  LOGICAL_UNION(walk, node) {
    const sides = childrenOf(node).map((child) => columnsOf(walk, child));
    return (sides[0] ?? []).map((_, at) => either(sides.map((side) => side[at] ?? unknownFlow("a side of UNION is too narrow"))));
  },
  LOGICAL_EXCEPT: firstColumns,
  LOGICAL_INTERSECT: firstColumns,
  LOGICAL_MATERIALIZED_CTE(walk, node) {
    const [query, body] = childrenOf(node);
    if (query === undefined || body === undefined) throw new PlanUnknown("a WITH query has no body");
    walk.ctes.set(indexOf(node, "table_index"), columnsOf(walk, query));
    return columnsOf(walk, body);
  },
  LOGICAL_RECURSIVE_CTE: recursiveColumns,
  LOGICAL_CTE_REF(walk, node) {
    const columns = walk.ctes.get(indexOf(node, "cte_index"));
    if (columns === undefined) throw new PlanUnknown("a WITH query is named before it is known");
    return columns;
  },
};

function scopeOf(walk: Walk, inputs: readonly Flow[]): { readonly inputs: readonly Flow[]; readonly bindings: Walk["bindings"] } {
  return { inputs, bindings: walk.bindings };
}

function childrenOf(node: TreeNode): readonly TreeNode[] {
  return listOf(node, "children").filter(isNode);
}

function inputsOf(walk: Walk, node: TreeNode): readonly Flow[] {
  return childrenOf(node).flatMap((child) => columnsOf(walk, child));
}

/** Table functions whose rows are made of their arguments alone. */
const argumentFunctions = new Set(["unnest", "range", "generate_series"]);

function getColumns(walk: Walk, node: TreeNode): readonly Flow[] {
  const inputs = inputsOf(walk, node);
  const data = node["function_data"];
  const indexes = listOf(node, "column_indexes").filter(isNode).map((column) => indexOf(column, "index"));
  const own = (indexes.length === 0 ? [0] : indexes).map((index) => {
    const column = listOf(node, "names")[index];
    if (isNode(data) && typeof data["table"] === "string") return tableColumn(walk, node, `${textOf(data, "schema")}.${data["table"]}`, column);
    if (!argumentFunctions.has(textOf(node, "name"))) return unknownFlow(`what ${textOf(node, "name")}() reads is not known`);
    return through("computed", inputs.slice(0, listOf(node, "input_table_types").length));
  });
  const passed = listOf(node, "projected_input").map((at) => inputs[Number(at)] ?? unknownFlow("a reference of DuckDB's plan leads nowhere"));
  return [...own, ...passed];
}

function tableColumn(walk: Walk, node: TreeNode, table: string, column: unknown): Flow {
  // The number of a row, which no declared column is.
  if (typeof column !== "string") return unknownFlow("a row's number is no column");
  const nullable = walk.nullable(table, column);
  return nullable === undefined ? unknownFlow(`${table} is no table of the catalog`) : originFlow({ mention: indexOf(node, "table_index"), table, column }, nullable);
}

function aggregateColumns(walk: Walk, node: TreeNode): readonly Flow[] {
  const scope = scopeOf(walk, inputsOf(walk, node));
  const groups = flowsOf(node, "groups", scope);
  walk.shapes.add("grouped", groups.filter((group) => group.handed === undefined));
  const sets = listOf(node, "grouping_sets").map((set) => (Array.isArray(set) ? set.map(Number) : []));
  const always = (at: number): boolean => sets.every((set) => set.includes(at));
  const grouped = groups.length > 0 && sets.every((set) => set.length > 0);
  const scalar = indexOf(node, "groupings_index") > Number.MAX_SAFE_INTEGER;
  return [
    ...groups.map((group, at) => (always(at) ? group : optional(group))),
    ...listOf(node, "expressions").filter(isNode).map((aggregate) => (scalar ? onlyRow(aggregate, scope) : aggregateFlow(aggregate, scope, grouped))),
    ...listOf(node, "grouping_functions").map(() => ({ ...through("tested", groups), nullable: false })),
  ];
}

/** The one row of a subquery that is used as a value: the planner takes it by an aggregate, which the author did not write. */
function onlyRow(aggregate: TreeNode, scope: ReturnType<typeof scopeOf>): Flow {
  return aggregate["name"] === "first" ? optional(flowOf(listOf(aggregate, "children")[0], scope)) : aggregateFlow(aggregate, scope, false);
}

/** What the child gives, and a column for each expression. */
function appended(walk: Walk, node: TreeNode): readonly Flow[] {
  const inputs = inputsOf(walk, node);
  return [...inputs, ...flowsOf(node, "expressions", scopeOf(walk, inputs))];
}

/** Groups, and for each value and aggregate a column made of the lists that the child gathers. */
function pivotColumns(walk: Walk, node: TreeNode): readonly Flow[] {
  const pivot = node["bound_pivot"];
  if (!isNode(pivot)) throw new PlanUnknown("a PIVOT of DuckDB's plan has no columns");
  const inputs = inputsOf(walk, node);
  const groups = indexOf(pivot, "group_count");
  const lists = inputs.slice(groups);
  const tests = through("tested", lists.slice(-1));
  const aggregates = lists.slice(0, -1).map((list) => ({ ...either([list, tests]), nullable: true }));
  return [...inputs.slice(0, groups), ...listOf(pivot, "pivot_values").flatMap(() => aggregates)];
}

function joinColumns(walk: Walk, node: TreeNode): readonly Flow[] {
  const [first, second] = childrenOf(node);
  if (first === undefined || second === undefined) throw new PlanUnknown("a join of DuckDB's plan has one side");
  const left = columnsOf(walk, first);
  const handed = node["type"] === "LOGICAL_DELIM_JOIN" ? flowsOf(node, "duplicate_eliminated_columns", scopeOf(walk, left)) : walk.handed;
  const right = columnsOf({ ...walk, handed }, second);
  const tests = noteJoin(walk.shapes, node, left, right, walk.bindings);
  switch (textOf(node, "join_type")) {
    case "INNER": return behindJoin(node, left, right);
    case "LEFT":
    case "SINGLE": return [...left, ...right.map(optional)];
    case "RIGHT": return [...left.map(optional), ...right];
    case "OUTER":
    case "FULL": return [...left, ...right].map(optional);
    case "SEMI":
    case "ANTI": return left;
    case "MARK": return [...left, through("tested", tests)];
    default: throw new PlanUnknown(`DuckDB's ${textOf(node, "join_type")} join is not followed`);
  }
}

/** The columns of the first side; those of the second only take rows away. */
function firstColumns(walk: Walk, node: TreeNode): readonly Flow[] {
  const [first = [], ...others] = childrenOf(node).map((child) => columnsOf(walk, child));
  walk.shapes.add("filtered", [...first, ...others.flat()]);
  return first;
}

/** What the first part gives, and what the second makes of it, until nothing new comes. */
function recursiveColumns(walk: Walk, node: TreeNode): readonly Flow[] {
  const [first, second] = childrenOf(node);
  if (first === undefined || second === undefined) throw new PlanUnknown("a recursive query of DuckDB's plan has one part");
  let columns = columnsOf(walk, first);
  for (let before = ""; before !== printed(columns);) {
    before = printed(columns);
    walk.ctes.set(indexOf(node, "table_index"), columns);
    const next = columnsOf(walk, second);
    columns = columns.map((column, at) => either([column, next[at] ?? unknownFlow("a part of a recursive query is too narrow")]));
  }
  return columns;
}

function printed(columns: readonly Flow[]): string {
  return columns.map((column) => `${column.nullable} ${column.edges.map((edge) => `${keyOf(edge)} ${edge.how} ${edge.masked}`).sort().join(",")}`).join(";");
}
