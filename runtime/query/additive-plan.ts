/**
 * Whether what a query gives of more rows is what it gave of the old ones and what it gives of the new ones: for a bound plan, not optimized
 * (`bound-plan.ts`), and the tables that have new rows while all others stayed. Operators that are known keep the promise; any other breaks it.
 */
import { strangeKind } from "./row-expression.ts";
import { isNode, listOf, textOf } from "./sql-tree.ts";
import type { TreeNode } from "./sql-tree.ts";

/** constant: of tables that stayed, and the same rows each time. additive: what new rows give beside the old is what the query gives of them alone, and nothing of none. */
export type Additivity = { readonly kind: "constant" } | { readonly kind: "additive" } | { readonly kind: "neither"; readonly why: string };

export interface AdditiveWalk {
  /** `database.table` of those with new rows. */
  readonly grown: ReadonlySet<string>;
  /** What WITH queries are, by their table index. */
  readonly ctes: Map<number, Additivity>;
}

const constant: Additivity = { kind: "constant" };

/** What an operator's rows are. */
export function additivityOf(walk: AdditiveWalk, node: TreeNode): Additivity {
  const type = textOf(node, "type");
  const read = operators[type];
  return read === undefined ? neither(namedOperators[type] ?? `DuckDB's ${type || "operator"}`) : read(walk, node);
}

/** The operators below one. */
export function inputsOf(node: TreeNode): readonly TreeNode[] {
  return listOf(node, "children").filter(isNode);
}

function neither(what: string): Additivity {
  return { kind: "neither", why: `it has ${what}` };
}

const namedOperators: { readonly [type: string]: string | undefined } = {
  LOGICAL_LIMIT: "a LIMIT", LOGICAL_TOP_N: "a LIMIT", LOGICAL_WINDOW: "a window function", LOGICAL_DELIM_JOIN: "a correlated subquery", LOGICAL_DELIM_GET: "a correlated subquery", LOGICAL_EXCEPT: "EXCEPT", LOGICAL_INTERSECT: "INTERSECT",
  LOGICAL_RECURSIVE_CTE: "a recursive WITH", LOGICAL_PIVOT: "a PIVOT", LOGICAL_POSITIONAL_JOIN: "a POSITIONAL JOIN", LOGICAL_ASOF_JOIN: "an ASOF JOIN", LOGICAL_SAMPLE: "a SAMPLE",
};

type Read = (walk: AdditiveWalk, node: TreeNode) => Additivity;

const operators: { readonly [type: string]: Read | undefined } = {
  LOGICAL_GET({ grown }, node) {
    const data = node["function_data"];
    if (!isNode(data) || typeof data["table"] !== "string") return neither(`a call of ${textOf(node, "name")}()`);
    return grown.has(`${textOf(data, "schema")}.${data["table"]}`) ? { kind: "additive" } : constant;
  },
  LOGICAL_DUMMY_SCAN: () => constant,
  LOGICAL_EMPTY_RESULT: () => constant,
  LOGICAL_EXPRESSION_GET: (walk, node) => rowByRow(walk, node, "expressions"),
  LOGICAL_PROJECTION: (walk, node) => rowByRow(walk, node, "expressions"),
  LOGICAL_FILTER: (walk, node) => rowByRow(walk, node, "expressions"),
  LOGICAL_UNNEST: (walk, node) => rowByRow(walk, node, "expressions"),
  // The order of rows is nothing that a table keeps.
  LOGICAL_ORDER_BY: (walk, node) => onlyInput(walk, node),
  LOGICAL_UNION: unionOf,
  LOGICAL_CROSS_PRODUCT: (walk, node) => joinOf(walk, node, "both"),
  LOGICAL_COMPARISON_JOIN: typedJoin,
  LOGICAL_ANY_JOIN: typedJoin,
  LOGICAL_MATERIALIZED_CTE(walk, node) {
    const [query, body] = inputsOf(node);
    if (query === undefined || body === undefined) return neither("a WITH query without a body");
    walk.ctes.set(Number(node["table_index"] ?? 0), additivityOf(walk, query));
    return additivityOf(walk, body);
  },
  LOGICAL_CTE_REF: ({ ctes }, node) => ctes.get(Number(node["cte_index"] ?? 0)) ?? neither("a WITH query that is not known"),
  LOGICAL_DISTINCT: (walk, node) => overConstants(walk, node, textOf(node, "distinct_type") === "DISTINCT", "DISTINCT"),
  LOGICAL_AGGREGATE_AND_GROUP_BY: (walk, node) => overConstants(walk, node, false, "an aggregate below the outermost"),
};

function onlyInput(walk: AdditiveWalk, node: TreeNode): Additivity {
  const [input = undefined, second] = inputsOf(node);
  if (input === undefined) return constant;
  return second === undefined ? additivityOf(walk, input) : neither(`a ${textOf(node, "type")} of two inputs`);
}

function rowByRow(walk: AdditiveWalk, node: TreeNode, key: string): Additivity {
  const strange = strangeKind(node[key]);
  return strange === undefined ? onlyInput(walk, node) : neither(`DuckDB's ${strange}`);
}

/** Each side is of the new rows alone, so a side without any would be given twice. */
function unionOf(walk: AdditiveWalk, node: TreeNode): Additivity {
  const sides = inputsOf(node).map((side) => additivityOf(walk, side));
  const broken = sides.find(({ kind }) => kind === "neither");
  if (broken !== undefined) return broken;
  if (sides.every(({ kind }) => kind === "constant")) return constant;
  return sides.every(({ kind }) => kind === "additive") ? { kind: "additive" } : neither("a UNION ALL of which one side has no new rows");
}

/** The side whose rows each join by themselves: new ones may come there alone. */
const growingSides: { readonly [join: string]: "left" | "right" | "both" | undefined } = { INNER: "both", LEFT: "left", RIGHT: "right", SEMI: "left", ANTI: "left", MARK: "left" };

function typedJoin(walk: AdditiveWalk, node: TreeNode): Additivity {
  const strange = strangeKind([node["conditions"] ?? null, node["condition"] ?? null, node["expressions"] ?? null]);
  if (strange !== undefined) return neither(`DuckDB's ${strange}`);
  const type = textOf(node, "join_type");
  const side = growingSides[type];
  return side === undefined ? neither(type === "SINGLE" ? "a subquery as a value" : `a ${type} JOIN`) : joinOf(walk, node, side);
}

function joinOf(walk: AdditiveWalk, node: TreeNode, side: "left" | "right" | "both"): Additivity {
  const [left = constant, right = constant] = inputsOf(node).map((input) => additivityOf(walk, input));
  if (left.kind === "neither") return left;
  if (right.kind === "neither") return right;
  if (left.kind === "additive" && right.kind === "additive") return neither("a join of new rows with new rows");
  if (left.kind === "additive") return side === "right" ? neither("a join in which new rows decide about old ones") : left;
  if (right.kind === "additive") return side === "left" ? neither("a join in which new rows decide about old ones") : right;
  return constant;
}

/** Of tables that stayed these give the same again, when they are `sure` to. */
function overConstants(walk: AdditiveWalk, node: TreeNode, sure: boolean, what: string): Additivity {
  const input = onlyInput(walk, node);
  return input.kind === "constant" && sure ? input : input.kind === "neither" ? input : neither(what);
}
