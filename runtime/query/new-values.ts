/**
 * Rows with new values as SQL, layer upon layer: the values that are set speak of the row as it was, what follows from them of the row as it became,
 * and the last layer fails at the first new row that is not as it must be. Rows that do not match pass through as they are.
 */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { Assignment, NewValues, RowCondition, TableRows } from "../delta/engine.ts";
import { Failure } from "../values/failure.ts";
import { duckType } from "./duckdb-types.ts";
import { holdsSql, rowsName } from "./find-rows.ts";
import { madeValueSql } from "./make-values.ts";
import { ruleSql, ruleValuesSql } from "./rule-sql.ts";
import { farTimeSql } from "./within-value.ts";

/** A column of the SELECT: whether the row got new values. */
export const matchName = quoteName("row matches");

/** SELECT of all rows, of which those that match have new values; `version` is a column that is null for these. */
export function newValuesSql(rows: string, table: TableRows, condition: RowCondition, values: NewValues, version?: string): string {
  const { columns } = table;
  const typed = ({ column, sql }: Assignment): Replaced => ({ name: column, sql: `CAST((${sql}\n) AS ${duckType(columns.find(({ name }) => name === column)?.type ?? { kind: "text" })})` });
  let sql = `SELECT *, ${holdsSql(condition)} AS ${matchName} FROM (${rows}) AS ${rowsName}`;
  sql = replaced(sql, [...values.set.map(typed), ...(version === undefined ? [] : [{ name: version, sql: "NULL" }])]);
  for (const one of values.follows) sql = replaced(sql, [typed(one)]);
  for (const one of values.made) sql = replaced(sql, [{ name: one.name, sql: madeValueSql(one) }]);
  return withMusts(sql, table, values);
}

/** The same rows; fails at the first that matches and is not as a new row must be. */
export function withMusts(sql: string, table: TableRows, values: Musts): string {
  const musts = mustsOf(table, values);
  if (musts.length === 0) return sql;
  const refusals = musts.map(({ isBroken, shown }, k) => `WHEN ${isBroken} THEN error(${quoteText(`${refusal} ${k}: `)} || ${shown})`);
  return `SELECT * FROM (${sql}) AS ${rowsName} WHERE CASE WHEN ${matchName} THEN CASE ${refusals.join(" ")} ELSE true END ELSE true END`;
}

interface Replaced { readonly name: string; readonly sql: string }

function replaced(rows: string, columns: readonly Replaced[]): string {
  const replacing = columns.map(({ name, sql }) => `CASE WHEN ${matchName} THEN ${sql} ELSE ${quoteName(name)} END AS ${quoteName(name)}`);
  return `SELECT * REPLACE (${replacing.join(", ")}) FROM (${rows}) AS ${rowsName}`;
}

const refusal = "the new row breaks must";

interface Must { readonly told: string; readonly isBroken: string; readonly shown: string }

/** What is asked of new rows; `set` are columns whose values are new. */
export type Musts = Pick<NewValues, "rules" | "conditions"> & { readonly set: readonly Pick<Assignment, "column">[] };

function mustsOf({ columns, partitionColumns }: TableRows, { set, rules, conditions }: Musts): readonly Must[] {
  const shown = (name: string): string => `${quoteText(`${name} = `)} || left(coalesce(CAST(${quoteName(name)} AS VARCHAR), 'null'), 100)`;
  return [
    ...columns.filter(({ nullable }) => !nullable).map(({ name }) => ({ told: `the column ${name} is never null`, isBroken: `${quoteName(name)} IS NULL`, shown: shown(name) })),
    ...columns.filter((column) => partitionColumns.includes(column.name) && isText(column)).map(({ name }) => ({ told: `the column ${name} partitions the table, and Delta keeps an empty partition value as null`, isBroken: `${quoteName(name)} = ''`, shown: shown(name) })),
    ...columns.filter(({ name }) => set.some(({ column }) => column === name)).flatMap(({ name, type }) => wordsOf(quoteName(name), type).map((word) => ({ told: `the column ${name} ${word.told}`, isBroken: word.isBroken, shown: shown(name) }))),
    ...columns.filter(({ name }) => set.some(({ column }) => column === name)).flatMap(({ name, type }) => {
      const isBroken = farTimeSql(type, quoteName(name));
      return isBroken === undefined ? [] : [{ told: `the column ${name} holds times of the years 0001 to 9999 alone`, isBroken, shown: shown(name) }];
    }),
    ...rules.map((rule) => ({ told: `${rule.name}: ${rule.sql}`, isBroken: `NOT ${ruleSql(rule)}`, shown: ruleValuesSql(rule) })),
    ...conditions.map(({ rule, column, sql }) => ({ told: column === undefined ? `the check ${rule}` : `${column} ${rule}`, isBroken: `(${sql}) IS FALSE`, shown: column === undefined ? "''" : shown(column) })),
  ];
}

/** What text may be in a column that keeps only some. */
function wordsOf(sql: string, type: ColumnType): readonly Omit<Must, "shown">[] {
  if (type.kind === "enum") return [{ told: `is one of ${type.values.join(", ")}`, isBroken: `${sql} NOT IN (${type.values.map(quoteText).join(", ")})` }];
  return type.kind === "uuid" ? [{ told: "is a uuid in lower case", isBroken: `NOT regexp_full_match(${sql}, '[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}')` }] : [];
}

function isText({ type }: NamedType): boolean {
  return ["text", "enum", "uuid"].includes(type.kind);
}

/** The failure behind an error of the engine over these rows, where it says that a new row is not as it must be. */
export function newRowRefused(error: unknown, table: TableRows, values: Musts | undefined, where: string): Failure | undefined {
  if (values === undefined || !(error instanceof Error) || error instanceof Failure) return undefined;
  const [, k, shown = ""] = new RegExp(`${refusal} (\\d+): ([^]*?)"\\}?`).exec(error.message) ?? [];
  const must = k === undefined ? undefined : mustsOf(table, values)[Number(k)];
  if (must === undefined) return undefined;
  return new Failure("ROWS_REFUSED", `${where} refuses a new row${shown === "" ? "" : ` (${shown})`}: ${must.told}.`, { hint: "Nothing was changed. Set another value, or leave such rows out by the condition.", place: { value: shown }, cause: error });
}
