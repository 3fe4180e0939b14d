/**
 * The diagnostics of all stages, as they are told: in order of place, each fact once. TypeScript's own words give way to ours about
 * the same place, and what SQL binding says gives way to what was already wrong with the source there.
 */
import type { Place } from "../ir/catalog.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { messages } from "./messages.ts";

/** Sorts `diagnostics` and leaves out what another of them says better. */
export function settle(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byFile = Map.groupBy(diagnostics, (diagnostic) => diagnostic.place.file);
  const kept = [...byFile.values()].map(ofReadable).flatMap((own) => own.filter((diagnostic, index) => !own.some((other, at) => yields(diagnostic, other, at < index))));
  return kept.sort(byPlace);
}

/** Of a file that cannot be read to its end, nothing but that: the rest is most likely a consequence. */
function ofReadable(own: readonly Diagnostic[]): readonly Diagnostic[] {
  const syntax = own.filter((diagnostic) => diagnostic.code === messages.syntax.code);
  return syntax.length > 0 ? syntax : own;
}

/** Whether `diagnostic` gives way to `other`; of two that are alike the first stays. */
function yields(diagnostic: Diagnostic, other: Diagnostic, isEarlier: boolean): boolean {
  if (diagnostic === other || !overlap(diagnostic.place, other.place)) return false;
  if (rank(other) > rank(diagnostic)) return true;
  return isEarlier && other.code === diagnostic.code && other.message === diagnostic.message && overlap(diagnostic.place, other.place);
}

/** What is said of the source itself stands above what binding its SQL finds, and both above TypeScript's own words. */
function rank(diagnostic: Diagnostic): number {
  if (typescriptCodes.includes(diagnostic.code)) return 0;
  return diagnostic.severity === "error" && /^NL[12]/.test(diagnostic.code) ? 2 : 1;
}

const typescriptCodes: readonly string[] = [messages.typescript.code, messages.decorator.code];

function overlap(left: Place, right: Place): boolean {
  if (left.line !== right.line) return false;
  return left.column < right.column + Math.max(1, right.length) && right.column < left.column + Math.max(1, left.length);
}

function byPlace(left: Diagnostic, right: Diagnostic): number {
  if (left.place.file !== right.place.file) return left.place.file < right.place.file ? -1 : 1;
  return left.place.line - right.place.line || left.place.column - right.place.column || (left.code < right.code ? -1 : 1);
}
