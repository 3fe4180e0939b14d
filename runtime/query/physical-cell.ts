/**
 * A column out of a Parquet file as SQL, under the names queries know: files of a table that maps its columns have others, at every depth, and
 * are asked by physical name or by field id (Delta protocol: Reader Requirements for Column Mapping). What a file lacks is null.
 */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import { Failure } from "../values/failure.ts";
import { duckType } from "./duckdb-types.ts";
import { ambiguous, elementOf, listElement, mapElements, sameName } from "./file-elements.ts";
import type { FileElement } from "./file-shapes.ts";
import { leafSql } from "./leaf-value.ts";

/** Where a column is read from. */
export interface FileColumns { readonly url: string; readonly elements: readonly FileElement[]; readonly byFieldId: boolean }

/** The value of `column` in a file. A cast to the type it has already costs nothing. FILE_INVALID when the file holds something else under its name. */
export function cellSql(column: NamedType, physical: PhysicalColumn, { url, elements, byFieldId }: FileColumns): string {
  const place = { url, path: column.name, byFieldId };
  const element = found(physical, elements, place);
  if (element === undefined) return nullOf(column.type);
  return `CAST(${valueSql({ sql: quoteName(element.name), type: column.type, physical: physical.type, element }, place, 0)} AS ${duckType(column.type)})`;
}

/** A value as `type` names its fields, made into what `physical` names them; for writing. */
export function physicalSql(sql: string, type: ColumnType, physical: ColumnType): string {
  return valueSql({ sql, type: physical, physical: type, element: undefined }, { url: "", path: "", byFieldId: false }, 0);
}

/** A value to be made of what `physical` names into what `type` names; `element` is what the file has of it, undefined where the value is as `physical` says. */
interface Cell<Type extends ColumnType = ColumnType> { readonly sql: string; readonly type: Type; readonly physical: Type; readonly element: FileElement | undefined }

/** Which value of which file is looked at. */
interface Place { readonly url: string; readonly path: string; readonly byFieldId: boolean }

function nullOf(type: ColumnType): string {
  return `CAST(NULL AS ${duckType(type)})`;
}

function found(physical: PhysicalColumn, elements: readonly FileElement[], { url, path, byFieldId }: Place): FileElement | undefined {
  const element = elementOf(physical, elements, byFieldId);
  if (element !== ambiguous) return element;
  throw new Failure("FILE_INVALID", `${url} has more than one column "${path}", in other letter case.`, { hint: "A Delta table tells its columns apart without regard to case: write the file again with one of them.", place: { file: url, value: path } });
}

/** The same SQL where the engine's cast does all that is to be done. */
function valueSql(cell: Cell, place: Place, depth: number): string {
  const { sql, type, physical, element } = cell;
  if (element?.type === '"NULL"') return sql;
  if (type.kind === "object" && physical.kind === "object") return objectSql({ sql, type, physical, element }, place, depth);
  if (type.kind === "array" && physical.kind === "array") return arraySql({ sql, type, physical, element }, place, depth);
  if (type.kind === "map" && physical.kind === "map") return mapSql({ sql, type, physical, element }, place, depth);
  if (element === undefined) return sql;
  const value = element.repeated || element.children.length > 0 ? undefined : leafSql(sql, element.type, type);
  return value ?? misfit(type, element, place);
}

function objectSql({ sql, type, physical, element }: Cell<Extract<ColumnType, { kind: "object" }>>, place: Place, depth: number): string {
  if (element !== undefined && (element.repeated || element.children.length === 0)) return misfit(type, element, place);
  const fields = type.fields.map((field, k) => fieldOf({ sql, field, physical: physical.fields[k], element }, { ...place, path: `${place.path}.${field.name}` }, depth));
  const some = fields.some(({ there }) => there);
  if (!some && element?.children.some(({ repeated }) => repeated) === true) return misfit(type, element, place);
  if (some && fields.every(({ plain }) => plain)) return sql;
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.map(({ name, value }) => `${quoteName(name)} := ${value}`).join(", ")}) END`;
}

interface WantedField { readonly sql: string; readonly field: NamedType; readonly physical: PhysicalColumn | undefined; readonly element: FileElement | undefined }
/** `plain`: the engine finds the same by the field's name. */
interface FoundField { readonly name: string; readonly value: string; readonly plain: boolean; readonly there: boolean }

function fieldOf({ sql, field, physical, element }: WantedField, place: Place, depth: number): FoundField {
  const { name, type } = field;
  const below = element === undefined || physical === undefined ? undefined : found(physical, element.children, place);
  if (physical === undefined || (element !== undefined && below === undefined)) {
    return { name, value: nullOf(type), plain: element?.children.some((other) => sameName(other.name, name)) !== true, there: false };
  }
  const stored = below?.name ?? physical.name;
  const member = `${sql}[${quoteText(stored)}]`;
  const value = valueSql({ sql: member, type, physical: physical.type, element: below }, place, depth);
  return { name, value, plain: value === member && (element === undefined ? stored === name : sameName(stored, name)), there: true };
}

function arraySql({ sql, type, physical, element }: Cell<Extract<ColumnType, { kind: "array" }>>, place: Place, depth: number): string {
  const each = `each_${depth}`;
  const list = element === undefined ? undefined : listElement(element, type.element);
  if (element !== undefined && list === undefined) return misfit(type, element, place);
  const cell: Cell = { sql: each, type: type.element, physical: physical.element, element: list?.element };
  const value = list?.opened === true ? closed(cell, place, depth + 1) : valueSql(cell, place, depth + 1);
  return value === each ? sql : `list_transform(${sql}, lambda ${each}: ${value})`;
}

function mapSql({ sql, type, physical, element }: Cell<Extract<ColumnType, { kind: "map" }>>, place: Place, depth: number): string {
  const each = `each_${depth}`;
  const entries = element === undefined ? undefined : mapElements(element);
  if (element !== undefined && entries === undefined) return misfit(type, element, place);
  const [key, value] = [`${each}['key']`, `${each}['value']`];
  const parts = [
    valueSql({ sql: key, type: type.key, physical: physical.key, element: entries?.[0] }, place, depth + 1),
    valueSql({ sql: value, type: type.value, physical: physical.value, element: entries?.[1] }, place, depth + 1),
  ];
  if (parts[0] === key && parts[1] === value) return sql;
  return `map_from_entries(list_transform(map_entries(${sql}), lambda ${each}: struct_pack(k := ${parts[0]}, v := ${parts[1]})))`;
}

/** The record around a value that is the only field a file has of it. */
function closed({ sql, type, physical, element }: Cell, place: Place, depth: number): string {
  if (type.kind !== "object" || physical.kind !== "object" || element === undefined) return sql;
  const fields = type.fields.map((field, k) => {
    const own = physical.fields[k];
    const below = own === undefined ? undefined : found(own, element.children, place);
    const value = own === undefined || below === undefined ? nullOf(field.type) : valueSql({ sql, type: field.type, physical: own.type, element: below }, place, depth);
    return `${quoteName(field.name)} := ${value}`;
  });
  return `struct_pack(${fields.join(", ")})`;
}

function misfit(type: ColumnType, element: FileElement, { url, path }: Place): never {
  const held = element.repeated || element.children.length > 0 ? "a group" : element.type;
  throw new Failure("FILE_INVALID", `${url} holds "${path}" as ${held}, which is no ${typeName(type)}, as the table says it is.`, { hint: "Nothing is rounded or guessed: write the file again in the table's types.", place: { file: url, value: path } });
}
