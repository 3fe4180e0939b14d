/**
 * An author's SQL template becomes SQL text. References print as quoted names, parameters as the caller spells them; what was
 * literal stays letter for letter, and each part remembers where it landed, so that an error in the text finds its way back.
 */
import type { SqlPart, SqlTemplate } from "../../compiler/ir/catalog.ts";
import { quoteName } from "../../compiler/ir/names.ts";

/** SQL text, and for each part of the template (same index) the offset in the text where it starts, in UTF-16 units. */
export interface PrintedSql { readonly sql: string; readonly starts: readonly number[] }

/** Prints a template; `parameter` spells a parameter of that name (`"day"` in a macro, `CAST($1 AS DATE)` in a statement). */
export function printTemplate(template: SqlTemplate, parameter: (name: string) => string): PrintedSql {
  let sql = "";
  const starts: number[] = [];
  for (const part of template.parts) {
    starts.push(sql.length);
    sql += printPart(part, parameter);
  }
  return { sql, starts };
}

function printPart(part: SqlPart, parameter: (name: string) => string): string {
  if (typeof part === "string") return part;
  if ("parameter" in part) return parameter(part.parameter);
  if ("column" in part) return part.alias === "" ? quoteName(part.column) : `${quoteName(part.alias)}.${quoteName(part.column)}`;
  return `${quoteTable(part.table)} AS ${quoteName(part.alias)}`;
}

/** `rides.trips` as `"rides"."trips"`. */
export function quoteTable(table: string): string {
  return table.split(".").map(quoteName).join(".");
}

/** The part that an offset of the printed text falls in, and how far into it; the end of the text falls in the last part. */
export function locatePart(printed: PrintedSql, offset: number): { readonly part: number; readonly offset: number } {
  const part = Math.max(0, printed.starts.findLastIndex((start) => start <= offset));
  return { part, offset: offset - (printed.starts[part] ?? 0) };
}
