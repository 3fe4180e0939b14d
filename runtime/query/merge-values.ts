/**
 * Rows of a merge as SQL: those of the table with what became of them, and those that are inserted. Layers as in `new-values.ts`, in which each clause's own
 * values come to the rows that it acts on; clauses are known by their numbers, and a row that none acts on passes through as it is.
 */
import { quoteName } from "../../compiler/ir/names.ts";
import type { Assignment, TableRows } from "../delta/engine.ts";
import type { MergeClause, MergedValues, MergeTable } from "../delta/merge-engine.ts";
import { duckType } from "./duckdb-types.ts";
import { fileName, placeName, rowsName } from "./find-rows.ts";
import { madeValueSql } from "./make-values.ts";
import { sourceName, targetName } from "./merge-plan.ts";
import { matchName, withMusts } from "./new-values.ts";
import type { Musts } from "./new-values.ts";

/** Columns beside a table's own: the number of a row's file and its place there, and the clause that acts on it. */
export const [fileColumn, placeColumn] = [quoteName(fileName), quoteName(placeName)];
export const actName = quoteName("act on the row");
/** A column beside the source's: what tells its rows apart. */
export const sourceRow = quoteName("row of the source");

type Numbered = MergeClause & { readonly act: number } & MergedValues;

/** The clauses with their numbers and what they bring. */
export function numbered({ plan, values }: Pick<MergeTable, "plan" | "values">): readonly Numbered[] {
  return plan.clauses.map((clause, act) => ({ ...clause, act, follows: values[act]?.follows ?? [], made: values[act]?.made ?? [] }));
}

/** The number of the first of these clauses whose condition is true; null where none is. */
export function actSql(clauses: readonly Numbered[]): string {
  if (clauses.length === 0) return "CAST(NULL AS INTEGER)";
  const open = clauses.find(({ condition }) => condition === undefined);
  const whens = clauses.flatMap(({ condition, act }) => (condition === undefined ? [] : [`WHEN (${condition}\n) THEN ${act}`]));
  return whens.length === 0 ? `CAST(${open?.act} AS INTEGER)` : `CAST(CASE ${whens.join(" ")} ${open === undefined ? "" : `ELSE ${open.act} `}END AS INTEGER)`;
}

/** Whether one of these clauses acts on a row. */
export function actsSql(clauses: readonly { readonly act: number }[]): string {
  return clauses.length === 0 ? "false" : `coalesce(${actName} IN (${clauses.map(({ act }) => act).join(", ")}), false)`;
}

/**
 * SELECT of the table's rows, of which those that are updated have new values; `joined` has target, each row's clause, and as source what it matches. `version` is a column that is
 * null for rows with new values. Of `updated` alone a column that each clause sets is not read from the table; of `all` it is what it was where no clause acts.
 */
export function mergedRowsSql(joined: string, table: MergeTable, version: string | undefined, which: "all" | "updated"): string {
  const updates = numbered(table).filter(({ action }) => action === "update");
  const [matched, alone] = [updates.filter(({ kind }) => kind === "matched"), updates.filter(({ kind }) => kind === "notMatchedBySource")];
  const versions = version === undefined ? [] : [`CASE WHEN ${actName} IS NULL THEN ${targetName}.${quoteName(version)} END AS ${quoteName(version)}`];
  const isSet = (name: string): boolean => which === "updated" && alone.length === 0 && setsEach(matched, name);
  const base = `SELECT ${targetName}.*${replacing([...newValues(table, matched, isSet), ...versions])}, ${actName}, ${actsSql(updates)} AS ${matchName} FROM ${joined}`;
  // Values of these speak of the table's row alone, by names that the source may have too.
  const both = alone.length === 0 ? base : `SELECT ${targetName}.*${replacing(newValues(table, alone, () => false))} FROM (${base}) AS ${targetName}`;
  return followed(both, table, updates);
}

/** Whether nothing of the table's own columns is left in a row that is updated: each clause sets all of them. */
export function setsAll(table: MergeTable): boolean {
  const updates = numbered(table).filter(({ action }) => action === "update");
  return updates.length > 0 && updates.every(({ kind }) => kind === "matched") && table.rows.columns.every(({ name }) => table.rows.partitionColumns.includes(name) || setsEach(updates, name));
}

