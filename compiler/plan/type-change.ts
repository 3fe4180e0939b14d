/** What it takes to make one column type of another: nothing, other words about the same bytes, wider files, or more than can be done. */
import type { ColumnType, NamedType } from "../ir/column-type.ts";

/** restated: files stay, what is said of them changes. widened: every value has its place in the new type, in files of its own. */
export type TypeChange = "same" | "restated" | "widened" | "other";

const order: readonly TypeChange[] = ["same", "restated", "widened", "other"];

/** How far `to` is from `from`; lists, maps and objects are as far as what is in them. */
export function typeChange(from: ColumnType, to: ColumnType): TypeChange {
  if (isText(from) && isText(to)) return sameText(from, to) ? "same" : "restated";
  if (from.kind === "array" && to.kind === "array") return farthest(typeChange(from.element, to.element), nullChange(from.elementNullable, to.elementNullable));
  if (from.kind === "map" && to.kind === "map") return farthest(typeChange(from.key, to.key), typeChange(from.value, to.value), nullChange(from.valueNullable, to.valueNullable));
  if (from.kind === "object" && to.kind === "object") return fieldsChange(from.fields, to.fields);
  if (from.kind === "decimal" && to.kind === "decimal") return decimalChange(from, to);
  if (from.kind === to.kind) return "same";
  return isWider(from.kind, to.kind) ? "widened" : "other";
}

function farthest(...changes: readonly TypeChange[]): TypeChange {
  return order[Math.max(...changes.map((change) => order.indexOf(change)))] ?? "other";
}

function nullChange(from: boolean, to: boolean): TypeChange {
  if (from === to) return "same";
  return to ? "restated" : "other";
}

/** Text, a choice of texts and a uuid are kept alike. */
function isText(type: ColumnType): boolean {
  return type.kind === "text" || type.kind === "enum" || type.kind === "uuid";
}

function sameText(from: ColumnType, to: ColumnType): boolean {
  return from.kind === to.kind && (from.kind !== "enum" || to.kind !== "enum" || JSON.stringify(from.values) === JSON.stringify(to.values));
}

function fieldsChange(from: readonly NamedType[], to: readonly NamedType[]): TypeChange {
  const known = new Map(from.map((field) => [field.name, field]));
  if (from.length !== to.length) return "other";
  return farthest("same", ...to.map((field) => {
    const old = known.get(field.name);
    return old === undefined ? "other" : farthest(typeChange(old.type, field.type), nullChange(old.nullable, field.nullable));
  }));
}

/** Digits may only be gained, on either side of the point. */
function decimalChange(from: { readonly precision: number; readonly scale: number }, to: { readonly precision: number; readonly scale: number }): TypeChange {
  if (from.precision === to.precision && from.scale === to.scale) return "same";
  return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale ? "widened" : "other";
}

const widths = [["int8", "int16", "int32", "int64"], ["float32", "float64"]] as const;

function isWider(from: ColumnType["kind"], to: ColumnType["kind"]): boolean {
  return widths.some((kinds: readonly ColumnType["kind"][]) => kinds.includes(from) && kinds.indexOf(to) > kinds.indexOf(from));
}
