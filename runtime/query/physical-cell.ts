/**
 * A column out of a Parquet file as SQL, under the names queries know: files of a table that maps its columns have others, at every depth, and
 * are asked by physical name or by field id (Delta protocol: Reader Requirements for Column Mapping). What a file lacks is null.
 */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import { duckType } from "./duckdb-types.ts";
import type { FileElement } from "./file-shapes.ts";

/** The value of `column` in a file of these elements. A cast to the type it has already costs nothing. */
export function cellSql(column: NamedType, physical: PhysicalColumn, elements: readonly FileElement[], byFieldId: boolean): string {
  const element = elementOf(physical, elements, byFieldId);
  if (element === undefined) return `CAST(NULL AS ${duckType(column.type)})`;
  const cell = quoteName(element.name);
  const named = byFieldId || !sameNames(column.type, physical.type) || hasOpened(column.type, element) ? renamed({ sql: cell, type: column.type, physical: physical.type, element }, byFieldId, 0) : cell;
  return `CAST(${named} AS ${duckType(column.type)})`;
}

/** A value as `type` names its fields, made into what `physical` names them; for writing. */
export function physicalSql(sql: string, type: ColumnType, physical: ColumnType): string {
  return sameNames(type, physical) ? sql : renamed({ sql, type: physical, physical: type, element: undefined }, false, 0);
}

function elementOf(physical: PhysicalColumn, elements: readonly FileElement[], byFieldId: boolean): FileElement | undefined {
  return elements.find((element) => (byFieldId ? element.fieldId === physical.fieldId : element.name === physical.name));
}

/** Whether two types that are alike but for names have the same ones. */
function sameNames(type: ColumnType, physical: ColumnType): boolean {
  if (type.kind === "object" && physical.kind === "object") return type.fields.every((field, k) => field.name === physical.fields[k]?.name && sameNames(field.type, physical.fields[k].type));
  if (type.kind === "array" && physical.kind === "array") return sameNames(type.element, physical.element);
  return type.kind === "map" && physical.kind === "map" ? sameNames(type.key, physical.key) && sameNames(type.value, physical.value) : true;
}

function hasNames(type: ColumnType): boolean {
  if (type.kind === "array") return hasNames(type.element);
  return type.kind === "map" ? hasNames(type.key) || hasNames(type.value) : type.kind === "object";
}

/** A value to be renamed from `physical` to `type`; `element` is what the file has of it, undefined where the value is as `physical` says. */
interface Cell { readonly sql: string; readonly type: ColumnType; readonly physical: ColumnType; readonly element: FileElement | undefined }

function renamed(cell: Cell, byFieldId: boolean, depth: number): string {
  const { sql, type, physical, element } = cell;
  if (!hasNames(type)) return sql;
  if (type.kind === "object" && physical.kind === "object") {
    const fields = type.fields.map((field, k) => `${quoteName(field.name)} := ${fieldSql(cell, field, physical.fields[k], byFieldId, depth)}`);
    return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
  }
  const each = `each_${depth}`;
  if (type.kind === "array" && physical.kind === "array") {
    if (isOpened(type, element)) return `list_transform(${sql}, lambda ${each}: ${closed({ sql: each, type: type.element, physical: physical.element, element: element?.children[0] }, byFieldId, depth + 1)})`;
    return `list_transform(${sql}, lambda ${each}: ${renamed({ sql: each, type: type.element, physical: physical.element, element: listElement(element) }, byFieldId, depth + 1)})`;
  }
  if (type.kind !== "map" || physical.kind !== "map") return sql;
  const [key, value] = element?.children[0]?.children ?? [];
  const parts = [
    `k := ${renamed({ sql: `${each}['key']`, type: type.key, physical: physical.key, element: key }, byFieldId, depth + 1)}`,
    `v := ${renamed({ sql: `${each}['value']`, type: type.value, physical: physical.value, element: value }, byFieldId, depth + 1)}`,
  ];
  return `map_from_entries(list_transform(map_entries(${sql}), lambda ${each}: struct_pack(${parts.join(", ")})))`;
}

function fieldSql({ sql, element }: Cell, field: NamedType, physical: PhysicalColumn | undefined, byFieldId: boolean, depth: number): string {
  const below = element === undefined || physical === undefined ? undefined : elementOf(physical, element.children, byFieldId);
  if (physical === undefined || (element !== undefined && below === undefined)) return `CAST(NULL AS ${duckType(field.type)})`;
  const member = `${sql}[${quoteText(below?.name ?? physical.name)}]`;
  return renamed({ sql: member, type: field.type, physical: physical.type, element: below }, byFieldId, depth);
}

/**
 * Whether the elements of a list are records of one field which the engine takes for that field: older writers have no group around an element
 * (Parquet format: Lists, Backward-compatibility rules).
 */
function isOpened(type: ColumnType, list: FileElement | undefined): boolean {
  const repeated = list?.children[0];
  return type.kind === "array" && type.element.kind === "object" && repeated?.children.length === 1 && listElement(list) === repeated;
}

function hasOpened(type: ColumnType, element: FileElement | undefined): boolean {
  if (element === undefined) return false;
  if (type.kind === "array") return isOpened(type, element) || hasOpened(type.element, listElement(element));
  if (type.kind === "map") return hasOpened(type.key, element.children[0]?.children[0]) || hasOpened(type.value, element.children[0]?.children[1]);
  return type.kind === "object" && type.fields.some((field) => hasOpened(field.type, element.children.find(({ name }) => name === field.name)));
}

/** The record around a value that is the only field a file has of it. */
function closed({ sql, type, physical, element }: Cell, byFieldId: boolean, depth: number): string {
  if (type.kind !== "object" || physical.kind !== "object" || element === undefined) return sql;
  const fields = type.fields.map((field, k) => {
    const own = physical.fields[k];
    const below = own === undefined ? undefined : elementOf(own, element.children, byFieldId);
    const value = own === undefined || below === undefined ? `CAST(NULL AS ${duckType(field.type)})` : renamed({ sql, type: field.type, physical: own.type, element: below }, byFieldId, depth);
    return `${quoteName(field.name)} := ${value}`;
  });
  return `struct_pack(${fields.join(", ")})`;
}

/** Below a list stands a repeated group with the element in it; older writers left the group out (Parquet format: Lists). */
function listElement(list: FileElement | undefined): FileElement | undefined {
  const repeated = list?.children[0];
  if (repeated === undefined || repeated.children.length !== 1 || repeated.name === "array" || repeated.name === `${list?.name}_tuple`) return repeated;
  return repeated.children[0];
}
