/** Declared tables as values, for the tests of this room. */
import type { Catalog, Column, Table } from "../../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import type { LakeTable } from "../../../compiler/plan/change.ts";

export const place = { file: "catalog/rides/trips.ts", line: 1, column: 1, length: 1 };

export function column(name: string, type: ColumnType["kind"] | ColumnType, more: Partial<Column> = {}): Column {
  return { name, type: typeof type === "string" ? ({ kind: type } as ColumnType) : type, nullable: false, doc: "", place, words: [], rules: [], unique: false, ...more };
}

export function table(columns: readonly Column[], more: Partial<Table> = {}): Table {
  return { database: "rides", name: "trips", symbol: "Trips", doc: "", place, words: [], tags: [], source: { kind: "delta" }, columns, key: [], partitionBy: [], clusterBy: [], checks: [], ...more };
}

export function catalogOf(...tables: readonly Table[]): Catalog {
  return { format: 1, databases: [{ name: "rides", doc: "", tables }] };
}

/** The table as a lake keeps it that has these columns, and rows. */
export function kept(columns: readonly Column[], more: Partial<LakeTable> = {}): LakeTable {
  return { table: "rides.trips", columns, partitionBy: [], description: "", rows: 1_000, files: 3, bytes: 40_000, ours: true, ...more };
}
