/** What tells rows apart is never absent. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { wordFacts } from "../ir/words.ts";
import { placedWords } from "./placed-words.ts";

/** Words that need a value, over columns that may be null. */
export function keyColumns(catalog: Catalog): Diagnostic[] {
  return placedWords(catalog)
    .filter(({ column, word }) => wordFacts(word.name)?.present === true && column.nullable)
    .map(({ column, word }) => diagnose("keyNullable", word.place, { column: column.name, word: word.name }));
}
