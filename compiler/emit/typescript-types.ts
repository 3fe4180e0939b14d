/** Column types as the plain TypeScript that the generated client's users see (values as in runtime/values/value.ts). */
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType } from "../ir/column-type.ts";
import { comment, propertyName } from "./typescript-text.ts";

const number = (): string => "number";
const text = (): string => "string";

const types: ByKind<string> = {
  int8: number,
  int16: number,
  int32: number,
  int64: () => "bigint",
  float32: number,
  float64: number,
  decimal: text,
  text,
  bool: () => "boolean",
  bytes: () => "Uint8Array",
  uuid: text,
  day: () => "Temporal.PlainDate",
  timestamp: () => "Temporal.Instant",
  local_timestamp: () => "Temporal.PlainDateTime",
  enum: (type) => type.values.map((value) => JSON.stringify(value)).join(" | "),
  array: (type) => `readonly ${grouped(slotType(type.element, type.elementNullable))}[]`,
  map: (type) => {
    const value = slotType(type.value, type.valueNullable);
    return type.key.kind === "text"
      ? `{ readonly [key: string]: ${value} }`
      : `readonly { readonly key: ${slotType(type.key, false)}; readonly value: ${value} }[]`;
  },
  object: (type) => {
    const fields = type.fields.map((field) => `readonly ${propertyName(field.name)}: ${slotType(field.type, field.nullable)}`);
    if (type.fields.every((field) => (field.doc ?? "") === "")) return `{ ${fields.join("; ")} }`;
    return `{\n${type.fields.map((field, index) => `${comment(field.doc ?? "", undefined, "  ")}  ${indented(fields[index] ?? "")};\n`).join("")}}`;
  },
};

/** A type of several lines, two spaces deeper. */
function indented(type: string): string {
  return type.replaceAll("\n", "\n  ");
}

/** The TypeScript type of a slot: `bigint`, `"card" | "cash" | null`. */
export function slotType(type: ColumnType, nullable: boolean): string {
  return matchKind(types, type) + (nullable ? " | null" : "");
}

function grouped(type: string): string {
  if (type.startsWith("{") && type.endsWith("}")) return type;
  return type.includes(" | ") || type.startsWith("readonly ") ? `(${type})` : type;
}
