/** `@initially(0)` is a value of its column, and one that its column's own rules let through. */
import type { Catalog, Column, Word } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { kindNames, typeName } from "../ir/type-name.ts";
import { literalKinds } from "../ir/words.ts";
import { isBetween } from "./exact-numbers.ts";
import { placedWords } from "./placed-words.ts";

/** Values of another kind than the column's, values that no column of its type has, and values that break its rules. */
export function initialValues(catalog: Catalog): Diagnostic[] {
  return placedWords(catalog, "initially").flatMap(({ column, word }) => misfit(column, word) ?? broken(column, word));
}

function misfit(column: Column, word: Word): Diagnostic[] | undefined {
  const [argument] = word.args;
  const literal = typeof argument === "object" && argument !== null && "bigint" in argument ? "bigint" : typeof argument;
  const fits = literal in literalKinds ? literalKinds[literal as keyof typeof literalKinds] : [];
  if (fits.some((kind) => kind === column.type.kind)) {
    return column.initially === undefined ? [diagnose("initialValue", word.place, { column: column.name, type: typeName(column.type), value: shown(argument) })] : undefined;
  }
  if (fits.length === 0) return [diagnose("initialValue", word.place, { column: column.name, type: typeName(column.type), value: shown(argument) })];
  const instead = spelledFor(column, argument);
  return [diagnose("wordMisfit", word.place, { word: `initially(${shown(argument)})`, column: column.name, type: typeName(column.type), fits: kindNames(fits), ...(instead === undefined ? {} : { instead: `initially(${instead})` }) })];
}

/** A number as the column's type wants it spelled, where it does not want a plain one. */
function spelledFor({ type }: Column, argument: Word["args"][number] | undefined): string | undefined {
  if (typeof argument !== "number") return undefined;
  if (type.kind === "int64" && Number.isSafeInteger(argument)) return `${argument}n`;
  return type.kind === "decimal" ? `"${argument}"` : undefined;
}

function broken({ name, rules, initially }: Column, word: Word): Diagnostic[] {
  const text = String(initially);
  const rule = rules.find((own) => (own.kind === "between" ? isBetween(text, own.low, own.high) === false : !new RegExp(own.pattern, own.flags).test(text)));
  if (rule === undefined) return [];
  return [diagnose("initialBroken", word.place, { column: name, value: shown(word.args[0]), rule: rule.kind })];
}

function shown(argument: Word["args"][number] | undefined): string {
  if (typeof argument === "object" && argument !== null) return "bigint" in argument ? `${argument.bigint}n` : "…";
  return argument === undefined ? "" : JSON.stringify(argument);
}
