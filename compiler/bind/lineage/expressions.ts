/** From a bound expression to its flow: what its references become on their way to its value. */
import { isNode, listOf, textOf } from "../../../runtime/query/sql-tree.ts";
import type { TreeNode, TreeValue } from "../../../runtime/query/sql-tree.ts";
import { constant, either, moved, through, unknownFlow } from "./flow.ts";
import type { Flow } from "./flow.ts";
import { alwaysCounts, givesValue, isStrict, maskingOf } from "./functions.ts";

/** What references stand for: a place among `inputs`, or a column of the operator that bears a table index. */
export interface Scope { readonly inputs: readonly Flow[]; readonly bindings: ReadonlyMap<number, readonly Flow[]> }

/** The flow of one expression; an expression of a kind not known here is unknown beyond the references within it. */
export function flowOf(expression: TreeValue | undefined, scope: Scope): Flow {
  if (!isNode(expression)) return unknownFlow("DuckDB's plan leaves an expression out");
  const read = kinds[textOf(expression, "expression_class")];
  return read === undefined ? strange(expression, scope) : read(expression, scope);
}

/** The flows of the expressions under `key`. */
export function flowsOf(node: TreeNode, key: string, scope: Scope): Flow[] {
  return listOf(node, key).map((child) => flowOf(child, scope));
}

/** A number under `key`, which is left out when it is 0. */
export function indexOf(node: TreeNode, key: string): number {
  const value = node[key];
  return typeof value === "number" ? value : 0;
}

type Read = (expression: TreeNode, scope: Scope) => Flow;

const kinds: { readonly [kind: string]: Read | undefined } = {
  BOUND_REF: (node, { inputs }) => inputs[indexOf(node, "index")] ?? unknownFlow("a reference of DuckDB's plan leads nowhere"),
  BOUND_COLUMN_REF(node, { bindings }) {
    const binding = node["binding"];
    const columns = isNode(binding) ? bindings.get(indexOf(binding, "table_index")) : undefined;
    return (isNode(binding) ? columns?.[indexOf(binding, "column_index")] : undefined) ?? unknownFlow("a reference of DuckDB's plan leads nowhere");
  },
  BOUND_CONSTANT: (node) => ({ ...constant, nullable: !isNode(node["value"]) || node["value"]["is_null"] !== false }),
  BOUND_CAST(node, scope) {
    const child = flowOf(node["child"], scope);
    return { ...through("computed", [child]), nullable: child.nullable || node["try_cast"] === true || mayHoldNull(node) };
  },
  BOUND_COMPARISON: (node, scope) => computed([flowOf(node["left"], scope), flowOf(node["right"], scope)], textOf(node, "type").includes("DISTINCT_FROM")),
  BOUND_CONJUNCTION: (node, scope) => computed(flowsOf(node, "children", scope)),
  BOUND_BETWEEN: (node, scope) => computed([flowOf(node["input"], scope), flowOf(node["lower"], scope), flowOf(node["upper"], scope)]),
  BOUND_OPERATOR: operatorFlow,
  BOUND_CASE: caseFlow,
  BOUND_FUNCTION(node, scope) {
    const children = flowsOf(node, "children", scope);
    const nullable = !isStrict(textOf(node, "name")) || children.some((child) => child.nullable);
    return { ...moved(through("computed", children, maskingOf(node))), nullable };
  },
  BOUND_WINDOW: windowFlow,
  BOUND_UNNEST: (node, scope) => through("computed", [flowOf(node["child"], scope)]),
};

/** True for a cast out of a type with a null of its own, which becomes none: JSON's `null` is a text like any other until it is read as a number. */
function mayHoldNull({ child, return_type: to }: TreeNode): boolean {
  const from = isNode(child) ? child["return_type"] : undefined;
  if (!isNode(from)) return false;
  const isJson = isNode(from["type_info"]) && from["type_info"]["alias"] === "JSON";
  return from["id"] === "VARIANT" || (isJson && !(isNode(to) && to["id"] === "VARCHAR"));
}

/** A value computed of others: null where one of them is, unless it is `sure`. */
function computed(flows: readonly Flow[], sure = false): Flow {
  return { ...through("computed", flows), nullable: !sure && flows.some((flow) => flow.nullable) };
}

