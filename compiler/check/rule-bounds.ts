/** `@between(low, high)`: the low bound is not above the high one, and both are numbers. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { placedWords } from "./placed-words.ts";

/** Bounds that let nothing through, and bounds that are no numbers. */
export function ruleBounds(catalog: Catalog): Diagnostic[] {
  return placedWords(catalog, "between").flatMap(({ column, word }) => {
    const rule = column.rules.find((own) => own.kind === "between");
    if (rule === undefined) return [diagnose("boundNoNumber", word.place, { column: column.name })];
    const [low, high] = [scaled(rule.low), scaled(rule.high)];
    if (low === undefined || high === undefined) return [diagnose("boundNoNumber", word.place, { column: column.name })];
    return compare(low, high) > 0 ? [diagnose("boundsTurned", word.place, { low: rule.low, high: rule.high })] : [];
  });
}

interface Scaled { readonly digits: bigint; readonly scale: number }

/** Exact digits and how many of them stand after the point. */
function scaled(text: string): Scaled | undefined {
  const parts = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  const [, whole = "", fraction = ""] = parts ?? [];
  return parts === null ? undefined : { digits: BigInt(whole + fraction), scale: fraction.length };
}

function compare(left: Scaled, right: Scaled): number {
  const scale = Math.max(left.scale, right.scale);
  const difference = left.digits * 10n ** BigInt(scale - left.scale) - right.digits * 10n ** BigInt(scale - right.scale);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}
