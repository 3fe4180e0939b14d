/** Whether the lake keeps a table as the catalog declares it, as far as writing rows goes. */
import type { Table } from "../../compiler/ir/catalog.ts";
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import { Failure } from "../values/failure.ts";

/** The parts of a snapshot that a declaration is held against. */
export interface Kept { readonly columns: readonly NamedType[]; readonly partitionColumns: readonly string[] }

/** The first column that the lake lacks, has besides, or keeps with another type, in words; undefined when all is as declared. */
export function differenceFrom(table: Table, kept: Kept): string | undefined {
  return columnsDifference({ columns: table.columns, partitionColumns: table.partitionBy }, kept);
}

/** The same of columns and partitions by themselves. */
export function columnsDifference(declared: Kept, kept: Kept): string | undefined {
  return columnProblem(declared.columns, kept.columns) ?? partitionProblem(declared.partitionColumns, kept.partitionColumns);
}

/** SCHEMA_DIFFERS with that column. */
export function requireAsDeclared(table: Table, kept: Kept): void {
  const problem = differenceFrom(table, kept);
  if (problem === undefined) return;
  throw new Failure("SCHEMA_DIFFERS", `${fullName(table)} is not kept as it is declared: ${problem}.`, { hint: "`neuralake plan` shows every difference; nothing was written." });
}

function columnProblem(declared: readonly NamedType[], kept: readonly NamedType[]): string | undefined {
  const keptByName = new Map(kept.map((column) => [column.name, column]));
  for (const column of declared) {
    const there = keptByName.get(column.name);
    if (there === undefined) return `the lake has no column ${column.name}`;
    if (column.nullable !== there.nullable || !sameStorage(column.type, there.type)) {
      return `column ${column.name} is declared ${typeName(column.type, column.nullable)} and kept as ${typeName(there.type, there.nullable)}`;
    }
    keptByName.delete(column.name);
  }
  const [besides] = keptByName.keys();
  return besides === undefined ? undefined : `the lake has a column ${besides} besides`;
}

function partitionProblem(declared: readonly string[], kept: readonly string[]): string | undefined {
  // The order in which folders nest is no part of what a table is.
  if (declared.toSorted().join("\n") === kept.toSorted().join("\n")) return undefined;
  return `it is declared partitioned by ${declared.join(", ") || "nothing"} and kept partitioned by ${kept.join(", ") || "nothing"}`;
}

/** Texts are kept alike whatever they may say; which words an enum allows is judged by us, row by row. */
function sameStorage(left: ColumnType, right: ColumnType): boolean {
  return storage(left) === storage(right);
}

function storage(type: ColumnType): string {
  switch (type.kind) {
    case "enum":
    case "uuid":
      return "text";
    case "array":
      return `${storage(type.element)}${type.elementNullable ? "?" : ""}[]`;
    case "map":
      return `{${storage(type.key)}: ${storage(type.value)}${type.valueNullable ? "?" : ""}}`;
    case "object":
      return `{${type.fields.map((field) => `${JSON.stringify(field.name)} ${storage(field.type)}${field.nullable ? "?" : ""}`).join(", ")}}`;
    default:
      return typeName(type);
  }
}
