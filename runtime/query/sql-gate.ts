/**
 * What a query may do. In: the tree of one SELECT. Out: the tables and calls it names, for the catalog to resolve; or a failure
 * SQL_FORBIDDEN. Every node's kind must be known here: what is not known is not let through.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { Failure } from "../values/failure.ts";
import { allowedTableFunctions, isAllowedFunction, isVolatileFunction } from "./sql-functions.ts";
import { placeOf, utf16Offset } from "./sql-problem.ts";
import { testsOf } from "./sql-tests.ts";
import type { SqlTest } from "./sql-tests.ts";
import { isNode, listOf, parseSql, textOf } from "./sql-tree.ts";
import type { TreeNode, TreeValue } from "./sql-tree.ts";

/** A table a query names, or a table function it calls; `offset` of its name in the SQL text. */
export interface Mention {
  readonly kind: "table" | "call";
  /** Empty for a bare name. */
  readonly database: string;
  readonly name: string;
  readonly alias: string;
  readonly offset: number;
  /** Of `AT (VERSION => …)`: where the expression begins. */
  readonly at?: { readonly unit: string; readonly offset: number };
  /** The names of a call's named arguments. */
  readonly named: readonly string[];
  /** What every row of the table must meet that is of use here. */
  readonly tests: readonly SqlTest[];
}

export interface Mentions {
  readonly tables: readonly Mention[];
  /** Column references qualified with database and table. */
  readonly columns: readonly { readonly names: readonly string[]; readonly offset: number }[];
  readonly volatile: boolean;
}

const expressionClasses = new Set([
  "AGGREGATE", "BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "DEFAULT", "FUNCTION", "LAMBDA",
  "LAMBDA_REF", "OPERATOR", "PARAMETER", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW",
]);
const otherTypes = new Set([
  "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE", "BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN", "EXPRESSION_LIST", "EMPTY", "PIVOT",
  "ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER", "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
]);

/** Walks the tree of `sql`. */
export function inspect(tree: TreeNode, sql: string): Mentions {
  const walk: Walk = { sql, tables: [], columns: [], volatile: false, tests: new Map() };
  visitNode(walk, tree, new Set());
  return walk;
}

/**
 * Looks at the very text that will run, names already spelled as declared: it must be one SELECT that names nothing but `declared`
 * (`schema.name` in lower case). Should cutting and splicing ever go astray, this stops it.
 */
export async function requireDeclared(connection: DuckDBConnection, sql: string, declared: ReadonlySet<string>): Promise<void> {
  const trees = await parseSql(connection, sql);
  const [tree, second] = Array.isArray(trees) ? trees : [];
  const stray = tree === undefined || second !== undefined ? "a second statement" : inspect(tree, sql).tables.map(({ database, name }) => `${database}.${name}`).find((name) => !declared.has(name.toLowerCase()));
  if (stray !== undefined) throw new Failure("SQL_FORBIDDEN", `A query may not use ${stray}.`, { hint: "A query is one SELECT over the catalog's tables." });
}

interface Walk { readonly sql: string; readonly tables: Mention[]; readonly columns: Mentions["columns"][number][]; volatile: boolean; readonly tests: Map<TreeNode, readonly SqlTest[]> }

function visit(walk: Walk, value: TreeValue | undefined, ctes: ReadonlySet<string>): void {
  if (Array.isArray(value)) for (const item of value as readonly TreeValue[]) visit(walk, item, ctes);
  else if (isNode(value)) visitNode(walk, value, ctes);
}

function visitNode(walk: Walk, node: TreeNode, ctes: ReadonlySet<string>): void {
  const expression = textOf(node, "class");
  const type = textOf(node, "type");
  if (expression !== "") {
    if (!expressionClasses.has(expression)) throw forbidden(walk, node, `${expression} expressions`);
    visitExpression(walk, expression, node);
    // A constant is data; what it holds is no SQL.
    if (expression === "CONSTANT") return;
  } else if (type !== "" && !type.endsWith("_TYPE_INFO")) {
    if (!otherTypes.has(type)) throw forbidden(walk, node, type === "SHOW_REF" ? "DESCRIBE, SHOW and SUMMARIZE" : type);
    const found = type === "SELECT_NODE" ? testsOf(node) : undefined;
    if (found !== undefined) walk.tests.set(found.table, found.tests);
    if (type === "BASE_TABLE") visitTable(walk, node, ctes);
    if (type === "TABLE_FUNCTION" && visitCall(walk, node, ctes)) return;
  }
  if (node["sample"] !== undefined) walk.volatile = true;
  const inner = visitCtes(walk, node, ctes);
  for (const [key, child] of Object.entries(node)) if (key !== "cte_map") visit(walk, child, inner);
}

