/** The one walker of the Catalog: every type that stands somewhere in it, with the place of the column or parameter it belongs to. */
import { allTables, fullName } from "./names.ts";
import { matchKind } from "./column-type.ts";
import type { ByKind, ColumnType } from "./column-type.ts";
import type { Catalog, Parameter, Place, Table } from "./catalog.ts";

/** A type of a column, of a parameter, or within one of them. */
export interface PlacedType { readonly type: ColumnType; readonly table: string; readonly name: string; readonly place: Place }

/** Every type of the Catalog, the outer before the inner. */
export function everyType(catalog: Catalog): PlacedType[] {
  return allTables(catalog).flatMap((table) => [...table.columns, ...parametersOf(table)].flatMap(({ name, type, place }) =>
    typesWithin(type).map((inner) => ({ type: inner, table: fullName(table), name, place }))));
}

const inner: ByKind<readonly ColumnType[]> = {
  int8: () => [], int16: () => [], int32: () => [], int64: () => [], float32: () => [], float64: () => [],
  text: () => [], bool: () => [], bytes: () => [], uuid: () => [], day: () => [], timestamp: () => [], local_timestamp: () => [],
  decimal: () => [], enum: () => [],
  array: (type) => [type.element],
  map: (type) => [type.key, type.value],
  object: (type) => type.fields.map((field) => field.type),
};

/** `type` and every type within it, the outer before the inner. */
export function typesWithin(type: ColumnType): ColumnType[] {
  return [type, ...matchKind(inner, type).flatMap(typesWithin)];
}

/** The parameters of a table function; none for any other table. */
export function parametersOf(table: Table): readonly Parameter[] {
  return table.source.kind === "rows" || table.source.kind === "sql" ? table.source.parameters : [];
}
