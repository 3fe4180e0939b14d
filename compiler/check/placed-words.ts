/** The words over columns, with the column and the table they stand on. */
import type { Catalog, Column, Table, Word } from "../ir/catalog.ts";
import { allTables } from "../ir/names.ts";

export interface PlacedWord { readonly table: Table; readonly column: Column; readonly word: Word }

/** Every word over a column of the catalog, or those called `name`. */
export function placedWords(catalog: Catalog, name?: string): PlacedWord[] {
  return allTables(catalog).flatMap((table) => table.columns.flatMap((column) =>
    column.words.filter((word) => name === undefined || word.name === name).map((word) => ({ table, column, word }))));
}
