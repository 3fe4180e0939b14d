/** Words the language has and this version cannot keep yet: said, never silently ignored. */
import type { Catalog, Place } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables } from "../ir/names.ts";
import { wordFacts } from "../ir/words.ts";

/** Every use of a later version's word. */
export function wordsNotYet(catalog: Catalog): Diagnostic[] {
  return allTables(catalog).flatMap((table) => {
    const words = [...table.words, ...table.columns.flatMap((column) => column.words)];
    return [
      ...words.filter((word) => wordFacts(word.name)?.later === true).map((word) => notYet(`@${word.name}`, word.place)),
      ...table.checks.filter((own) => own.enforce !== undefined).map((own) => notYet("enforce: \"delta\"", own.place)),
    ];
  });
}

function notYet(word: string, place: Place): Diagnostic {
  return diagnose("notYet", place, { word });
}
