/** Column types as the author of a catalog writes them: the words of the language, and which of them a file must import. */
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType, ObjectField } from "../ir/column-type.ts";
import { comment } from "./typescript-text.ts";

const word = (name: string) => (): string => name;

const types: ByKind<string, [indent: string]> = {
  int8: word("Int8"), int16: word("Int16"), int32: word("Int32"), int64: word("Int64"), float32: word("Float32"), float64: word("Float64"),
  text: word("Text"), bool: word("Bool"), bytes: word("Bytes"), uuid: word("Uuid"), day: word("Day"), timestamp: word("Timestamp"), local_timestamp: word("LocalTimestamp"),
  decimal: (type) => `Decimal<${type.precision}, ${type.scale}>`,
  enum: (type) => type.values.map((value) => JSON.stringify(value)).join(" | "),
  array: (type, indent) => {
    const element = authorType(type.element, type.elementNullable, indent);
    return type.elementNullable || (type.element.kind === "enum" && type.element.values.length > 1) ? `(${element})[]` : `${element}[]`;
  },
  map: (type, indent) => `Record<string, ${authorType(type.value, type.valueNullable, indent)}>`,
  object: (type, indent) => objectType(type.fields, indent),
};

/** Longer objects take a line for each field. */
const lineMax = 100;

function objectType(fields: readonly ObjectField[], indent: string): string {
  const flat = `{ ${fields.map((field) => fieldText(field, indent)).join("; ")} }`;
  if (flat.length <= lineMax && !flat.includes("\n") && fields.every(({ doc = "" }) => doc === "")) return flat;
  const inner = `${indent}  `;
  return `{\n${fields.map((field) => `${comment(field.doc ?? "", undefined, inner)}${inner}${fieldText(field, inner)};\n`).join("")}${indent}}`;
}

function fieldText({ name, type, nullable }: ObjectField, indent: string): string {
  return `${memberName(name)}: ${authorType(type, nullable, indent)}`;
}

/** A type as it stands behind a property's name: `Decimal<10, 2> | null`, `(Text | null)[]`. A map's key is taken for text, the only one there is in the language. */
export function authorType(type: ColumnType, nullable: boolean, indent = ""): string {
  return matchKind(types, type, indent) + (nullable ? " | null" : "");
}

/** A property's name as it is, quoted only where it is no identifier. */
export function memberName(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

/** The words of the language that such a type consists of. */
export function wordsOfType(type: ColumnType): readonly string[] {
  if (type.kind === "array") return wordsOfType(type.element);
  if (type.kind === "map") return wordsOfType(type.value);
  if (type.kind === "object") return type.fields.flatMap((field) => wordsOfType(field.type));
  return type.kind === "enum" ? [] : [authorType(type, false).replace(/<.*/, "")];
}

/** Every type that a file of the catalog may import. */
export const typeWords: readonly string[] = ["Bool", "Bytes", "Columns", "Day", "Decimal", "Float32", "Float64", "Int16", "Int32", "Int64", "Int8", "LocalTimestamp", "Rows", "Text", "Timestamp", "Uuid"];
