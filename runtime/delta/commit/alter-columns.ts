/** Columns and fields added, renamed and dropped (protocol, "Column Mapping"): no data file is touched, since each column has a name in files that never changes. */
import assert from "node:assert/strict";
import { Failure } from "../../values/failure.ts";
import type { Metadata } from "../actions/actions.ts";
import { isOn } from "../features/property.ts";
import { requireUnneeded } from "../rules/needs.ts";
import { mapField, mappingMode, maxColumnIdKey, newPhysicalName } from "../schema/column-mapping.ts";
import { changeField, changeFields, findAt, isOnPath, namedField, parsePath, pathText } from "../schema/field-path.ts";
import type { FieldPath, Found } from "../schema/field-path.ts";
import type { DeltaField, DeltaType } from "../schema/schema-shape.ts";
import { parseColumnWords } from "../schema/type-words.ts";
import { columnsOf, fieldsText, schemaFields } from "../schema/types.ts";
import { withoutStatisticsOf, withStatisticsRenamed } from "../statistics/indexed-columns.ts";
import type { Alteration, Draft } from "./alteration.ts";
import { columnFact, withFields, withNeeds } from "./alter-draft.ts";
import { requireDroppable } from "./evolvable.ts";
import { lastId } from "./evolve.ts";

type Of<K extends Alteration["kind"]> = Extract<Alteration, { readonly kind: K }>;

/** PARAMETER_INVALID for a name that is taken, and for a place where no field can be. */
export function addColumn(draft: Draft, { column, type, comment }: Of<"add">, where: string): Draft {
  const path = parsePath(column);
  const fields = schemaFields(draft.metadata.schemaString);
  const parent = path.length === 1 ? undefined : findAt(fields, path.slice(0, -1), where);
  const siblings = parent === undefined ? fields : structAt(parent, where);
  const words = parseColumnWords(type);
  const name = path.at(-1) ?? "";
  if (!words.nullable) throw new Failure("PARAMETER_INVALID", `${where}: the new column ${column} has no value in the rows that are there, and cannot be NOT NULL.`, { hint: "Add it, give it values, and make it NOT NULL then (--not-null).", place: { value: column } });
  const doc = comment ?? words.comment;
  const field: DeltaField = { name, type: words.type, nullable: true, metadata: doc === undefined || doc === "" ? {} : { comment: doc } };
  const names = { mapped: isMapped(draft), above: parent?.path ?? [] };
  requireNewName(draft.metadata, siblings, name, names, where);
  requireNamesWithin(draft.metadata, field.type, { ...names, above: [...names.above, name] }, where);
  const ids = { last: lastId(draft.metadata, fields) };
  const added = names.mapped ? mapField(field, ids, newPhysicalName) : field;
  const configuration = names.mapped ? { ...draft.metadata.configuration, [maxColumnIdKey]: String(ids.last) } : draft.metadata.configuration;
  const next = withFields({ ...draft, metadata: { ...draft.metadata, configuration } }, changeFields(fields, names.above, (before) => [...before, added]));
  return withNeeds(next, featuresOfType(field.type), { operation: "ADD COLUMNS", parameters: { columns: [{ column: columnFact([...names.above, name], field) }] } });
}