/** Whether rows that are updated can be made without the table's files: each column has the source's value as it is, and no row an id. A record's field may be spelled like a column of the source. */
export function comesFromSource(table: MergeTable): boolean {
  const sets = numbered(table).flatMap(({ action, set }) => (action === "update" ? set : []));
  const isRecord = table.rows.columns.some(({ name }) => name.toLowerCase() === sourceName);
  return setsAll(table) && table.rowTracking === undefined && !isRecord && sets.every(({ sql }) => sourceColumn.test(sql));
}

const sourceColumn = new RegExp(String.raw`^${sourceName}\."(?:[^"]|"")+"$`);

function setsEach(updates: readonly Numbered[], name: string): boolean {
  return updates.every(({ set }) => set.some(({ column }) => column === name));
}

/** Columns that clauses set; `isSet` says of which no row keeps what it has. */
function newValues({ rows }: MergeTable, updates: readonly Numbered[], isSet: (name: string) => boolean): readonly string[] {
  const columns = rows.columns.filter(({ name }) => updates.some(({ set }) => set.some(({ column }) => column === name)));
  return columns.map(({ name }) => `CASE ${actName} ${whensOf(rows, updates, name)}${isSet(name) ? "" : ` ELSE ${targetName}.${quoteName(name)}`} END AS ${quoteName(name)}`);
}

function whensOf(rows: TableRows, clauses: readonly Numbered[], name: string): string {
  return clauses.flatMap(({ act, set }) => set.filter(({ column }) => column === name).map((value) => `WHEN ${act} THEN ${typed(rows, value)}`)).join(" ");
}

function replacing(columns: readonly string[]): string {
  return columns.length === 0 ? "" : ` REPLACE (${columns.join(", ")})`;
}

/** SELECT of the rows that are inserted, with all columns of the table; `rows` are the source's, each with the clause that acts on it. */
export function insertedRowsSql(rows: string, table: MergeTable): string {
  const inserts = numbered(table).filter(({ action }) => action === "insert");
  const columns = table.rows.columns.map(({ name, type }) => {
    const values = whensOf(table.rows, inserts, name);
    return `${values === "" ? `CAST(NULL AS ${duckType(type)})` : `CASE ${actName} ${values} END`} AS ${quoteName(name)}`;
  });
  return followed(`SELECT ${columns.join(", ")}, ${actName}, true AS ${matchName} FROM ${rows}`, table, inserts);
}

/** What follows from what was set, what the table makes of it, and what all of it must be. */
function followed(base: string, table: MergeTable, clauses: readonly Numbered[]): string {
  const names = (pick: (clause: Numbered) => readonly { readonly name: string; readonly sql: string }[]): readonly { readonly name: string; readonly sql: string; readonly own: readonly Numbered[] }[] =>
    [...Map.groupBy(clauses.flatMap((clause) => pick(clause).map((one) => ({ ...one, clause }))), ({ name, sql }) => `${name}\0${sql}`).values()].flatMap((own) => (own[0] === undefined ? [] : [{ name: own[0].name, sql: own[0].sql, own: own.map(({ clause }) => clause) }]));
  const follows = names(({ follows: own }) => own.map((one) => ({ name: one.column, sql: typed(table.rows, one) })));
  const made = names(({ made: own }) => own.map((one) => ({ name: one.name, sql: madeValueSql(one) })));
  let sql = base;
  for (const { name, sql: value, own } of [...follows, ...made]) sql = `SELECT * REPLACE (CASE WHEN ${actsSql(own)} THEN ${value} ELSE ${quoteName(name)} END AS ${quoteName(name)}) FROM (${sql}) AS ${rowsName}`;
  return withMusts(sql, table.rows, mustsOf(table));
}

/** What new rows of a merge must be. */
export function mustsOf(table: MergeTable): Musts {
  return { rules: table.rules, conditions: table.conditions, set: numbered(table).flatMap(({ set, follows }) => [...set, ...follows]) };
}

function typed({ columns }: TableRows, { column, sql }: Assignment): string {
  return `CAST((${sql}\n) AS ${duckType(columns.find(({ name }) => name === column)?.type ?? { kind: "text" })})`;
}
