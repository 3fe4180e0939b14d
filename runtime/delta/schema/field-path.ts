/**
 * Where a field stands in a schema: names from a column on down, `element` for what is in an array, `key` and `value` for what is in a map (protocol,
 * "Schema Serialization Format"). Names are found in any case, as Delta tells them apart.
 */
import { suggest } from "../../../compiler/ir/nearest.ts";
import { Failure } from "../../values/failure.ts";
import type { DeltaField, DeltaType } from "./schema-shape.ts";

export type FieldPath = readonly string[];

/** What stands at a path, under the names that the schema has. */
export interface Found {
  readonly path: FieldPath;
  /** The field itself, or the nearest one above a type within an array or a map. */
  readonly field: DeltaField;
  /** The steps from that field down: none where it is the field itself. */
  readonly below: FieldPath;
  readonly type: DeltaType;
}

/** The names of a path such as `trips.note` or `tags.element.x`; one with a dot or a blank stands in backticks. PARAMETER_INVALID. */
export function parsePath(text: string): FieldPath {
  const name = "(?:`(?:[^`]|``)+`|[^`.\\s]+)";
  if (!new RegExp(`^${name}(?:\\.${name})*$`).test(text)) {
    throw new Failure("PARAMETER_INVALID", `"${text}" names no column.`, { hint: "Write it as `column` or `column.field`; a name with a dot or a blank stands in backticks.", place: { value: text } });
  }
  return [...text.matchAll(new RegExp(name, "g"))].map(([part]) => (part.startsWith("`") ? part.slice(1, -1).replaceAll("``", "`") : part));
}

/** The path as Spark's commits have it: a name with a dot stands in backticks. */
export function pathText(path: FieldPath): string {
  return path.map((name) => (/[.`]/.test(name) ? quoted(name) : name)).join(".");
}

/** The same in a list of paths, where blanks and commas mean something too. */
export function listedPath(path: FieldPath): string {
  return path.map((name) => (/[.,`\s]/.test(name) ? quoted(name) : name)).join(".");
}

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** Whether two paths have something to do with each other: one leads to the other. */
export function isOnPath(left: FieldPath, right: FieldPath): boolean {
  return left.slice(0, right.length).every((name, k) => name.toLowerCase() === right[k]?.toLowerCase());
}

/** What stands there; PARAMETER_INVALID where nothing does. */
export function findAt(fields: readonly DeltaField[], path: FieldPath, where: string): Found {
  const [head = "", ...rest] = path;
  const field = namedField(fields, head) ?? absent(fields, path, path, where);
  let found: Found = { path: [field.name], field, below: [], type: field.type };
  for (const name of rest) found = stepInto(found, name) ?? absent(structFields(found.type), path, [...found.path, name], where);
  return found;
}

/** The field of that name among siblings, in any case. */
export function namedField(fields: readonly DeltaField[], name: string): DeltaField | undefined {
  return fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
}

function stepInto({ path, field, below, type }: Found, name: string): Found | undefined {
  if (typeof type === "string" || type.type === "variant") return undefined;
  if (type.type === "struct") {
    const inner = namedField(type.fields, name);
    return inner && { path: [...path, inner.name], field: inner, below: [], type: inner.type };
  }
  const step = name.toLowerCase();
  const inner = type.type === "array" ? { element: type.elementType }[step] : { key: type.keyType, value: type.valueType }[step];
  return inner === undefined ? undefined : { path: [...path, step], field, below: [...below, step], type: inner };
}

function structFields(type: DeltaType): readonly DeltaField[] {
  return typeof type === "object" && type.type === "struct" ? type.fields : [];
}

function absent(siblings: readonly DeltaField[], asked: FieldPath, at: FieldPath, where: string): never {
  throw new Failure("PARAMETER_INVALID", `${where} has no column ${pathText(asked)}.`, { hint: suggest(at.at(-1) ?? "", siblings.map(({ name }) => name)), place: { value: pathText(asked) } });
}

/** The fields with those of the struct at a path (the table's own for no path) changed. The path is spelled as the schema has it. */
export function changeFields(fields: readonly DeltaField[], path: FieldPath, change: (siblings: readonly DeltaField[]) => readonly DeltaField[]): readonly DeltaField[] {
  if (path.length === 0) return change(fields);
  return changeType(fields, path, (type) => (typeof type === "object" && type.type === "struct" ? { ...type, fields: change(type.fields) } : type));
}

/** The fields with one of them changed. */
export function changeField(fields: readonly DeltaField[], path: FieldPath, change: (field: DeltaField) => DeltaField): readonly DeltaField[] {
  return changeFields(fields, path.slice(0, -1), (siblings) => siblings.map((field) => (field.name === path.at(-1) ? change(field) : field)));
}

/** The fields with the type at a path changed. */
export function changeType(fields: readonly DeltaField[], [head, ...rest]: FieldPath, change: (type: DeltaType) => DeltaType): readonly DeltaField[] {
  return fields.map((field) => (field.name === head ? { ...field, type: typeWithin(field.type, rest, change) } : field));
}

function typeWithin(type: DeltaType, path: FieldPath, change: (type: DeltaType) => DeltaType): DeltaType {
  const [step, ...rest] = path;
  if (step === undefined) return change(type);
  if (typeof type === "string" || type.type === "variant") return type;
  if (type.type === "struct") return { ...type, fields: changeType(type.fields, path, change) };
  if (type.type === "array") return { ...type, elementType: typeWithin(type.elementType, rest, change) };
  return step === "key" ? { ...type, keyType: typeWithin(type.keyType, rest, change) } : { ...type, valueType: typeWithin(type.valueType, rest, change) };
}