function operatorFlow(node: TreeNode, scope: Scope): Flow {
  const children = flowsOf(node, "children", scope);
  switch (node["type"]) {
    case "OPERATOR_IS_NULL":
    case "OPERATOR_IS_NOT_NULL":
      return { ...through("tested", children), nullable: false };
    case "OPERATOR_COALESCE":
      return { ...through("computed", children), nullable: children.every((child) => child.nullable) };
    case "OPERATOR_NOT":
    case "COMPARE_IN":
    case "COMPARE_NOT_IN":
      return computed(children);
    default:
      return through("computed", children);
  }
}

/** The branch that DuckDB adds so that a subquery with two rows fails gives no value. */
function isFailing(branch: TreeValue | undefined): boolean {
  return isNode(branch) && branch["expression_class"] === "BOUND_FUNCTION" && branch["name"] === "error";
}

function caseFlow(node: TreeNode, scope: Scope): Flow {
  const checks = listOf(node, "case_checks").filter(isNode);
  const last = flowOf(node["else_expr"], scope);
  const branches = checks.filter((check) => !isFailing(check["then_expr"])).map((check) => flowOf(check["then_expr"], scope));
  if (checks.length > 0 && branches.length === 0) return last;
  const conditions = through("tested", checks.map((check) => flowOf(check["when_expr"], scope)));
  const values = [...branches, last];
  const { copyOf: _, ...flow } = either([...values.map((value) => ({ ...through("computed", [value]), nullable: value.nullable })), { ...conditions, nullable: false }]);
  return flow;
}

/** The flow of an aggregate; `grouped` when every group it is made for has a row. */
export function aggregateFlow(node: TreeNode, scope: Scope, grouped: boolean): Flow {
  const name = textOf(node, "name");
  const children = flowsOf(node, "children", scope);
  const tests = [...(node["filter"] === undefined ? [] : [flowOf(node["filter"], scope)]), ...orderFlows(node["order_bys"], scope)];
  const [value, more] = children;
  const sure = grouped && givesValue(name) && node["filter"] === undefined && value !== undefined && more === undefined && !value.nullable;
  return { ...either([through("aggregated", children, maskingOf(node)), through("tested", tests)]), nullable: !alwaysCounts(name) && !sure };
}

/** The flows of `orders` of an ORDER BY. */
export function orderFlows(orders: TreeValue | undefined, scope: Scope): Flow[] {
  return isNode(orders) ? listOf(orders, "orders").filter(isNode).map((order) => flowOf(order["expression"], scope)) : [];
}

const countingWindows = new Set(["WINDOW_ROW_NUMBER", "WINDOW_RANK", "WINDOW_RANK_DENSE"]);

function windowFlow(node: TreeNode, scope: Scope): Flow {
  const aggregate = node["type"] === "WINDOW_AGGREGATE";
  const bounds = ["filter_expr", "start_expr", "end_expr", "offset_expr"].filter((key) => node[key] !== undefined);
  const tests = [
    ...flowsOf(node, "partitions", scope), ...orderFlows(node, scope), ...bounds.map((key) => flowOf(node[key], scope)),
    ...listOf(node, "arg_orders").filter(isNode).map((order) => flowOf(order["expression"], scope)),
  ];
  const values = through(aggregate ? "aggregated" : "computed", flowsOf(node, "children", scope), aggregate ? maskingOf(node) : undefined);
  const fallback = node["default_expr"] === undefined ? [] : [through("computed", [flowOf(node["default_expr"], scope)])];
  const nullable = !(countingWindows.has(textOf(node, "type")) || (aggregate && alwaysCounts(textOf(node, "name"))));
  return { ...either([values, ...fallback, through("tested", tests)]), nullable };
}

/** What an expression of a kind not known here refers to, and that there may be more. */
function strange(expression: TreeNode, scope: Scope): Flow {
  const found: Flow[] = [];
  const visit = (value: TreeValue): void => {
    if (Array.isArray(value)) for (const item of value as readonly TreeValue[]) visit(item);
    else if (isNode(value) && (value["expression_class"] === "BOUND_REF" || value["expression_class"] === "BOUND_COLUMN_REF")) found.push(flowOf(value, scope));
    else if (isNode(value)) Object.values(value).forEach(visit);
  };
  Object.values(expression).forEach(visit);
  return { ...through("computed", found), unknown: `DuckDB's ${textOf(expression, "expression_class") || "expression"} is not followed` };
}
