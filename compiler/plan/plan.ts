/**
 * What the catalog declares against what the lake has: a list of changes, each with its risk, made before anything acts. This version
 * makes tables; what else differs is told, with every column named, and left to the author.
 */
import type { Catalog, Table } from "../ir/catalog.ts";
import type { NamedType } from "../ir/column-type.ts";
import { allTables, fullName } from "../ir/names.ts";
import { typeName } from "../ir/type-name.ts";

/** safe: no one can notice; additive: new things; breaking: callers must change; destructive: data is lost. */
export type Risk = "safe" | "additive" | "breaking" | "destructive";

/** A Delta table as the lake has it. */
export interface LakeTable { readonly table: string; readonly columns: readonly NamedType[]; readonly partitionBy: readonly string[] }

/** How one column, or the partitioning, is declared and kept; undefined on the side that lacks it. */
export interface Difference { readonly name: string; readonly declared: string | undefined; readonly kept: string | undefined }

/** `text` is what a person reads: a line, and further ones with the details. */
export type Change =
  | { readonly kind: "create-table"; readonly table: string; readonly risk: "safe"; readonly text: string }
  /** Cannot be applied by this version. */
  | { readonly kind: "schema-differs"; readonly table: string; readonly risk: Risk; readonly text: string; readonly differences: readonly Difference[] };

/** The changes that would make the lake as declared, in order of the tables' names; only Delta tables have a place in the lake. */
export function planLake(catalog: Catalog, lake: readonly LakeTable[]): Change[] {
  const kept = new Map(lake.map((table) => [table.table, table]));
  return allTables(catalog).filter((table) => table.source.kind === "delta").flatMap((table) => {
    const known = kept.get(fullName(table));
    return known === undefined ? [createTable(table)] : schemaChanges(table, known);
  });
}

/** The change in words: one line, and further ones with the details. */
export function describeChange(change: Change): string {
  return `${change.table}: ${change.text}`;
}

function createTable(table: Table): Change {
  const partitions = table.partitionBy.length === 0 ? "" : `, partitioned by ${table.partitionBy.join(", ")}`;
  const columns = table.columns.length === 1 ? "1 column" : `${table.columns.length} columns`;
  return { kind: "create-table", table: fullName(table), risk: "safe", text: `create the table: ${columns}${partitions}` };
}

function schemaChanges(table: Table, lake: LakeTable): Change[] {
  const differences = [...columnDifferences(table, lake), ...partitionDifference(table, lake)];
  if (differences.length === 0) return [];
  const lines = ["the lake keeps it otherwise, and this version cannot change that", ...differences.map(differenceText)];
  return [{ kind: "schema-differs", table: fullName(table), risk: riskOf(table, differences), text: lines.join("\n"), differences }];
}

function columnDifferences(table: Table, lake: LakeTable): Difference[] {
  const kept = new Map(lake.columns.map((column) => [column.name, spelled(column)]));
  const declared = new Map(table.columns.map((column) => [column.name, spelled(column)]));
  return [...new Set([...declared.keys(), ...kept.keys()])]
    .map((name) => ({ name, declared: declared.get(name), kept: kept.get(name) }))
    .filter((difference) => difference.declared !== difference.kept);
}

function partitionDifference(table: Table, lake: LakeTable): Difference[] {
  const [declared, kept] = [table.partitionBy.join(", "), lake.partitionBy.join(", ")];
  return declared === kept ? [] : [{ name: "partitioning", declared: declared || "none", kept: kept || "none" }];
}

function spelled(column: NamedType): string {
  return typeName(column.type, column.nullable);
}

function differenceText({ name, declared, kept }: Difference): string {
  if (declared === undefined) return `${name}: in the lake as ${kept}, not declared`;
  if (kept === undefined) return `${name}: declared as ${declared}, not in the lake`;
  return `${name}: declared as ${declared}, in the lake ${kept}`;
}

/** What it would mean to make the lake as declared: a column that goes loses data, one that only comes and may be null adds to it. */
function riskOf(table: Table, differences: readonly Difference[]): Risk {
  if (differences.some((difference) => difference.declared === undefined)) return "destructive";
  const added = (difference: Difference): boolean => difference.kept === undefined && table.columns.some((column) => column.name === difference.name && column.nullable);
  return differences.every(added) ? "additive" : "breaking";
}
