/**
 * Clauses of a merge, as somebody wrote them, read before anything is done by them: each expression must make sense over the rows it is about, both sides' or
 * one's. What the join's condition says of single columns becomes tests, by which files are left out.
 */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { Assignment, ColumnTest } from "../delta/engine.ts";
import type { MergeClause, MergeClauses, MergePlan, SetValues } from "../delta/merge-engine.ts";
import { Failure } from "../values/failure.ts";
import type { FailurePlace } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { givenClauses } from "./given-clauses.ts";
import type { GivenClause } from "./given-clauses.ts";
import { readAssignments, readTruth } from "./row-condition.ts";
import type { RowScope } from "./row-condition.ts";
import { boundTests, conjuncts, testsOf } from "./sql-tests.ts";
import { isNode, listOf, parseSql, textOf } from "./sql-tree.ts";
import type { TreeNode, TreeValue } from "./sql-tree.ts";

/** What expressions call the two sides. */
export const [targetName, sourceName] = ["target", "source"];

/** The clauses over a table with these columns and a source with those. SQL_INVALID, SQL_FORBIDDEN, with the clause as the parameter that is wrong. */
export async function readMerge(engine: Engine, target: readonly NamedType[], source: readonly NamedType[], clauses: MergeClauses): Promise<MergePlan> {
  const reading: Reading = { engine, target, source };
  const on = await inClause("on", async () => await readOn(reading, typeof clauses.on === "string" ? clauses.on : columnsEqual(reading, clauses.on)));
  const read: MergeClause[] = [];
  for (const clause of givenClauses(clauses)) read.push(await inClause(clause.kind, async () => await readClause(reading, clause, on.keys)));
  requireReached(read);
  return { on, clauses: read };
}

interface Reading { readonly engine: Engine; readonly target: readonly NamedType[]; readonly source: readonly NamedType[] }

/** A clause behind one without a condition would never act. */
function requireReached(clauses: readonly MergeClause[]): void {
  for (const own of Map.groupBy(clauses, ({ kind }) => kind).values()) {
    const open = own.findIndex(({ condition }) => condition === undefined);
    if (open === -1 || open === own.length - 1) continue;
    throw new Failure("SQL_INVALID", `The ${phrases[own[0]?.kind ?? "matched"]} have a clause without a condition before others, which never act.`, { hint: "The first clause whose condition is true acts: put the one without a condition last.", place: { parameter: own[0]?.kind ?? "" } });
  }
}

const phrases: { readonly [kind in MergeClause["kind"]]: string } = { matched: "rows that match", notMatched: "rows that match no row of the table", notMatchedBySource: "rows that no row of the source matches" };

async function inClause<T>(parameter: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const place: FailurePlace = { ...error.place, parameter: error.place?.parameter === undefined ? parameter : `${parameter}.${error.place.parameter}` };
    throw new Failure(error.code, error.message, { place, cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}

function columnsEqual({ target, source }: Reading, names: readonly string[]): string {
  if (names.length === 0) throw new Failure("SQL_INVALID", "No column says which rows match.", { hint: "Name the columns that are equal in rows that match." });
  return names.map((name) => `${targetName}.${quoteName(columnOf(target, name, "the table").name)} = ${sourceName}.${quoteName(columnOf(source, name, "the source").name)}`).join(" AND ");
}

function columnOf(columns: readonly NamedType[], name: string, where: string): NamedType {
  const column = sameColumn(columns, name);
  if (column !== undefined) return column;
  throw new Failure("SQL_INVALID", `There is no column ${name} in ${where}.`, { hint: `There are ${columns.map((known) => known.name).join(", ")}.`, place: { value: name } });
}

function sameColumn(columns: readonly NamedType[], name: string): NamedType | undefined {
  return columns.find((known) => known.name.toLowerCase() === name.toLowerCase());
}

function scopeOf({ target, source }: Reading, kind: MergeClause["kind"]): RowScope {
  const [ofTarget, ofSource] = [{ name: targetName, columns: target }, { name: sourceName, columns: source }];
  return kind === "matched" ? [ofTarget, ofSource] : [kind === "notMatched" ? ofSource : ofTarget];
}

async function readClause(reading: Reading, { kind, action, if: condition, set: given }: GivenClause, keys: MergePlan["on"]["keys"]): Promise<MergeClause> {
  const scope = scopeOf(reading, kind);
  const where = condition === undefined ? undefined : await readTruth(reading.engine, scope, condition);
  const tests = where === undefined || kind === "notMatched" ? [] : targetTests(where.select);
  const set = action === "delete" ? [] : await readSet(reading, scope, given);
  return { kind, action, condition, tests, set, keeps: kind === "matched" ? await keptOf(reading, set, keys) : [] };
}

/** Columns that get the very value of the source's that they equal in rows that match. */
async function keptOf(reading: Reading, set: readonly Assignment[], keys: MergePlan["on"]["keys"]): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const { column, sql } of set) {
    const equal = keys.filter((key) => key.column.name === column && isSameOnceEqual(key));
    if (equal.length === 0) continue;
    const trees = await parseSql(reading.engine.control, `SELECT (${sql}\n)`);
    const [value] = Array.isArray(trees) ? listOf(trees[0] ?? {}, "select_list") : [];
    const side = sideOf(reading, value);
    if (side?.of === sourceName && equal.some(({ source }) => source.name === side.column.name)) kept.push(column);
  }
  return kept;
}

