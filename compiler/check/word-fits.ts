/** Each word fits some kinds of column. TypeScript refuses the others too, in words no author should have to read. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { kindNames, typeName } from "../ir/type-name.ts";
import { wordFacts } from "../ir/words.ts";
import { placedWords } from "./placed-words.ts";

/** Words over columns of a kind they do not fit. */
export function wordFits(catalog: Catalog): Diagnostic[] {
  return placedWords(catalog).flatMap(({ column, word }) => {
    const fits = wordFacts(word.name)?.fits;
    if (fits === undefined || fits.includes(column.type.kind)) return [];
    return [diagnose("wordMisfit", word.place, { word: word.name, column: column.name, type: typeName(column.type), fits: kindNames(fits) })];
  });
}
