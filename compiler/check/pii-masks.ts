/** Each category of personal data fits some columns, and can be masked in some ways. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { suggest } from "../ir/nearest.ts";
import { kindNames, typeName } from "../ir/type-name.ts";
import { piiCategories } from "../ir/words.ts";
import { placedWords } from "./placed-words.ts";

/** Categories that do not exist or do not fit their column, and masks they do not have. */
export function piiMasks(catalog: Catalog): Diagnostic[] {
  return placedWords(catalog, "pii").flatMap(({ column, word }) => {
    if (column.pii === undefined) return [];
    const { category, mask } = column.pii;
    const facts = Object.hasOwn(piiCategories, category) ? piiCategories[category] : undefined;
    if (facts === undefined) return [diagnose("piiCategory", word.place, { category, suggestion: suggest(category, Object.keys(piiCategories)) })];
    if (!facts.fits.includes(column.type.kind)) {
      return [diagnose("wordMisfit", word.place, { word: `pii("${category}")`, column: column.name, type: typeName(column.type), fits: kindNames(facts.fits) })];
    }
    return facts.masks.includes(mask) ? [] : [diagnose("piiMask", word.place, { category, mask, masks: facts.masks.join(" or ") })];
  });
}
