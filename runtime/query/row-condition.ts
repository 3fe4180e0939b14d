/**
 * SQL that somebody wrote over the rows of one table, read before anything is done by it: it must be one expression over the table's columns,
 * that calls nothing beyond its row and says the same whenever it is asked. Mistakes are told with their place in what was written.
 */
import type { DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBType } from "@duckdb/node-api";
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import type { Assignment, RowCondition } from "../delta/engine.ts";
import { Failure } from "../values/failure.ts";
import { duckdbApi } from "./duckdb.ts";
import { engineFailure, sqlFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { emptySql } from "./relation.ts";
import { inspect } from "./sql-gate.ts";
import { placeOf, problemOf } from "./sql-problem.ts";
import { boundTests, saysNoMore, testsOf } from "./sql-tests.ts";
import { isNode, listOf, parseSql, textOf } from "./sql-tree.ts";
import type { TreeNode, TreeValue } from "./sql-tree.ts";
import { tokensOf } from "./sql-tokens.ts";

/** Tables whose rows an expression may speak of, one of each at a time. */
export type RowScope = readonly { readonly name: string; readonly columns: readonly NamedType[] }[];

const rowsOf = (columns: readonly NamedType[]): RowScope => [{ name: "rows", columns }];

/** What stands before an expression where it is read. */
function beforeIn(scope: RowScope): string {
  return `SELECT * FROM ${scope.map(({ name }) => quoteName(name)).join(", ")} WHERE (`;
}

/** The condition over rows with these columns. SQL_INVALID, SQL_FORBIDDEN. */
export async function readCondition(engine: Engine, columns: readonly NamedType[], sql: string): Promise<RowCondition> {
  const where = await readTruth(engine, rowsOf(columns), sql);
  return { sql, columns: where.columns, tests: boundTests(testsOf(where.select)?.tests ?? [], []), exact: saysNoMore(where.select) };
}

/** An expression that is true or false. SQL_INVALID, SQL_FORBIDDEN. */
export async function readTruth(engine: Engine, scope: RowScope, sql: string): Promise<ReadExpression> {
  const read = await readExpression(engine, scope, sql);
  if (read.type === "BOOLEAN") return read;
  throw new Failure("SQL_INVALID", `The condition is ${read.type}, and not true or false.`, { hint: "Compare it with a value.", place: { line: 1, column: 1 } });
}

/** New values of columns, each column as the table spells it, over rows of these columns or of whatever scope. SQL_INVALID, SQL_FORBIDDEN, with the column as the parameter that is wrong. */
export async function readAssignments(engine: Engine, columns: readonly NamedType[], given: readonly Assignment[], scope: RowScope = rowsOf(columns)): Promise<readonly Assignment[]> {
  const read: Assignment[] = [];
  for (const { column: name, sql } of given) {
    const column = columns.find((known) => known.name.toLowerCase() === name.toLowerCase());
    if (column === undefined) throw new Failure("SQL_INVALID", `There is no column ${name}.`, { hint: `There are ${columns.map((known) => known.name).join(", ")}.`, place: { parameter: name } });
    if (read.some((other) => other.column === column.name)) throw new Failure("SQL_INVALID", `The column ${column.name} is given two values.`, { place: { parameter: column.name } });
    try {
      const { engineType } = await readExpression(engine, scope, sql);
      const stray = strayField(engineType, column.type, column.name);
      if (stray !== undefined) throw new Failure("SQL_INVALID", `it has the field ${stray}, which the column does not.`, { hint: `The column is ${typeName(column.type, column.nullable)}.`, place: { line: 1, column: 1 } });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Failure(error.code, `The value of ${column.name}: ${error.message}`, { place: { ...error.place, parameter: column.name }, cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
    }
    read.push({ column: column.name, sql });
  }
  return read;
}

/** A field of objects that the column's have not, by its path: the engine's cast would drop it. */
function strayField(given: DuckDBType, type: ColumnType, path: string): string | undefined {
  const { LIST, MAP, STRUCT } = duckdbApi().DuckDBTypeId;
  if (type.kind === "array") return given.typeId === LIST ? strayField((given as DuckDBListType).valueType, type.element, `${path}.element`) : undefined;
  if (type.kind === "map") return given.typeId === MAP ? strayField((given as DuckDBMapType).valueType, type.value, `${path}.value`) : undefined;
  if (type.kind !== "object" || given.typeId !== STRUCT) return undefined;
  const { entryNames, entryTypes } = given as DuckDBStructType;
  return entryNames.reduce<string | undefined>((stray, name, k) => {
    const [field, entry] = [type.fields.find((known) => known.name.toLowerCase() === name.toLowerCase()), entryTypes[k]];
    if (stray !== undefined || name === "" || entry === undefined) return stray;
    return field === undefined ? `${path}.${name}` : strayField(entry, field.type, `${path}.${name}`);
  }, undefined);
}

/** An expression that was read: the columns it speaks of, the engine's name of its type, and the SELECT that has it as its WHERE. */
export interface ReadExpression { readonly columns: readonly string[]; readonly type: string; readonly engineType: DuckDBType; readonly select: TreeNode }

async function readExpression(engine: Engine, scope: RowScope, sql: string): Promise<ReadExpression> {
  await requireExpression(engine, sql);
  const before = beforeIn(scope);
  const whole = `${before}${sql}\n)`;
  const trees = await parseSql(engine.control, whole);
  const [select] = Array.isArray(trees) ? trees : [];
  if (select === undefined) throw new Failure("SQL_INVALID", "There is no expression.", { hint: "Write what the rows must meet, such as fare < 0." });
  const { volatile, tables } = placed(sql, before, () => inspect(select, whole));
  const nodes = [...nodesOf(select["where_clause"])];
  const subquery = nodes.find((node) => textOf(node, "class") === "SUBQUERY");
  if (subquery !== undefined || tables.length > scope.length) throw new Failure("SQL_FORBIDDEN", "A change of rows may not ask other rows: it holds a query.", { hint: "Ask first, and write the values into the condition: id IN (1, 2).", place: nodePlace(subquery, sql, before) });
  if (volatile) throw new Failure("SQL_FORBIDDEN", "A change of rows must say the same whenever it is asked, and this speaks of the time or of chance.", { hint: "Write the value itself: at < TIMESTAMP '2026-08-01 00:00:00'.", place: { line: 1, column: 1 } });
  const engineType = await typeOf(engine, scope, sql);
  return { columns: columnsWithin(nodes, scope.flatMap(({ columns }) => columns)), type: engineType.toString(), engineType, select };
}

/** SQL_INVALID for what does not stand alone between brackets. */
async function requireExpression(engine: Engine, sql: string): Promise<void> {
  const alone = "SELECT (";
  const trees = tokensOf(sql).length === 0 ? [] : await parseSql(engine.control, `${alone}${sql}\n)`);
  if (!Array.isArray(trees)) {
    const problem = problemOf(trees, `${alone}${sql}\n)`);
    throw sqlFailure({ ...problem, ...(problem.offset === undefined ? {} : { offset: offsetIn(sql, problem.offset - alone.length) }) }, sql);
  }
  const [tree, second] = trees as readonly TreeNode[];
  const { type, select_list: list, from_table: from, aggregate_handling: _handling, ...more } = tree ?? {};
  if (second === undefined && type === "SELECT_NODE" && Array.isArray(list) && list.length === 1 && isNode(from) && textOf(from, "type") === "EMPTY" && Object.keys(more).length === 0) return;
  throw new Failure("SQL_INVALID", "This is not one expression over the columns of a table.", { hint: "Write what the rows must meet, such as fare < 0.", place: { line: 1, column: 1 } });
}

function offsetIn(sql: string, offset: number): number {
  return Math.max(0, Math.min(offset, sql.length));
}

/** A failure of the gate says its place in the statement that it looked at. */
function placed<T>(sql: string, before: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof Failure) || error.place?.line !== 1 || error.place.column === undefined) throw error;
    throw new Failure(error.code, error.message, { place: placeOf(sql, offsetIn(sql, error.place.column - 1 - before.length)), ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}

function nodePlace(node: TreeNode | undefined, sql: string, before: string): { readonly line: number; readonly column: number } {
  const at = node?.["query_location"];
  return placeOf(sql, typeof at === "number" ? offsetIn(sql, Buffer.from(`${before}${sql}`, "utf8").subarray(0, at).toString("utf8").length - before.length) : 0);
}

function* nodesOf(value: TreeValue | undefined): Generator<TreeNode> {
  if (Array.isArray(value)) for (const item of value as readonly TreeValue[]) yield* nodesOf(item);
  if (!isNode(value)) return;
  yield value;
  for (const child of Object.values(value)) yield* nodesOf(child);
}

/** The columns that references may mean, in any case; all of them where one is not understood. */
function columnsWithin(nodes: readonly TreeNode[], columns: readonly NamedType[]): readonly string[] {
  const all = columns.map(({ name }) => name);
  if (nodes.some((node) => ["STAR", "POSITIONAL_REFERENCE"].includes(textOf(node, "class")))) return all;
  const named = new Set(nodes.filter((node) => textOf(node, "class") === "COLUMN_REF").flatMap((node) => listOf(node, "column_names").map((name) => String(name).toLowerCase())));
  return all.filter((name) => named.has(name.toLowerCase()));
}

/** Binds it to the columns, over no rows. */
async function typeOf(engine: Engine, scope: RowScope, sql: string): Promise<DuckDBType> {
  const rows = `FROM ${scope.map(({ name, columns }) => `(${emptySql(columns)}) AS ${quoteName(name)}`).join(", ")}`;
  const from = `SELECT 1 ${rows} WHERE (`;
  const alone = `SELECT (${sql}\n) ${rows}`;
  try {
    // Aggregates and windows make no sense of one row, which only a WHERE says.
    (await engine.control.prepare(`${from}${sql}\n) IS NULL`)).destroySync();
    const statement = await engine.control.prepare(alone);
    try {
      if (statement.parameterCount > 0) throw new Failure("SQL_INVALID", "There is a parameter, which nobody gives a value.", { hint: "Write the value itself.", place: { line: 1, column: 1 } });
      return statement.columnType(0);
    } finally {
      statement.destroySync();
    }
  } catch (error) {
    throw engineFailure(error, { sql, ran: `${from}${sql}\n) IS NULL`, original: (offset) => offsetIn(sql, offset - from.length) });
  }
}
