/**
 * The conditions of a plan that read one column each, as conditions of a scan. `whole` is false where a part was not understood, or holds more than
 * a source can be asked: what is left is then true of every row of use, and of others beside.
 */
import type { Comparison, Condition, ScanValue, TextTest } from "../sources/scan.ts";
import { decimalText } from "../values/decimal.ts";
import { dayAt, firstDay, instantAt, lastDay, localTimeAt } from "../values/time.ts";
import { isNode, listOf, textOf } from "./sql-tree.ts";
import type { TreeNode, TreeValue } from "./sql-tree.ts";

export interface Understood { readonly condition: Condition | undefined; readonly whole: boolean }

/** The column that a reference within an expression means; undefined for any other expression. */
type ColumnOf = (expression: TreeValue | undefined) => string | undefined;

const nothing: Understood = { condition: undefined, whole: false };
const comparisons: { readonly [type: string]: Comparison } = {
  COMPARE_EQUAL: "=", COMPARE_NOTEQUAL: "<>", COMPARE_LESSTHAN: "<", COMPARE_LESSTHANOREQUALTO: "<=", COMPARE_GREATERTHAN: ">", COMPARE_GREATERTHANOREQUALTO: ">=",
};
const turned: { readonly [operator in Comparison]: Comparison } = { "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** All of them together. */
export function allOf(parts: readonly Understood[]): Understood {
  const conditions = parts.flatMap(({ condition }) => condition ?? []);
  const [only, second] = conditions;
  return { condition: second === undefined ? only : { kind: "and", of: conditions }, whole: parts.every(({ whole }) => whole) };
}

/** One of them; nothing is known as soon as one of them is not understood. */
function anyOf(parts: readonly Understood[]): Understood {
  const conditions = parts.flatMap(({ condition }) => condition ?? []);
  if (conditions.length < parts.length || conditions.length === 0) return nothing;
  return { condition: { kind: "or", of: conditions }, whole: parts.every(({ whole }) => whole) };
}

/** A filter that a plan keeps beside the column it is of. */
export function filterCondition(filter: TreeValue | undefined, column: string): Understood {
  if (!isNode(filter)) return nothing;
  const inner = (): Understood[] => listOf(filter, "child_filters").map((child) => filterCondition(child, column));
  switch (textOf(filter, "filter_type")) {
    case "CONSTANT_COMPARISON": return compare(column, comparisons[textOf(filter, "comparison_type")], filter["constant"]);
    case "IS_NULL": return { condition: { kind: "null", column, not: false }, whole: true };
    case "IS_NOT_NULL": return { condition: { kind: "null", column, not: true }, whole: true };
    case "IN_FILTER": return among(column, listOf(filter, "values"), false);
    // The plan asks the same once more, so that nothing is lost where it is not understood.
    case "OPTIONAL_FILTER": return { condition: filterCondition(filter["child_filter"], column).condition, whole: true };
    case "CONJUNCTION_AND": return allOf(inner());
    case "CONJUNCTION_OR": return anyOf(inner());
    case "EXPRESSION_FILTER": return expressionCondition(filter["expr"], (node) => (isNode(node) && textOf(node, "expression_class") === "BOUND_REF" ? column : undefined));
    default: return nothing;
  }
}

/** A condition that stands in the plan above what it is about. */
export function expressionCondition(node: TreeValue | undefined, columnOf: ColumnOf): Understood {
  if (!isNode(node)) return nothing;
  const type = textOf(node, "type");
  const own = columnOf(node);
  if (own !== undefined) return { condition: { kind: "compare", column: own, operator: "=", value: "true" }, whole: true };
  const children = listOf(node, "children");
  const [first] = children;
  const column = columnOf(first);
  switch (textOf(node, "expression_class")) {
    case "BOUND_COMPARISON": return comparison(node, columnOf);
    case "BOUND_CONJUNCTION": return (type === "CONJUNCTION_AND" ? allOf : anyOf)(children.map((child) => expressionCondition(child, columnOf)));
    case "BOUND_OPERATOR":
      if (column === undefined) return nothing;
      if (type === "OPERATOR_IS_NULL" || type === "OPERATOR_IS_NOT_NULL") return { condition: { kind: "null", column, not: type === "OPERATOR_IS_NOT_NULL" }, whole: true };
      if (type === "OPERATOR_NOT") return { condition: { kind: "compare", column, operator: "=", value: "false" }, whole: true };
      if (type === "COMPARE_IN" || type === "COMPARE_NOT_IN") return among(column, children.slice(1).map(constantOf), type === "COMPARE_NOT_IN");
      return nothing;
    case "BOUND_BETWEEN": return between(node, columnOf);
    case "BOUND_FUNCTION": return textTest(textOf(node, "name"), column, children);
    default: return nothing;
  }
}

function comparison(node: TreeNode, columnOf: ColumnOf): Understood {
  const operator = comparisons[textOf(node, "type")];
  const [left, right] = [columnOf(node["left"]), columnOf(node["right"])];
  if (operator === undefined) return nothing;
  if (left !== undefined) return compare(left, operator, constantOf(node["right"]));
  return right === undefined ? nothing : compare(right, turned[operator], constantOf(node["left"]));
}

function between(node: TreeNode, columnOf: ColumnOf): Understood {
  const column = columnOf(node["input"]);
  if (column === undefined) return nothing;
  return allOf([
    compare(column, node["lower_inclusive"] === true ? ">=" : ">", constantOf(node["lower"])),
    compare(column, node["upper_inclusive"] === true ? "<=" : "<", constantOf(node["upper"])),
  ]);
}

/** What DuckDB calls its tests of texts; LIKE with nothing but a `%` at an end is one of them. */
const textTests: { readonly [name: string]: TextTest } = { prefix: "begins", starts_with: "begins", "^@": "begins", suffix: "ends", ends_with: "ends", contains: "contains", "~~": "like", "!~~": "unlike" };

function textTest(name: string, column: string | undefined, children: readonly TreeValue[]): Understood {
  const [, constant, third] = children;
  const test = Object.hasOwn(textTests, name) ? textTests[name] : undefined;
  const value = constantOf(constant);
  const text = isNode(value) && isNode(value["type"]) && textOf(value["type"], "id") === "VARCHAR" ? valueText(value) : undefined;
  return column === undefined || test === undefined || text === undefined || third !== undefined ? nothing : { condition: { kind: "text", column, test, value: text }, whole: true };
}

function constantOf(node: TreeValue | undefined): TreeValue | undefined {
  return isNode(node) && textOf(node, "expression_class") === "BOUND_CONSTANT" ? node["value"] : undefined;
}

function compare(column: string, operator: Comparison | undefined, constant: TreeValue | undefined): Understood {
  const value = valueText(constant);
  return operator === undefined || value === undefined ? nothing : { condition: { kind: "compare", column, operator, value }, whole: true };
}

function among(column: string, constants: readonly (TreeValue | undefined)[], not: boolean): Understood {
  const values = constants.map(valueText);
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? nothing : { condition: { kind: "in", column, values: known, not }, whole: true };
}

/** A constant as its column's type spells it, from a tree whose numbers are their texts; undefined for null and for what no source is asked for. */
function valueText(constant: TreeValue | undefined): ScanValue | undefined {
  if (!isNode(constant) || constant["is_null"] !== false || !isNode(constant["type"])) return undefined;
  const value = constant["value"];
  if (typeof value === "boolean") return String(value);
  switch (textOf(constant["type"], "id")) {
    case "TINYINT": case "SMALLINT": case "INTEGER": case "BIGINT": case "FLOAT": case "DOUBLE": return typeof value === "string" ? value : undefined;
    case "VARCHAR": return typeof value === "string" && !value.includes("\0") ? value : undefined;
    case "DECIMAL": return decimalOf(value, constant["type"]["type_info"]);
    case "DATE": return within(value, BigInt(firstDay), BigInt(lastDay), (days) => dayAt(Number(days)).toString());
    case "TIMESTAMP": return within(value, leastMicros, greatestMicros, (micros) => localTimeAt(micros).toString());
    case "TIMESTAMP WITH TIME ZONE": return within(value, leastMicros, greatestMicros, (micros) => instantAt(micros).toString());
    default: return undefined;
  }
}

const microsPerDay = 86_400_000_000n;
const leastMicros = BigInt(firstDay) * microsPerDay;
const greatestMicros = BigInt(lastDay + 1) * microsPerDay - 1n;

function within(value: TreeValue | undefined, least: bigint, greatest: bigint, print: (count: bigint) => string): string | undefined {
  const count = typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
  return count === undefined || count < least || count > greatest ? undefined : print(count);
}

/** Wide ones come in two halves of 64 bits. */
function decimalOf(value: TreeValue | undefined, type: TreeValue | undefined): string | undefined {
  if (!isNode(type)) return undefined;
  const scale = Number(textOf(type, "scale") || "0");
  if (typeof value === "string") return decimalText(BigInt(value), scale);
  if (!isNode(value)) return undefined;
  return decimalText((BigInt(textOf(value, "upper")) << 64n) + BigInt(textOf(value, "lower")), scale);
}
