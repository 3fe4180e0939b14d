/** A short mark of how a table's schema is, noted in its properties with each change of ours: when it no longer fits, another hand changed the table. */
import { createHash } from "node:crypto";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { typeName } from "../../compiler/ir/type-name.ts";

const schemaMarkKey = "neuralake.schema";

/** The property that notes the mark of these columns. */
export function schemaMark(columns: readonly NamedType[], partitionBy: readonly string[]): { readonly [name: string]: string } {
  const lines = columns.map(({ name, type, nullable }) => `${JSON.stringify(name)}: ${typeName(type, nullable)}`);
  const text = [...lines.toSorted(), ...partitionBy.toSorted().map((name) => `by ${JSON.stringify(name)}`)].join("\n");
  return { [schemaMarkKey]: createHash("sha256").update(text).digest("hex").slice(0, 16) };
}

/** Whether the columns are as they were noted; null when nothing is. */
export function isMarked(columns: readonly NamedType[], partitionBy: readonly string[], properties: { readonly [name: string]: string }): boolean | null {
  const noted = properties[schemaMarkKey];
  return noted === undefined ? null : noted === schemaMark(columns, partitionBy)[schemaMarkKey];
}
