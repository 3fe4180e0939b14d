/**
 * What a query's WHERE says of one column at a time, out of the tree of a SELECT over one table: comparisons, BETWEEN, IN and IS NULL that all
 * must hold. Files that cannot meet them need not be opened; the engine still judges every row. What is not understood is left out.
 */
import type { ColumnTest, TestValue } from "../delta/engine.ts";
import type { SqlParameter } from "./request.ts";
import { isNode, listOf, textOf } from "./sql-tree.ts";
import type { TreeNode, TreeValue } from "./sql-tree.ts";

/** A value in the text, or a parameter's number, as the type it is cast to (as it is, when that is not said). */
export type SqlValue = { readonly value: TestValue } | { readonly parameter: number; readonly as: TestValue["type"] | undefined };
export interface SqlTest { readonly column: string; readonly test: ColumnTest["test"]; readonly values: readonly SqlValue[] }

/** The tests of a SELECT on the one table it reads; none when it reads others beside, or a sample. */
export function testsOf(select: TreeNode): { readonly table: TreeNode; readonly tests: readonly SqlTest[] } | undefined {
  const table = select["from_table"];
  if (!isNode(table) || textOf(table, "type") !== "BASE_TABLE" || isNode(table["sample"]) || isNode(select["sample"]) || listOf(table, "column_name_alias").length > 0) return undefined;
  const names = new Names(textOf(table, "alias") === "" ? textOf(table, "table_name") : textOf(table, "alias"), textOf(table, "schema_name"));
  const where = select["where_clause"];
  return { table, tests: isNode(where) ? conjuncts(where).flatMap((node) => testOf(node, names)) : [] };
}

/** Whether its WHERE says no more than its tests. */
export function saysNoMore(select: TreeNode): boolean {
  const tested = testsOf(select);
  const where = select["where_clause"];
  if (tested === undefined || !isNode(where)) return false;
  return tested.tests.length === conjuncts(where).reduce((sum, node) => sum + (textOf(node, "type") === "COMPARE_BETWEEN" ? 2 : 1), 0);
}

/** The tests with the parameters' values; those with a value that is null or of a kind that no column compares with are left out. */
export function boundTests(tests: readonly SqlTest[], parameters: readonly SqlParameter[]): readonly ColumnTest[] {
  return tests.flatMap(({ column, test, values }) => {
    const bound = values.map((value) => ("value" in value ? value.value : boundValue(parameters[value.parameter - 1], value.as)));
    return bound.includes(undefined) ? [] : [{ column, test, values: bound.filter((value) => value !== undefined) }];
  });
}

function boundValue(value: SqlParameter | undefined, as: TestValue["type"] | undefined): TestValue | undefined {
  if (value === null || value === undefined || typeof value === "boolean") return undefined;
  const own = typeof value === "string" ? "text" : typeof value === "bigint" || Number.isSafeInteger(value) ? "whole" : "number";
  return castValue({ type: own, text: String(value) }, as);
}

/** A cast that may round or cut is not followed. */
function castValue({ type, text }: TestValue, as: TestValue["type"] | undefined): TestValue | undefined {
  if (as === undefined || as === type) return { type, text };
  if (as === "text") return type === "whole" ? { type: as, text } : undefined;
  if (as === "whole") return /^-?\d+$/.test(text) ? { type: as, text } : undefined;
  if (as === "number") return { type: as, text };
  return type === "text" ? { type: as, text } : undefined;
}

class Names {
  readonly #table: string;
  readonly #schema: string;

  constructor(table: string, schema: string) {
    this.#table = table.toLowerCase();
    this.#schema = schema.toLowerCase();
  }

  /** The column that a reference means, when it can be no other table's. */
  column(node: TreeValue | undefined): string | undefined {
    if (!isNode(node) || textOf(node, "class") !== "COLUMN_REF") return undefined;
    const names = listOf(node, "column_names").map(String);
    const above = names.slice(0, -1).map((name) => name.toLowerCase());
    return above.length === 0 || above.join("\0") === this.#table || above.join("\0") === `${this.#schema}\0${this.#table}` ? names.at(-1) : undefined;
  }
}

/** What must hold altogether. */
export function conjuncts(node: TreeNode): TreeNode[] {
  if (textOf(node, "type") !== "CONJUNCTION_AND") return [node];
  return listOf(node, "children").filter(isNode).flatMap(conjuncts);
}