/** A WITH name is known to the entries after it and to the body; to itself only when recursive. */
function visitCtes(walk: Walk, node: TreeNode, outer: ReadonlySet<string>): ReadonlySet<string> {
  const map = node["cte_map"];
  if (!isNode(map)) return outer;
  const names = new Set(outer);
  for (const entry of listOf(map, "map")) {
    if (!isNode(entry) || !isNode(entry["value"])) continue;
    const key = textOf(entry, "key");
    // Only a name with such marks could be taken for a file, were scopes ever counted differently here and in the engine.
    if (/[./\\:*?]/.test(key)) throw forbidden(walk, node, `a WITH name like "${key}"`);
    const query = entry["value"]["query"];
    const recursive = isNode(query) && isNode(query["node"]) && textOf(query["node"], "type") === "RECURSIVE_CTE_NODE";
    visit(walk, entry["value"], recursive ? new Set(names).add(key.toLowerCase()) : names);
    names.add(key.toLowerCase());
  }
  return names;
}

function visitExpression(walk: Walk, expression: string, node: TreeNode): void {
  if (expression === "FUNCTION" || expression === "WINDOW" || expression === "AGGREGATE") {
    const name = textOf(node, "function_name").toLowerCase();
    if (!isAllowedFunction(name)) throw forbidden(walk, node, `the function ${name}()`);
    if (isVolatileFunction(name)) walk.volatile = true;
  }
  if (expression !== "COLUMN_REF") return;
  const names = listOf(node, "column_names").map(String);
  if (names.length === 1 && isVolatileFunction(names[0]?.toLowerCase() ?? "")) walk.volatile = true;
  if (names.length > 2) walk.columns.push({ names, offset: offsetOf(walk, node) });
}

function visitTable(walk: Walk, node: TreeNode, ctes: ReadonlySet<string>): void {
  const name = textOf(node, "table_name");
  const database = textOf(node, "schema_name");
  if (database === "" && ctes.has(name.toLowerCase())) return;
  const clause = node["at_clause"];
  walk.tables.push({
    ...mention(walk, "table", node, database, name, textOf(node, "catalog_name")),
    ...(isNode(clause) && isNode(clause["expr"]) ? { at: { unit: textOf(clause, "unit").toUpperCase(), offset: offsetOf(walk, clause["expr"]) } } : {}),
  });
}

/** True when all of the call has been visited here. */
function visitCall(walk: Walk, node: TreeNode, ctes: ReadonlySet<string>): boolean {
  const call = node["function"];
  if (!isNode(call)) throw forbidden(walk, node, "this table function");
  const name = textOf(call, "function_name");
  const database = textOf(call, "schema");
  if (["", "main"].includes(database) && allowedTableFunctions.has(name.toLowerCase())) return false;
  const args = listOf(call, "children").filter(isNode);
  walk.tables.push({ ...mention(walk, "call", node, database, name, textOf(call, "catalog")), named: args.map((arg) => textOf(arg, "alias")).filter((alias) => alias !== "") });
  // The call itself is the catalog's to resolve; a subquery among its arguments is not.
  for (const arg of args) visit(walk, arg, ctes);
  visit(walk, node["sample"], ctes);
  return true;
}

function mention(walk: Walk, kind: Mention["kind"], node: TreeNode, database: string, name: string, catalog: string): Mention {
  const offset = offsetOf(walk, node);
  if (catalog !== "") {
    throw new Failure("SQL_INVALID", `There is no table ${catalog}.${database}.${name}.`, { hint: "A table is named database.table.", place: placeOf(walk.sql, offset) });
  }
  return { kind, database, name, alias: textOf(node, "alias"), offset, named: [], tests: walk.tests.get(node) ?? [] };
}

function offsetOf(walk: Walk, node: TreeNode): number {
  const location = node["query_location"];
  return typeof location === "number" ? utf16Offset(walk.sql, location) : 0;
}

function forbidden(walk: Walk, node: TreeNode, what: string): Failure {
  return new Failure("SQL_FORBIDDEN", `A query may not use ${what}.`, {
    hint: "A query is one SELECT over the catalog's tables; nothing it calls may reach beyond their rows.",
    place: placeOf(walk.sql, offsetOf(walk, node)),
  });
}
