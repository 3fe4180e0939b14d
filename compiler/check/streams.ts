/** What `@fromKafka` names: a format this version reads, a topic that can exist, dead letters that do not come back. */
import type { Catalog, Table, Word, WordArgument } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables, fullName } from "../ir/names.ts";

/** Topics without a name or with one that Kafka refuses, formats of a later version, dead letters sent to where the messages come from. */
export function streams(catalog: Catalog): Diagnostic[] {
  return allTables(catalog).flatMap((table) => table.words.filter((word) => word.name === "fromKafka").flatMap((word) => streamProblems(table, word)));
}

function streamProblems(table: Table, word: Word): Diagnostic[] {
  const { topic, deadLetter, format } = factsOf(word);
  const topics = [topic, deadLetter].filter((name) => typeof name === "string");
  return [
    ...(typeof topic === "string" ? [] : [diagnose("topicMissing", word.place, { table: fullName(table) })]),
    ...(typeof format !== "string" || format === "json" ? [] : [diagnose("notYet", word.place, { word: `format: ${JSON.stringify(format)}` })]),
    ...topics.filter((name) => !/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/.test(name)).map((name) => diagnose("topicName", word.place, { topic: name })),
    ...(typeof topic === "string" && topic === deadLetter ? [diagnose("deadLetterLoop", word.place, { topic })] : []),
  ];
}

function factsOf(word: Word): { readonly [name: string]: WordArgument } {
  const [facts] = word.args;
  return typeof facts === "object" && facts !== null && "object" in facts ? facts.object : {};
}