const comparisons: { readonly [type: string]: { readonly test: ColumnTest["test"]; readonly turned: ColumnTest["test"] } } = {
  COMPARE_EQUAL: { test: "=", turned: "=" }, COMPARE_LESSTHAN: { test: "<", turned: ">" }, COMPARE_LESSTHANOREQUALTO: { test: "<=", turned: ">=" },
  COMPARE_GREATERTHAN: { test: ">", turned: "<" }, COMPARE_GREATERTHANOREQUALTO: { test: ">=", turned: "<=" },
};

function testOf(node: TreeNode, names: Names): SqlTest[] {
  const type = textOf(node, "type");
  const comparison = comparisons[type];
  if (comparison !== undefined) return [...oneTest(names.column(node["left"]), comparison.test, [node["right"]]), ...oneTest(names.column(node["right"]), comparison.turned, [node["left"]])];
  if (type === "COMPARE_BETWEEN") return [...oneTest(names.column(node["input"]), ">=", [node["lower"]]), ...oneTest(names.column(node["input"]), "<=", [node["upper"]])];
  const [first, ...others] = listOf(node, "children");
  if (type === "COMPARE_IN") return oneTest(names.column(first), "in", others);
  if (type === "OPERATOR_IS_NULL") return oneTest(names.column(first), "is null", []);
  return type === "OPERATOR_IS_NOT_NULL" ? oneTest(names.column(first), "is not null", []) : [];
}

function oneTest(column: string | undefined, test: ColumnTest["test"], nodes: readonly (TreeValue | undefined)[]): SqlTest[] {
  const values = column === undefined ? [] : nodes.map((node) => (isNode(node) ? valueOf(node) : undefined));
  return column === undefined || values.includes(undefined) ? [] : [{ column, test, values: values.filter((value) => value !== undefined) }];
}

const types: { readonly [id: string]: TestValue["type"] } = {
  TINYINT: "whole", SMALLINT: "whole", INTEGER: "whole", BIGINT: "whole", DOUBLE: "number", VARCHAR: "text", DATE: "day", TIMESTAMP: "local_timestamp", "TIMESTAMP WITH TIME ZONE": "timestamp",
};

function valueOf(node: TreeNode): SqlValue | undefined {
  const kind = textOf(node, "class");
  if (kind === "CONSTANT") return constantOf(node["value"]);
  if (kind === "PARAMETER") return parameterOf(node, undefined);
  const { child, cast_type: cast } = node;
  if (kind !== "CAST" || node["try_cast"] === true || !isNode(child) || !isNode(cast)) return undefined;
  const as = types[textOf(cast, "id")];
  if (as === undefined) return undefined;
  if (textOf(child, "class") === "PARAMETER") return parameterOf(child, as);
  const inner = valueOf(child);
  const value = inner !== undefined && "value" in inner ? castValue(inner.value, as) : undefined;
  return value === undefined ? undefined : { value };
}

function parameterOf(node: TreeNode, as: TestValue["type"] | undefined): SqlValue | undefined {
  const number = Number(textOf(node, "identifier"));
  return Number.isSafeInteger(number) && number > 0 ? { parameter: number, as } : undefined;
}

/** Numbers of the tree are exact below 2^53 only. */
function constantOf(constant: TreeValue | undefined): SqlValue | undefined {
  if (!isNode(constant) || constant["is_null"] === true || !isNode(constant["type"])) return undefined;
  const [id, value] = [textOf(constant["type"], "id"), constant["value"]];
  if (id === "VARCHAR") return typeof value === "string" ? { value: { type: "text", text: value } } : undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  if (id === "DECIMAL") return decimalOf(value, constant["type"]["type_info"]);
  const type = types[id];
  if (type === "whole") return Number.isSafeInteger(value) ? { value: { type, text: String(value) } } : undefined;
  return type === "number" ? { value: { type, text: String(value) } } : undefined;
}

function decimalOf(unscaled: number, info: TreeValue | undefined): SqlValue | undefined {
  const scale = isNode(info) ? (info["scale"] ?? 0) : undefined;
  return typeof scale === "number" && Number.isSafeInteger(unscaled) ? { value: { type: "number", text: `${unscaled}e-${scale}` } } : undefined;
}
