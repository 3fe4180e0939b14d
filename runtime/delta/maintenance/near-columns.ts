/** Columns that a table's rows may be put in order by: such that statistics keep bounds of, else no file would be left out for it (protocol, "Per-file Statistics"). */
import { matchKind } from "../../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import type { NearColumn } from "../engine.ts";
import { storedColumns } from "../schema/column-mapping.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { leafKey } from "../statistics/leaf-key.ts";

/** A column by the names on the way to it, as queries call them, and as files do. */
export interface NamedNear extends NearColumn { readonly logical: readonly string[] }

/** The columns of these names, `a` or `a.b`, in any case. PARAMETER_INVALID for one that is none, twice, of a partition, or of no order; and for one without statistics unless those will be kept (`willBeIndexed`). */
export function nearColumns(table: Snapshot, names: readonly string[], parameter: string, willBeIndexed = false): readonly NamedNear[] {
  if (names.length === 0) throw refused(parameter, "", "There is no column to order by.", "Name one or more: a,b.");
  const indexed = indexedColumns(table);
  const found = names.map((name) => {
    const column = columnOf(table, name, parameter);
    if (!hasBounds(column.type)) throw refused(parameter, name, `The column ${name} is of a type that statistics keep no bounds of: no file would be left out for its order.`, "Order by others.");
    if (!willBeIndexed && !indexed.has(leafKey(column.path))) throw refused(parameter, name, `The table keeps no statistics of the column ${name}: no file would be left out for its order.`, "Raise delta.dataSkippingNumIndexedCols, or name the column in delta.dataSkippingStatsColumns.");
    return column;
  });
  const twice = found.find((column, k) => found.findIndex(({ path }) => leafKey(path) === leafKey(column.path)) < k);
  if (twice !== undefined) throw refused(parameter, twice.logical.join("."), `The column ${twice.logical.join(".")} is named twice.`, "Name each once.");
  return found;
}

function columnOf(table: Snapshot, name: string, parameter: string): NamedNear {
  const { columns, physical } = storedColumns(table);
  if (table.partitionColumns.some((column) => isSame(column, name))) throw refused(parameter, name, `The column ${name} partitions the table: within a partition there is nothing to order by it.`, "Order by others.");
  const found = within(columns, physical, name);
  if (found !== undefined) return found;
  throw refused(parameter, name, `There is no column ${name}.`, `There are ${columns.map((column) => column.name).join(", ")}.`);
}

/** A name may hold points itself: the longest one that is there counts. */
function within(columns: readonly NamedType[], physical: readonly NamedType[], name: string): NamedNear | undefined {
  for (const [k, column] of columns.entries()) {
    const stored = physical[k] ?? column;
    if (isSame(column.name, name)) return { logical: [column.name], path: [stored.name], type: column.type };
    if (column.type.kind !== "object" || stored.type.kind !== "object" || !isSame(`${column.name}.`, name.slice(0, column.name.length + 1))) continue;
    const below = within(column.type.fields, stored.type.fields, name.slice(column.name.length + 1));
    if (below !== undefined) return { ...below, logical: [column.name, ...below.logical], path: [stored.name, ...below.path] };
  }
  return undefined;
}

/** The column at a path as files have it. */
export function nearWithin(columns: readonly NamedType[], physical: readonly NamedType[], [first, ...below]: readonly string[]): NamedNear | undefined {
  const k = physical.findIndex(({ name }) => name === first);
  const [column, stored] = [columns[k], physical[k]];
  if (column === undefined || stored === undefined) return undefined;
  if (below.length === 0) return { logical: [column.name], path: [stored.name], type: column.type };
  if (column.type.kind !== "object" || stored.type.kind !== "object") return undefined;
  const found = nearWithin(column.type.fields, stored.type.fields, below);
  return found && { ...found, logical: [column.name, ...found.logical], path: [stored.name, ...found.path] };
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function hasBounds(type: ColumnType): boolean {
  return matchKind(bounded, type);
}

const yes = (): boolean => true;
const no = (): boolean => false;
const bounded: ByKind<boolean> = {
  int8: yes, int16: yes, int32: yes, int64: yes, float32: yes, float64: yes, decimal: yes, text: yes, enum: yes, uuid: yes, day: yes, timestamp: yes, local_timestamp: yes,
  bool: no, bytes: no, array: no, map: no, object: no,
};

function refused(parameter: string, value: string, message: string, hint: string): Failure {
  return new Failure("PARAMETER_INVALID", message, { hint, place: { parameter, value } });
}
