/** The columns of a class or of a row's interface, with what the words over them say. */
import { ts } from "ts-morph";
import type { ColumnType } from "../ir/column-type.ts";
import type { Column, Rule, Word, WordArgument } from "../ir/catalog.ts";
import { isKafkaPart } from "../ir/words.ts";
import { commentOf, documented } from "./comments.ts";
import { properties } from "./members.ts";
import type { Member, RowProperty } from "./members.ts";
import { placeOf } from "./place.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import type { Scope } from "./scope.ts";
import { spellArgument } from "./spelled-value.ts";
import { readProperty } from "./types.ts";
import { factsAt, findWord, readWords, textOf } from "./words.ts";

/** Reads the columns among `members`, in their order. */
export function readColumns(reader: Reader, scope: Scope, members: readonly Member[]): Column[] {
  return properties(members).flatMap((member) => readColumn(reader, scope, member) ?? []);
}

function readColumn(reader: Reader, scope: Scope, member: RowProperty): Column | undefined {
  const before = reader.diagnostics.length;
  const property = readProperty(reader, scope, member);
  if (property === undefined) return undefined;
  const unread = reader.diagnostics.length > before;
  if (ts.isPropertyDeclaration(member) && member.initializer !== undefined) report(reader, "columnValue", member.initializer, { name: property.name });
  const read = ts.isPropertyDeclaration(member) ? readWords(reader, scope, member, "column") : [];
  // Whether words fit a type that could not be read is not known.
  const words = unread ? [] : read;
  return {
    ...property,
    ...documented(commentOf(member)),
    place: placeOf(member.name),
    words,
    ...columnFacts(words, property.type),
    rules: words.flatMap((word) => ruleOf(word) ?? []),
    unique: findWord(words, "unique") !== undefined,
  };
}

type ColumnFacts = Pick<Column, "unit" | "pii" | "references" | "from" | "kafka" | "dayOf" | "was" | "initially">;

function columnFacts(words: readonly Word[], type: ColumnType): ColumnFacts {
  const first = (name: string): string | undefined => textOf(findWord(words, name)?.args[0]);
  const unit = first("unit");
  const from = first("from");
  const kafka = first("kafka");
  const dayOf = first("dayOf");
  const was = first("was");
  const initially = spellArgument(type, findWord(words, "initially")?.args[0]);
  const category = first("pii");
  const references = referenceOf(findWord(words, "references"));
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(category === undefined ? {} : { pii: { category, mask: textOf(factsAt(findWord(words, "pii"), 1)["mask"]) ?? "redact" } }),
    ...(references === undefined ? {} : { references }),
    ...(from === undefined ? {} : { from }),
    ...(isKafkaPart(kafka) ? { kafka } : {}),
    ...(dayOf === undefined ? {} : { dayOf }),
    ...(was === undefined ? {} : { was }),
    ...(initially === undefined ? {} : { initially }),
  };
}

function referenceOf(word: Word | undefined): { table: string; column: string } | undefined {
  const [table, column] = word?.args ?? [];
  if (typeof table !== "object" || table === null || !("reference" in table) || typeof column !== "string") return undefined;
  return { table: table.reference, column };
}

function ruleOf(word: Word): Rule | undefined {
  const [first, second] = word.args;
  if (word.name === "between") {
    const [low, high] = [boundOf(first), boundOf(second)];
    return low === undefined || high === undefined ? undefined : { kind: "between", low, high };
  }
  if (word.name !== "matches" || typeof first !== "object" || first === null || !("pattern" in first)) return undefined;
  return { kind: "matches", pattern: first.pattern, flags: first.flags };
}

/** A bound as plain digits, never with an exponent. */
function boundOf(argument: WordArgument | undefined): string | undefined {
  if (typeof argument === "number") return plainDigits(String(argument));
  if (typeof argument === "string") return plainDigits(argument);
  return typeof argument === "object" && argument !== null && "bigint" in argument ? argument.bigint : undefined;
}

/** `1e-7` is `0.0000001`: an exponent, positive or negative, written out. */
export function plainDigits(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]?\d+)$/i.exec(text);
  if (parts === null) return text;
  const [, sign = "", whole = "", fraction = "", power = "0"] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return point <= 0 ? `${sign}0.${"0".repeat(-point)}${digits}` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
