/**
 * Column types as Delta's (protocol, "Schema Serialization Format") and back. A uuid and an enum are Delta strings; what they are
 * stands in the metadata of the nearest field.
 */
import { matchKind } from "../../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType, NamedType, PlainKind } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import { parseJson, printJson } from "../../values/json-text.ts";
import { misshape } from "./schema-shape.ts";
import type { DeltaField, DeltaType } from "./schema-shape.ts";
import { decimalOf, requireKnownChanges } from "./type-changes.ts";

const typeKey = "neuralake.type";
const enumKey = "neuralake.enum";

/** Whether `deltaField` decides about this key of a field's metadata. */
export function isOwnKey(key: string): boolean {
  return key === "comment" || key.startsWith(typeKey) || key.startsWith(enumKey);
}

const deltaTypes: ByKind<DeltaType> = {
  int8: () => "byte",
  int16: () => "short",
  int32: () => "integer",
  int64: () => "long",
  float32: () => "float",
  float64: () => "double",
  decimal: (type) => `decimal(${type.precision},${type.scale})`,
  text: () => "string",
  enum: () => "string",
  uuid: () => "string",
  bool: () => "boolean",
  bytes: () => "binary",
  day: () => "date",
  timestamp: () => "timestamp",
  local_timestamp: () => "timestamp_ntz",
  array: (type) => ({ type: "array", elementType: deltaType(type.element), containsNull: type.elementNullable }),
  map: (type) => ({ type: "map", keyType: deltaType(type.key), valueType: deltaType(type.value), valueContainsNull: type.valueNullable }),
  object: (type) => ({ type: "struct", fields: type.fields.map(deltaField) }),
};

/** The Delta type of a column type. */
export function deltaType(type: ColumnType): DeltaType {
  return matchKind(deltaTypes, type);
}

/** The Delta field of a column; its words become the field's comment. */
export function deltaField(column: NamedType): DeltaField {
  const comment = column.doc === undefined || column.doc === "" ? {} : { comment: column.doc };
  return { name: column.name, type: deltaType(column.type), nullable: column.nullable, metadata: { ...comment, ...kindMetadata(column.type) } };
}

/**
 * What Delta's strings below a field are, by their path from it: "neuralake.type", "neuralake.enum.element", "neuralake.type.key.element".
 * An object's fields have metadata of their own.
 */
function kindMetadata(type: ColumnType, path = ""): { readonly [name: string]: unknown } {
  if (type.kind === "uuid") return { [typeKey + path]: "uuid" };
  if (type.kind === "enum") return { [enumKey + path]: type.values };
  if (type.kind === "array") return kindMetadata(type.element, `${path}.element`);
  return type.kind === "map" ? { ...kindMetadata(type.key, `${path}.key`), ...kindMetadata(type.value, `${path}.value`) } : {};
}

/** The schema of columns as the text that Delta's metaData keeps. */
export function schemaText(columns: readonly NamedType[]): string {
  return JSON.stringify({ type: "struct", fields: columns.map(deltaField) });
}

/** The text of a schema of these fields, with every digit of what is noted on them. */
export function fieldsText(fields: readonly DeltaField[]): string {
  return printJson({ type: "struct", fields });
}

/** Whether a timestamp without zone is anywhere in the type, which needs a table feature. */
export function hasLocalTimestamp(type: ColumnType): boolean {
  if (type.kind === "local_timestamp") return true;
  if (type.kind === "array") return hasLocalTimestamp(type.element);
  if (type.kind === "map") return hasLocalTimestamp(type.key) || hasLocalTimestamp(type.value);
  return type.kind === "object" && type.fields.some((field) => hasLocalTimestamp(field.type));
}

/** The columns of a schema. A type this version does not read is DELTA_UNSUPPORTED_FEATURE and named; a text that is no schema is DELTA_LOG_BROKEN. */
export function columnsOf(schemaString: string): NamedType[] {
  return schemaFields(schemaString).map((field) => namedType(field, field.name));
}

/** The fields of a schema as its JSON has them; DELTA_LOG_BROKEN for a text that is no schema. */
export function schemaFields(schemaString: string): readonly DeltaField[] {
  let cause: unknown;
  let wrong = "it is no JSON";
  try {
    // Numbers that count (protocol, "Identity Columns") have more digits than a double.
    const schema = parseJson(schemaString) as { readonly fields?: readonly DeltaField[] } | null;
    const found = misshape(schema?.fields);
    if (found === undefined && schema?.fields !== undefined) return schema.fields;
    wrong = found ?? wrong;
  } catch (error) {
    cause = error;
  }
  throw new Failure("DELTA_LOG_BROKEN", `The log's metaData has a schema that cannot be read: ${wrong}: ${schemaString.slice(0, 100)}`, { cause });
}

function namedType(field: DeltaField, path: string): NamedType {
  const { name, nullable } = field;
  const { comment } = field.metadata ?? {};
  requireKnownChanges(field.metadata, path);
  const type = columnType(field.type, { field, path, below: "" });
  return { name, type, nullable, ...(typeof comment === "string" ? { doc: comment } : {}) };
}

/** A variant as files hold it (protocol, "Variant Data Type"): its two parts, each in the encoding of the Parquet format. */
const variantColumn: ColumnType = { kind: "object", fields: [{ name: "metadata", type: { kind: "bytes" }, nullable: true }, { name: "value", type: { kind: "bytes" }, nullable: true }] };

/** Where a type stands: at `path` of the table, `below` its field. */
interface Slot { readonly field: DeltaField; readonly path: string; readonly below: string }

const plainKinds: { readonly [name: string]: PlainKind } = {
  byte: "int8", short: "int16", integer: "int32", long: "int64", float: "float32", double: "float64", boolean: "bool",
  binary: "bytes", date: "day", timestamp: "timestamp", timestamp_ntz: "local_timestamp",
};

function columnType(type: DeltaType, slot: Slot): ColumnType {
  const at = (step: string): Slot => ({ ...slot, path: slot.path + step, below: slot.below + step });
  if (typeof type === "string") {
    const kind = Object.hasOwn(plainKinds, type) ? plainKinds[type] : undefined;
    if (kind !== undefined) return { kind };
    if (type === "string") return textType(slot);
    // Always null and in no file: what it would be does not matter.
    if (type === "void" || type === "null") return { kind: "text" };
    if (type === "variant") return variantColumn;
    const decimal = decimalOf(type);
    if (decimal !== undefined) return { kind: "decimal", ...decimal };
  } else if (type.type === "struct" && type.fields.length > 0) {
    return { kind: "object", fields: type.fields.map((field) => namedType(field, `${slot.path}.${field.name}`)) };
  } else if (type.type === "array") {
    return { kind: "array", element: columnType(type.elementType, at(".element")), elementNullable: type.containsNull };
  } else if (type.type === "map") {
    return { kind: "map", key: columnType(type.keyType, at(".key")), value: columnType(type.valueType, at(".value")), valueNullable: type.valueContainsNull };
  } else if (type.type === "variant") return variantColumn;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `Column "${slot.path}" has the Delta type ${JSON.stringify(type)}, which this version does not read.`);
}

function textType({ field, below }: Slot): ColumnType {
  const metadata = field.metadata ?? {};
  if (metadata[typeKey + below] === "uuid") return { kind: "uuid" };
  const values = metadata[enumKey + below];
  return Array.isArray(values) ? { kind: "enum", values: values.map(String) } : { kind: "text" };
}
