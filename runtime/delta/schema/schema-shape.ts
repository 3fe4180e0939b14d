/** The JSON of a schema (protocol, "Schema Serialization Format"), and whether a value has that shape: what it lacks would be misread later. */

/** A type in the schema's JSON: a name, or an object for nested ones. */
export type DeltaType = string
  | { readonly type: "struct"; readonly fields: readonly DeltaField[] }
  | { readonly type: "array"; readonly elementType: DeltaType; readonly containsNull: boolean }
  | { readonly type: "map"; readonly keyType: DeltaType; readonly valueType: DeltaType; readonly valueContainsNull: boolean }
  | { readonly type: "variant" };

export interface DeltaField { readonly name: string; readonly type: DeltaType; readonly nullable: boolean; readonly metadata: { readonly [name: string]: unknown } }

/** What is wrong with the fields of a schema; undefined when nothing is. */
export function misshape(fields: unknown, path = ""): string | undefined {
  if (!Array.isArray(fields)) return `${path === "" ? "it" : `"${path}"`} has no list of fields`;
  return first(fields, (field: unknown, k) => fieldMisshape(field, path, k));
}

function fieldMisshape(field: unknown, above: string, k: number): string | undefined {
  const { name, type, nullable, metadata } = (typeof field === "object" && field !== null ? field : {}) as Partial<DeltaField>;
  if (typeof name !== "string") return `${above === "" ? "" : `in "${above}" `}field ${k + 1} has no name`;
  const path = above === "" ? name : `${above}.${name}`;
  if (nullable !== undefined && typeof nullable !== "boolean") return `"${path}" does not say whether it may be null`;
  if (metadata !== undefined && (typeof metadata !== "object" || Array.isArray(metadata))) return `"${path}" has metadata that is no object`;
  return typeMisshape(type, path);
}

function typeMisshape(type: unknown, path: string): string | undefined {
  if (typeof type === "string") return undefined;
  if (typeof type !== "object" || type === null) return `"${path}" has no type`;
  const nested = type as Exclude<DeltaType, string>;
  if (nested.type === "struct") return misshape(nested.fields, path);
  if (nested.type === "array") return typeMisshape(nested.elementType, `${path}.element`);
  if (nested.type === "map") return typeMisshape(nested.keyType, `${path}.key`) ?? typeMisshape(nested.valueType, `${path}.value`);
  return undefined;
}

function first<T>(items: readonly T[], find: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
