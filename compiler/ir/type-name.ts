/** A column type as its author would write it. */
import { matchKind } from "./column-type.ts";
import type { ByKind, ColumnKind, ColumnType } from "./column-type.ts";

const names: ByKind<string> = {
  int8: () => "Int8", int16: () => "Int16", int32: () => "Int32", int64: () => "Int64",
  float32: () => "Float32", float64: () => "Float64",
  text: () => "Text", bool: () => "Bool", bytes: () => "Bytes", uuid: () => "Uuid",
  day: () => "Day", timestamp: () => "Timestamp", local_timestamp: () => "LocalTimestamp",
  decimal: (type) => `Decimal<${type.precision}, ${type.scale}>`,
  enum: (type) => type.values.map((value) => JSON.stringify(value)).join(" | "),
  array: (type) => {
    const element = typeName(type.element, type.elementNullable);
    return element.includes(" ") && !element.startsWith("{") && !element.startsWith("Decimal") ? `(${element})[]` : `${element}[]`;
  },
  map: (type) => `Record<${type.key.kind === "text" ? "string" : typeName(type.key)}, ${typeName(type.value, type.valueNullable)}>`,
  object: (type) => `{ ${type.fields.map((field) => `${field.name}: ${typeName(field.type, field.nullable)}`).join("; ")} }`,
};

/** `Decimal<10, 2> | null`, `"card" | "cash"`, `Text[]`. */
export function typeName(type: ColumnType, nullable = false): string {
  return matchKind(names, type) + (nullable ? " | null" : "");
}

const kinds: { readonly [Kind in ColumnKind]: string } = {
  int8: "Int8", int16: "Int16", int32: "Int32", int64: "Int64", float32: "Float32", float64: "Float64", decimal: "Decimal",
  text: "Text", enum: "a choice of texts", uuid: "Uuid", bool: "Bool", bytes: "Bytes", day: "Day", timestamp: "Timestamp", local_timestamp: "LocalTimestamp",
  array: "a list", map: "a record", object: "an object",
};

/** `Text, Uuid or Day`, for a list of kinds. */
export function kindNames(list: readonly ColumnKind[]): string {
  const names = list.map((kind) => kinds[kind]);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
