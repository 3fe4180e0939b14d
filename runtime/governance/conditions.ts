/** Everything a table asks of its rows, as SQL conditions: what the engine judges a bulk load by. The verdicts are those of `judge.ts` and `checks.ts`. */
import type { Column, OnFail, Table } from "../../compiler/ir/catalog.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import { checkCondition } from "./checks.ts";
import { dayOfSql } from "./day-of.ts";
import { columnRules } from "./rules.ts";

/** One condition over a row; a row for which it is false fails, null passes. */
export interface Condition {
  /** The check's name, or what is wrong in words. */
  readonly rule: string;
  /** Absent for a check of the whole row. */
  readonly column?: string;
  readonly sql: string;
  readonly onFail: OnFail;
}

/** The conditions in the order they are told: column by column, then the checks. Undefined when one of them has no words in SQL. */
export function conditionsOf(table: Table): readonly Condition[] | undefined {
  const conditions = [
    ...table.columns.flatMap((column) => columnConditions(table, column)),
    ...table.checks.map((check) => ({ rule: check.name, sql: checkCondition(check), onFail: check.onFail })),
  ];
  return conditions.every(inSql) ? conditions : undefined;
}

type Wanted = Omit<Condition, "sql"> & { readonly sql: string | undefined };

function inSql(condition: Wanted): condition is Condition {
  return condition.sql !== undefined;
}

function columnConditions(table: Table, column: Column): readonly Wanted[] {
  const condition = (rule: string, sql: string | undefined): Wanted => ({ rule, column: column.name, sql, onFail: "reject" });
  const source = table.columns.find((other) => other.name === column.dayOf);
  return [
    ...(column.nullable ? [] : [condition("the column is never null", `${quoteName(column.name)} IS NOT NULL`)]),
    ...columnRules(column).map((rule) => condition(`breaks the rule: ${rule.text}`, rule.sql)),
    ...(source === undefined ? [] : [condition(`is not the day of ${source.name}`, `${quoteName(column.name)} IS NOT DISTINCT FROM ${dayOfSql(source.name, source.type)}`)]),
  ];
}
