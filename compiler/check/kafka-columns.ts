/** `@kafka("offset")` fills a column from a message's envelope; `@from("trip.id")` from its content, along a path. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { suggest } from "../ir/nearest.ts";
import { kindNames, typeName } from "../ir/type-name.ts";
import { fullName } from "../ir/names.ts";
import { isKafkaPart, kafkaParts } from "../ir/words.ts";
import { placedWords } from "./placed-words.ts";
import type { PlacedWord } from "./placed-words.ts";

/** Parts that no message has or that do not fit their column, columns that no message feeds, and paths that lead nowhere. */
export function kafkaColumns(catalog: Catalog): Diagnostic[] {
  return [...placedWords(catalog, "kafka").flatMap(envelope), ...placedWords(catalog, "from").flatMap(path)];
}

function envelope({ table, column, word }: PlacedWord): Diagnostic[] {
  const [part] = word.args;
  if (typeof part !== "string" || !isKafkaPart(part)) {
    const said = typeof part === "string" ? part : "";
    return [diagnose("kafkaPart", word.place, { part: JSON.stringify(said), suggestion: suggest(said, Object.keys(kafkaParts)) })];
  }
  const called = `kafka("${part}")`;
  const other = column.words.find(({ name }) => name === "from" || name === "dayOf");
  return [
    ...(table.words.some(({ name }) => name === "fromKafka") ? [] : [diagnose("kafkaUnfed", word.place, { word: `@${called}`, table: fullName(table) })]),
    ...(column.type.kind === kafkaParts[part] ? [] : [diagnose("wordMisfit", word.place, { word: called, column: column.name, type: typeName(column.type), fits: kindNames([kafkaParts[part]]) })]),
    ...(other === undefined ? [] : [diagnose("kafkaTwice", word.place, { column: column.name, other: other.name })]),
  ];
}

function path({ table, column, word }: PlacedWord): Diagnostic[] {
  const fed = table.words.some(({ name }) => name === "fromKafka");
  return !fed || column.from === undefined || column.from.split(".").every((step) => step !== "") ? [] : [diagnose("fromPath", word.place, { path: column.from, column: column.name })];
}
