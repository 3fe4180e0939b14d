/**
 * Elements of a file's schema, found for what a table wants of them: columns and fields by field id or by name, the elements of lists and maps by
 * the rules for newer and older files (Parquet format: Lists, Maps, Backward-compatibility rules).
 */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import type { FileElement } from "./file-shapes.ts";

/** More than one element may be meant, which are told apart by letter case alone. */
export const ambiguous = Symbol("ambiguous");

/** The element of a column; by name in any letter case, of which a table has each name once. */
export function elementOf(physical: PhysicalColumn, elements: readonly FileElement[], byFieldId: boolean): FileElement | undefined | typeof ambiguous {
  if (byFieldId) return elements.find(({ fieldId }) => fieldId === physical.fieldId);
  const [element, other] = elements.filter(({ name }) => sameName(name, physical.name));
  return other === undefined ? element : ambiguous;
}

/** Whether the engine takes two names for one. */
export function sameName(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase();
}

/** What a list holds; `opened`: its elements are records of one field, which the engine takes for that field. */
export interface ListElement { readonly element: FileElement; readonly opened: boolean }

/** Below a list stands a repeated group with the element in it; older writers left out the group, or the list. Undefined for what is no list. */
export function listElement(list: FileElement, wanted: ColumnType): ListElement | undefined {
  if (list.repeated) return { element: { ...list, repeated: false }, opened: false };
  const [repeated, other] = list.children;
  if (repeated?.repeated !== true || other !== undefined) return undefined;
  const [child] = repeated.children;
  if (child === undefined || repeated.children.length > 1) return { element: { ...repeated, repeated: false }, opened: false };
  const named = repeated.name === "array" || repeated.name === `${list.name}_tuple`;
  const isElement = child.repeated || (wanted.kind === "object" && (named || child.children.length === 0));
  return isElement ? { element: { ...repeated, repeated: false }, opened: wanted.kind === "object" } : { element: child, opened: false };
}

/** Keys and values of a map; undefined for what is none. */
export function mapElements({ repeated, children: [entries, other] }: FileElement): readonly [key: FileElement, value: FileElement] | undefined {
  const [key, value, third] = entries?.children ?? [];
  return repeated || other !== undefined || entries?.repeated !== true || key === undefined || value === undefined || third !== undefined ? undefined : [key, value];
}
