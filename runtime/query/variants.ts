/**
 * Variants (Delta protocol: Variant Data Type) are read as the two parts that files hold them in. Of a file that says itself what a variant is,
 * or that keeps parts of it in columns of their own, the engine gives something else: it is refused.
 */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";
import type { FileElement } from "./file-shapes.ts";

/** DELTA_UNSUPPORTED_FEATURE when a variant of this file cannot be read as its parts; `element` is the column in the file. */
export async function requireRawVariants(engine: Engine, url: string, type: ColumnType, element: FileElement | undefined): Promise<void> {
  if (element === undefined || !hasVariant(type)) return;
  if (isShredded(element)) throw refuse("variantShredding", url, element.name, "in pieces");
  const reader = await engine.control.runAndReadAll(`DESCRIBE SELECT ${quoteName(element.name)} FROM read_parquet(${fileList([url])}, hive_partitioning = false)`);
  if (/\bVARIANT\b/.test(String(reader.getRows()[0]?.[1]))) throw refuse("variantType", url, element.name, "of a kind that the engine takes apart");
}

/** Whether a column has the shape that variants have. */
function hasVariant(type: ColumnType): boolean {
  if (type.kind === "array") return hasVariant(type.element);
  if (type.kind === "map") return hasVariant(type.value);
  if (type.kind !== "object") return false;
  return type.fields.map((field) => `${field.name} ${field.type.kind}`).join() === "metadata bytes,value bytes" || type.fields.some((field) => hasVariant(field.type));
}

function isShredded({ children }: FileElement): boolean {
  const names = children.map(({ name }) => name);
  return ["metadata", "value", "typed_value"].every((name) => names.includes(name)) || children.some(isShredded);
}

function refuse(feature: string, url: string, column: string, how: string): Failure {
  return new Failure("DELTA_UNSUPPORTED_FEATURE", `${url} cannot be read: it keeps the variants of "${column}" ${how} (${feature}), which this version does not support.`, {
    place: { value: feature }, hint: "Leave the column's table to an engine that reads variants.",
  });
}
