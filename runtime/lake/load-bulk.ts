/** Loads a file through the engine, which reads, judges and writes it in SQL: for every table whose rules have words there. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import type { Condition } from "../governance/conditions.ts";
import { dayOfSql } from "../governance/day-of.ts";
import { rulesMark, rulesOf } from "../delta/rules/table-rules.ts";
import { madeColumns } from "../delta/rules/made-columns.ts";
import type { MadeColumn, RowRule } from "../delta/rules/expression.ts";
import type { BulkCondition, BulkFill } from "../query/bulk-source.ts";
import { loadBulk } from "../query/bulk.ts";
import { madeValueSql } from "../query/make-values.ts";
import { ruleSql, ruleValuesSql } from "../query/rule-sql.ts";
import { formatOfFile } from "../sources/file-format.ts";
import { rowJson } from "../values/json.ts";
import type { WriteFile } from "./load.ts";
import { fileRefused } from "./peek.ts";
import type { Places } from "./places.ts";

/** The writer of a table's files under these conditions. */
export function bulkWriter(places: Places, conditions: readonly Condition[]): WriteFile {
  return async (table, base, file, signal) => {
    const { store, location } = places.table(table);
    const judged = rulesMark(base);
    const made = madeColumns(base, fullName(table));
    const fills = [...fillsOf(table), ...made.map(madeFill)];
    // What a JSON record leaves out is null in it, so a default has no place there.
    const isMade = (name: string): boolean => made.some((column) => column.name === name && (column.kind === "generated" || formatOfFile(file).kind !== "json"));
    const result = await loadBulk({ table, file, conditions: [...conditions, ...rulesOf(base, fullName(table)).map(ruleCondition)], fills, store, location, layout: base, ...(signal === undefined ? {} : { signal }) });
    if (result.kind === "refused") throw fileRefused(table, result, file);
    const dead = result.aside.map(({ where, checks, row }) => ({ reason: checks.join(", "), place: where, json: rowJson(table.columns, row) }));
    return { files: judged === undefined ? result.files : result.files.map((written) => ({ ...written, judged })), kept: result.kept, dead, columns: { ...result.columns, filledWithNull: result.columns.filledWithNull.filter((name) => !isMade(name)) }, warnings: result.warnings };
  };
}

/** What the table itself makes: a default only where the file has no such column. */
function madeFill(column: MadeColumn): BulkFill {
  return { column: column.name, sql: madeValueSql(column), absentOnly: column.kind === "default" };
}

/** What the table itself asks of its rows. */
function ruleCondition(rule: RowRule): BulkCondition {
  return { rule: `breaks ${rule.name}: ${rule.sql}`, sql: ruleSql(rule), shown: ruleValuesSql(rule), onFail: "reject" };
}

/** The days that follow from another column, where the file does not have them. */
function fillsOf(table: Table): readonly BulkFill[] {
  return table.columns.flatMap((column) => {
    const source = table.columns.find((other) => other.name === column.dayOf);
    return source === undefined ? [] : [{ column: column.name, sql: dayOfSql(source.name, source.type) }];
  });
}
