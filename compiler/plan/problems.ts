/** What no plan can do for the author: said where it is written, with the ways out. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { suggest } from "../ir/nearest.ts";
import type { Column, Table } from "../ir/catalog.ts";
import type { NamedType } from "../ir/column-type.ts";
import { fullName } from "../ir/names.ts";
import { typeName } from "../ir/type-name.ts";
import type { LakeTable } from "./change.ts";
import type { Matched, Pair } from "./matched-columns.ts";
import { typeChange } from "./type-change.ts";

/** Everything that is wrong with a declared table beside the lake's. `destructive`: what is gone may go, and is no riddle. */
export function problemsOf(table: Table, lake: LakeTable, matched: Matched, destructive: boolean): Diagnostic[] {
  return [
    ...matched.added.flatMap((column) => addedProblem(table, column, lake, destructive ? [] : matched.dropped)),
    ...matched.pairs.flatMap((pair) => pairProblem(table, pair)),
    ...partitionProblem(table, lake, matched),
  ];
}

function addedProblem(table: Table, column: Column, lake: LakeTable, dropped: readonly NamedType[]): Diagnostic[] {
  const { name, type, nullable, place } = column;
  const at = column.words.find((word) => word.name === "was")?.place ?? place;
  if (column.was !== undefined) {
    return [diagnose("wasUnknown", at, { table: fullName(table), column: name, was: column.was, suggestion: suggest(column.was, lake.columns.map((known) => known.name)) })];
  }
  const gone = dropped.filter((old) => typeChange(old.type, type) !== "other" || typeChange(type, old.type) !== "other");
  if (gone.length > 0) return [diagnose("renameOrDrop", place, { table: fullName(table), column: name, type: typeName(type, nullable), gone: gone.map((old) => `${old.name}: ${typeName(old.type, old.nullable)}`).join(", "), first: gone[0]?.name ?? "" })];
  if (nullable || column.initially !== undefined || lake.files === 0) return [];
  return [diagnose("addedNeverNull", place, { table: fullName(table), column: name, rows: lake.rows ?? "some" })];
}

function pairProblem(table: Table, { column, kept }: Pair): Diagnostic[] {
  const values = { table: fullName(table), column: column.name, declared: typeName(column.type, column.nullable), kept: typeName(kept.type, kept.nullable) };
  if (typeChange(kept.type, column.type) === "other") return [diagnose("typeNarrowed", column.place, values)];
  return kept.nullable && !column.nullable ? [diagnose("nullForbidden", column.place, values)] : [];
}

/** Files lie in folders by partition, and would all have to move. */
function partitionProblem(table: Table, lake: LakeTable, { pairs }: Matched): Diagnostic[] {
  const names = new Map(pairs.map(({ column, kept }) => [kept.name, column.name]));
  const kept = lake.partitionBy.map((name) => names.get(name) ?? name);
  if (kept.toSorted().join("\n") === table.partitionBy.toSorted().join("\n")) return [];
  return [diagnose("partitionsDiffer", table.place, { table: fullName(table), declared: table.partitionBy.join(", ") || "nothing", kept: kept.join(", ") || "nothing" })];
}