/** Kinds whose equal values are one; numbers of others have two zeros, and texts of others are compared as what they spell. */
const exactKinds: { readonly [kind in NamedType["type"]["kind"]]?: string } = { int8: "whole", int16: "whole", int32: "whole", int64: "whole", decimal: "decimal", text: "text", day: "day", bool: "bool" };

function isSameOnceEqual({ column, source }: MergePlan["on"]["keys"][number]): boolean {
  const kind = exactKinds[column.type.kind];
  return kind !== undefined && kind === exactKinds[source.type.kind];
}

async function readSet(reading: Reading, scope: RowScope, given: "all" | SetValues): Promise<readonly Assignment[]> {
  const set = given === "all" ? allOf(reading) : Object.entries(given).flatMap(([column, sql]) => (sql === undefined ? [] : [{ column, sql }]));
  if (set.length === 0) throw new Failure("SQL_INVALID", "No column is given a value.", { hint: "Set at least one." });
  if (given !== "all") return await readAssignments(reading.engine, reading.target, set, scope);
  // A column of the source is an expression that makes sense, and a statement for each costs as much as there are columns: only what may have stray fields is read.
  await readAssignments(reading.engine, reading.target, set.filter(({ column }) => mayHaveFields(sameColumn(reading.target, column))), scope);
  return set;
}

function mayHaveFields(column: NamedType | undefined): boolean {
  return column === undefined || ["object", "array", "map"].includes(column.type.kind);
}

function allOf({ target, source }: Reading): readonly Assignment[] {
  return target.flatMap(({ name }) => {
    const same = sameColumn(source, name);
    return same === undefined ? [] : [{ column: name, sql: `${sourceName}.${quoteName(same.name)}` }];
  });
}

async function readOn(reading: Reading, sql: string): Promise<MergePlan["on"]> {
  const { columns, select } = await readTruth(reading.engine, scopeOf(reading, "matched"), sql);
  const where = select["where_clause"];
  const keys = isNode(where) ? conjuncts(where).flatMap((node) => keyOf(reading, node)) : [];
  const known = new Set(columns);
  return { sql, columns: reading.target.map(({ name }) => name).filter((name) => known.has(name)), tests: targetTests(select), keys };
}

/** What a condition over both sides says of the table's columns alone. A bare name that both have is refused by the engine; one that only the source has is no column of the table. */
function targetTests(select: TreeNode): readonly ColumnTest[] {
  const alone: TreeNode = { ...select, from_table: { type: "BASE_TABLE", table_name: targetName, schema_name: "", alias: "" } };
  return boundTests(testsOf(alone)?.tests ?? [], []);
}

/** `target.x = source.y`, either way round. */
function keyOf(reading: Reading, node: TreeNode): MergePlan["on"]["keys"] {
  if (textOf(node, "type") !== "COMPARE_EQUAL") return [];
  const sides = [sideOf(reading, node["left"]), sideOf(reading, node["right"])];
  const [column, source] = [sides.find((side) => side?.of === targetName), sides.find((side) => side?.of === sourceName)];
  return column === undefined || source === undefined ? [] : [{ column: column.column, source: source.column }];
}

function sideOf({ target, source }: Reading, node: TreeValue | undefined): { readonly of: string; readonly column: NamedType } | undefined {
  if (!isNode(node) || textOf(node, "class") !== "COLUMN_REF") return undefined;
  const names = listOf(node, "column_names").map(String);
  const [qualifier, name] = names.length === 2 ? [names[0]?.toLowerCase(), names[1] ?? ""] : [undefined, names[0] ?? ""];
  if (names.length > 2) return undefined;
  const found = [{ of: targetName, columns: target }, { of: sourceName, columns: source }].flatMap(({ of, columns }) => {
    const column = qualifier === undefined || qualifier === of ? sameColumn(columns, name) : undefined;
    return column === undefined ? [] : [{ of, column }];
  });
  // A record's field may be spelled like a table's column.
  const isRecord = qualifier !== undefined && [...target, ...source].some((column) => column.name.toLowerCase() === qualifier);
  return found.length === 1 && !isRecord ? found[0] : undefined;
}
