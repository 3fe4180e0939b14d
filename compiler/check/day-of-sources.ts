/** `@dayOf("seen_at")` names another column of the same table, and that column is a time. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { suggest } from "../ir/nearest.ts";
import { typeName } from "../ir/type-name.ts";
import { placedWords } from "./placed-words.ts";

/** Sources that do not exist, and those that have no day. */
export function dayOfSources(catalog: Catalog): Diagnostic[] {
  return placedWords(catalog, "dayOf").flatMap(({ table, column, word }) => {
    const name = column.dayOf;
    if (name === undefined) return [];
    const source = table.columns.find((other) => other.name === name);
    const times = table.columns.filter((other) => isTime(other.type.kind)).map((other) => other.name);
    if (source === undefined) return [diagnose("dayOfMissing", word.place, { source: name, table: table.symbol, suggestion: suggest(name, times) })];
    if (isTime(source.type.kind)) return [];
    return [diagnose("dayOfNoTime", word.place, { source: name, type: typeName(source.type), suggestion: suggest(name, times) })];
  });
}

function isTime(kind: string): boolean {
  return kind === "timestamp" || kind === "local_timestamp";
}
