/**
 * Every word of the language, as data: where it may stand, which columns it fits, whether this version runs it.
 * `runtime/language` says the same in TypeScript's types; a test holds the two against each other.
 */
import type { KafkaPart } from "./catalog.ts";
import type { ColumnKind } from "./column-type.ts";

export type WordTarget = "class" | "column" | "method";

export interface WordFacts {
  readonly on: WordTarget;
  /** The kinds of column it fits; any kind when left out. */
  readonly fits?: readonly ColumnKind[];
  /** The column may not be null. */
  readonly present?: true;
  /** Its runtime comes with a later version: writing it is an error until then. */
  readonly later?: true;
}

const integers = ["int8", "int16", "int32", "int64"] as const;
const numbers = [...integers, "float32", "float64", "decimal"] as const;
const discrete = [...integers, "decimal", "text", "enum", "uuid", "bool", "day", "timestamp", "local_timestamp"] as const;

/** By name. */
export const words = {
  database: { on: "class" },
  deltaTable: { on: "class" },
  parquetTable: { on: "class" },
  csvTable: { on: "class" },
  jsonTable: { on: "class" },
  view: { on: "class" },
  postgresTable: { on: "class" },
  ncfTable: { on: "class", later: true },
  materializedView: { on: "class" },
  fromKafka: { on: "class" },
  table: { on: "method" },
  check: { on: "method" },
  key: { on: "column", fits: discrete, present: true },
  partition: { on: "column", fits: discrete },
  cluster: { on: "column", fits: [...discrete, "float32", "float64"] },
  unique: { on: "column", fits: discrete },
  pii: { on: "column" },
  unit: { on: "column", fits: numbers },
  between: { on: "column", fits: numbers },
  matches: { on: "column", fits: ["text"] },
  references: { on: "column", fits: [...discrete, "float32", "float64"] },
  from: { on: "column" },
  dayOf: { on: "column", fits: ["day"] },
  kafka: { on: "column" },
  was: { on: "column" },
  initially: { on: "column" },
} as const satisfies { readonly [name: string]: WordFacts };

/** The kinds of column whose value can be written as such a literal: a time and a decimal are written as text. */
export const literalKinds = {
  number: ["int8", "int16", "int32", "float32", "float64"],
  bigint: ["int64"],
  string: ["decimal", "text", "enum", "uuid", "day", "timestamp", "local_timestamp"],
  boolean: ["bool"],
} as const satisfies { readonly [literal: string]: readonly ColumnKind[] };

export type WordName = keyof typeof words;

/** What the word `name` is; undefined when the language has no such word. */
export function wordFacts(name: string): WordFacts | undefined {
  return Object.hasOwn(words, name) ? words[name as WordName] : undefined;
}

/** Which columns each category of personal data fits, and how it may be masked; the first mask is the usual one. */
export const piiCategories: { readonly [category: string]: { readonly fits: readonly ColumnKind[]; readonly masks: readonly string[] } } = {
  email: { fits: ["text", "uuid", "enum"], masks: ["redact", "hash"] },
  name: { fits: ["text", "uuid", "enum"], masks: ["redact", "hash"] },
  phone: { fits: ["text", "uuid", "enum"], masks: ["redact", "hash"] },
  address: { fits: ["text", "uuid", "enum"], masks: ["redact", "hash"] },
  ip: { fits: ["text", "uuid", "enum"], masks: ["redact", "hash"] },
  id: { fits: ["text", "uuid", "enum"], masks: ["redact", "hash"] },
  birthday: { fits: ["day"], masks: ["redact", "year"] },
  location: { fits: ["float32", "float64", "decimal"], masks: ["redact", "round"] },
};

/** Which columns each part of a message's envelope fits. */
export const kafkaParts: { readonly [Part in KafkaPart]: ColumnKind } = { timestamp: "timestamp", offset: "int64", partition: "int32", key: "text" };

/** Whether `text` names a part of a message's envelope. */
export function isKafkaPart(text: string | undefined): text is KafkaPart {
  return text !== undefined && Object.hasOwn(kafkaParts, text);
}
