/** The conditions rows are judged by, as the engine reads them: checks give a truth value, patterns are ones that it can match. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Check, Table } from "../ir/catalog.ts";
import { fullName, quoteText } from "../ir/names.ts";
import { isProblem } from "../../runtime/query/binder.ts";
import type { Binder } from "../../runtime/query/binder.ts";
import { printTemplate, quoteTable } from "../../runtime/query/sql-template.ts";
import { problemDiagnostic } from "./sql-place.ts";

/** What is wrong with the checks of a declared table. */
export async function bindChecks(binder: Binder, table: Table): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const check of table.checks) diagnostics.push(...(await bindCheck(binder, table, check)));
  return diagnostics;
}

async function bindCheck(binder: Binder, table: Table, check: Check): Promise<Diagnostic[]> {
  const before = "SELECT (";
  const printed = printTemplate(check.sql, () => "NULL");
  const sql = `${before}${printed.sql}\n) AS verdict FROM ${quoteTable(fullName(table))}`;
  const columns = await binder.describe(sql);
  if (isProblem(columns)) return [problemDiagnostic(columns, { template: check.sql, printed, before: before.length })];
  const given = columns[0]?.type.toString() ?? "nothing";
  return given === "BOOLEAN" ? [] : [diagnose("checkType", check.sql.place, { check: check.name, given })];
}

/** What is wrong with the patterns of @matches, each tried once. */
export async function bindPatterns(binder: Binder, tables: readonly Table[]): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const column of tables.flatMap((table) => table.columns)) {
    for (const rule of column.rules) {
      if (rule.kind !== "matches") continue;
      const result = await binder.describe(`SELECT regexp_matches('', ${quoteText(rule.pattern)})`);
      if (!isProblem(result)) continue;
      const place = column.words.find((word) => word.name === "matches")?.place ?? column.place;
      diagnostics.push(diagnose("patternRefused", place, { pattern: `/${rule.pattern}/${rule.flags}`, text: result.message }));
    }
  }
  return diagnostics;
}
