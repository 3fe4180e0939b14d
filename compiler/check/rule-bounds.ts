/** `@between(low, high)`: the low bound is not above the high one, and both are numbers. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { isBetween } from "./exact-numbers.ts";
import { placedWords } from "./placed-words.ts";

/** Bounds that let nothing through, and bounds that are no numbers. */
export function ruleBounds(catalog: Catalog): Diagnostic[] {
  return placedWords(catalog, "between").flatMap(({ column, word }) => {
    const rule = column.rules.find((own) => own.kind === "between");
    if (rule === undefined) return [diagnose("boundNoNumber", word.place, { column: column.name })];
    const ordered = isBetween(rule.low, rule.low, rule.high);
    if (ordered === undefined) return [diagnose("boundNoNumber", word.place, { column: column.name })];
    return !ordered ? [diagnose("boundsTurned", word.place, { low: rule.low, high: rule.high })] : [];
  });
}
