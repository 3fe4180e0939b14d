/** Lists, maps and records with bytes within, from JSON: the engine's own cast takes base64 for the bytes themselves. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { jsonValue } from "./bulk-cells.ts";
import { nestedCell } from "./nested-cells.ts";

/** Whether values of this type hold bytes, and are none. */
export function holdsBytes(type: ColumnType): boolean {
  return innerTypes(type).some((inner) => inner.kind === "bytes" || holdsBytes(inner));
}

/** The value of `cell`, SQL of JSON; what is none of its type is an error when it is read. */
export function withBytes(type: ColumnType, cell: string): string {
  return nestedCell(type, cell, { leaf: jsonValue, mayBeNull: () => true, mayHoldMore: true });
}

function innerTypes(type: ColumnType): readonly ColumnType[] {
  if (type.kind === "array") return [type.element];
  if (type.kind === "map") return [type.key, type.value];
  return type.kind === "object" ? type.fields.map((field) => field.type) : [];
}
