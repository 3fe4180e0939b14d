/** `@was("fare")` names what the column was called before, which is no column now, and no two columns were one. */
import type { Catalog, Column, Table } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { placedWords } from "./placed-words.ts";

/** Former names that are still declared, and those that two columns claim. */
export function formerNames(catalog: Catalog): Diagnostic[] {
  return placedWords(catalog, "was").flatMap(({ table, column, word }) => {
    const { was } = column;
    if (was === undefined || was === "") return [diagnose("wasEmpty", word.place, { column: column.name })];
    if (declared(table, column, was)) return [diagnose("wasDeclared", word.place, { column: column.name, was, table: table.symbol })];
    const first = table.columns.find((other) => other.was !== undefined && same(other.was, was));
    return first === undefined || first === column ? [] : [diagnose("wasTwice", word.place, { column: column.name, was, first: first.name })];
  });
}

/** A column may have changed the case of its letters alone. */
function declared(table: Table, column: Column, was: string): boolean {
  return was === column.name || table.columns.some((other) => other !== column && same(other.name, was));
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