/** Files, statistics, partitions and clustering go by the name that a column has for good. DELTA_UNSUPPORTED_FEATURE where a rule speaks of it. */
export function renameColumn(draft: Draft, { column, to }: Of<"rename">, where: string): Draft {
  const fields = schemaFields(draft.metadata.schemaString);
  const { path } = fieldAt(fields, column, where);
  // A name with a blank needs no backticks here.
  const [name, ...more] = /[.`]/.test(to) ? parsePath(to) : [to.trim()];
  if (name === undefined || name === "" || more.length > 0) throw new Failure("PARAMETER_INVALID", `"${to}" is no new name for ${column}: a field stays where it is.`, { hint: "Give the new name alone; one with a dot stands in backticks.", place: { value: to } });
  const old = path.at(-1) ?? "";
  if (name === old) return draft;
  assert(isMapped(draft), "columns are mapped before one is renamed");
  const above = path.slice(0, -1);
  const siblings = (above.length === 0 ? fields : structAt(findAt(fields, above, where), where)).filter((field) => field.name !== old);
  requireNewName(draft.metadata, siblings, name, { mapped: true, above }, where);
  requireUnneeded(ruled(draft), path, "renamed", where);
  const { metadata } = draft;
  const partitionColumns = above.length > 0 ? metadata.partitionColumns : metadata.partitionColumns.map((partition) => (partition === old ? name : partition));
  const configuration = withStatisticsRenamed(metadata.configuration, path, name);
  const demands = draft.demands.map((demand) => (demand.kind === "notNull" && demand.path.length >= path.length && isOnPath(demand.path, path) ? { ...demand, path: demand.path.with(path.length - 1, name) } : demand));
  const next = withFields({ ...draft, demands, metadata: { ...metadata, partitionColumns, configuration } }, changeField(fields, path, (field) => ({ ...field, name })));
  return withNeeds(next, [], { operation: "RENAME COLUMN", parameters: { oldColumnPath: pathText(path), newColumnPath: pathText([...above, name]) } });
}

/** What files have of it stays in them, and is read no more. DELTA_UNSUPPORTED_FEATURE where partitions, the clustering or a rule need it. */
export function dropColumn(draft: Draft, { column }: Of<"drop">, where: string): Draft {
  const fields = schemaFields(draft.metadata.schemaString);
  const { path } = fieldAt(fields, column, where);
  assert(isMapped(draft), "columns are mapped before one is dropped");
  const { metadata } = draft;
  const above = path.slice(0, -1);
  const refuse = (why: string, hint: string): Failure => new Failure("PARAMETER_INVALID", `${where}: the column ${pathText(path)} cannot be dropped: ${why}.`, { hint, place: { value: pathText(path) } });
  if (above.length === 0 && metadata.partitionColumns.includes(path[0] ?? "")) throw refuse("it partitions the table", "It may be renamed.");
  requireDroppable({ ...ruled(draft), domains: draft.domains }, path, where);
  const left = (above.length === 0 ? fields : structAt(findAt(fields, above, where), where)).filter(({ name }) => name !== path.at(-1));
  if (left.length === 0) throw refuse("it is the only one there", above.length === 0 ? "A table has one column at least." : `Drop ${pathText(above)} as a whole.`);
  if (above.length === 0 && left.every(({ name }) => metadata.partitionColumns.includes(name))) throw refuse("all others partition the table, and files would be empty", "Add another column first.");
  const demands = draft.demands.filter((demand) => demand.kind !== "notNull" || demand.path.length < path.length || !isOnPath(demand.path, path));
  const next = withFields({ ...draft, demands, metadata: { ...metadata, configuration: withoutStatisticsOf(metadata.configuration, path) } }, changeFields(fields, above, () => left));
  return withNeeds(next, [], { operation: "DROP COLUMNS", parameters: { columns: [pathText(path)] } });
}

/** A field, and no type within an array or a map, which has no name. PARAMETER_INVALID. */
export function fieldAt(fields: readonly DeltaField[], column: string, where: string): Found {
  const found = findAt(fields, parsePath(column), where);
  if (found.below.length === 0) return found;
  throw new Failure("PARAMETER_INVALID", `${where}: ${column} is what ${pathText(found.path.slice(0, -found.below.length))} is made of, and no column of its own.`, { hint: "Name the column, or a field of an object.", place: { value: column } });
}

/** The table as its rules speak of it. */
export function ruled({ metadata }: Draft): { readonly metadata: Metadata; readonly columns: ReturnType<typeof columnsOf> } {
  return { metadata, columns: columnsOf(metadata.schemaString) };
}

function isMapped({ protocol, metadata }: Draft): boolean {
  return mappingMode(protocol, metadata) !== "none";
}

function structAt({ path, type }: Found, where: string): readonly DeltaField[] {
  if (typeof type === "object" && type.type === "struct") return type.fields;
  const hint = typeof type === "object" && type.type === "array" ? `What is in it is ${pathText(path)}.element.` : typeof type === "object" && type.type === "map" ? `What is in it is ${pathText(path)}.key and ${pathText(path)}.value.` : "Only objects have fields.";
  throw new Failure("PARAMETER_INVALID", `${where}: ${pathText(path)} is no object, and has no fields.`, { hint, place: { value: pathText(path) } });
}

interface Naming { readonly mapped: boolean; readonly above: FieldPath }

/** Columns of the feed of changes beside the table's own. */
export const feedColumns: readonly string[] = ["_change_type", "_commit_version", "_commit_timestamp"];

function requireNewName(metadata: Metadata, siblings: readonly DeltaField[], name: string, { mapped, above }: Naming, where: string): void {
  const path = pathText([...above, name]);
  const refuse = (why: string, hint: string): Failure => new Failure("PARAMETER_INVALID", `${where}: no column can be called ${path}: ${why}.`, { hint, place: { value: path } });
  const taken = namedField(siblings, name);
  if (taken !== undefined) throw refuse(taken.name === name ? "there is one already" : `there is ${pathText([...above, taken.name])}, which differs in case alone`, "Choose another name.");
  if (!mapped && /[ ,;{}()\n\t=]/.test(name)) throw refuse("it has a blank or one of ,;{}()=, which the names in its files cannot have", "Let the table map its columns first: --set delta.columnMapping.mode=name.");
  const isReserved = isOn({ configuration: metadata.configuration }, "delta.enableChangeDataFeed") && feedColumns.includes(name.toLowerCase());
  if (above.length === 0 && isReserved) throw refuse("the feed of its changes has a column of that name", "Choose another name.");
}

function requireNamesWithin(metadata: Metadata, type: DeltaType, naming: Naming, where: string): void {
  if (typeof type === "string" || type.type === "variant") return;
  const deeper = (inner: DeltaType, step: string): void => requireNamesWithin(metadata, inner, { ...naming, above: [...naming.above, step] }, where);
  if (type.type === "array") return deeper(type.elementType, "element");
  if (type.type === "map") {
    deeper(type.keyType, "key");
    return deeper(type.valueType, "value");
  }
  for (const [k, field] of type.fields.entries()) {
    requireNewName(metadata, type.fields.slice(0, k), field.name, naming, where);
    deeper(field.type, field.name);
  }
}

/** Features that a type asks for. */
export function featuresOfType(type: DeltaType): readonly string[] {
  const text = fieldsText([{ name: "", type, nullable: true, metadata: {} }]);
  return [...(text.includes('"timestamp_ntz"') ? ["timestampNtz"] : []), ...(text.includes('"nullable":false') ? ["invariants"] : [])];
}
