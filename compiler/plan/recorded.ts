/** What migrations record of a catalog: how its Delta tables are stored. Everything else of it needs no migration. */
import type { Catalog, Column, JsonValue, Table } from "../ir/catalog.ts";
import type { ColumnType } from "../ir/column-type.ts";
import { allTables, fullName } from "../ir/names.ts";
import { isKept } from "../ir/sources.ts";

export interface RecordedColumn { readonly type: ColumnType; readonly nullable: boolean; readonly doc?: string }

/** Of a table, all but its columns. */
export interface TableFacts { readonly doc?: string; readonly location?: string; readonly partitionBy: readonly string[] }

export interface RecordedTable {
  readonly facts: TableFacts;
  readonly columns: ReadonlyMap<string, RecordedColumn>;
  /** Names that a column had before, the latest first. */
  readonly former: ReadonlyMap<string, readonly string[]>;
}

/** By full name. */
export type Recorded = ReadonlyMap<string, RecordedTable>;

/** One step; steps on different columns may be taken in any order. */
export type Edit =
  | { readonly edit: "create-table"; readonly table: string; readonly as: TableFacts; readonly columns: { readonly [name: string]: RecordedColumn } }
  | { readonly edit: "change-table"; readonly table: string; readonly as: TableFacts }
  | { readonly edit: "drop-table"; readonly table: string }
  | { readonly edit: "add-column"; readonly table: string; readonly column: string; readonly as: RecordedColumn; readonly initially?: JsonValue }
  | { readonly edit: "rename-column"; readonly table: string; readonly column: string; readonly from: string }
  /** The author says later what an added column was before. */
  | { readonly edit: "name-former"; readonly table: string; readonly column: string; readonly from: string }
  | { readonly edit: "change-column"; readonly table: string; readonly column: string; readonly as: RecordedColumn }
  | { readonly edit: "drop-column"; readonly table: string; readonly column: string };

/** What is recorded of a column. */
export function recordColumn({ type, nullable, doc }: Column): RecordedColumn {
  return { type, nullable, ...(doc === "" ? {} : { doc }) };
}

/** What is recorded of a table beside its columns. */
export function recordFacts({ doc, source, partitionBy }: Table): TableFacts {
  return { ...(doc === "" ? {} : { doc }), ...(isKept(source) && source.location !== undefined ? { location: source.location } : {}), partitionBy };
}

/** The tables of a catalog that migrations are about. */
export function storedTables(catalog: Catalog): readonly Table[] {
  return allTables(catalog).filter(({ source }) => isKept(source)).toSorted((left, right) => (fullName(left) < fullName(right) ? -1 : 1));
}
