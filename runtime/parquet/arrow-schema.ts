/**
 * Columns as an Arrow schema and back. A uuid and an enum are text in Arrow; what they are stands in the field's metadata under
 * `neuralake.type`, as the JSON of the column type.
 */
import type { DataType, Decimal, Field, Float, Int, Schema, Timestamp } from "apache-arrow";
import { arrow } from "./arrow.ts";
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType, NamedType, PlainKind } from "../../compiler/ir/column-type.ts";
import { Failure } from "../values/failure.ts";
import type { PhysicalColumn } from "./physical-column.ts";

const typeKey = "neuralake.type";
/** Parquet-wasm makes the field id of it. */
const fieldIdKey = "PARQUET:field_id";

const arrowTypes: ByKind<DataType> = {
  int8: () => new (arrow().Int8)(),
  int16: () => new (arrow().Int16)(),
  int32: () => new (arrow().Int32)(),
  int64: () => new (arrow().Int64)(),
  float32: () => new (arrow().Float32)(),
  float64: () => new (arrow().Float64)(),
  decimal: (type) => new (arrow().Decimal)(type.scale, type.precision, 128),
  text: () => new (arrow().Utf8)(),
  enum: () => new (arrow().Utf8)(),
  uuid: () => new (arrow().Utf8)(),
  bool: () => new (arrow().Bool)(),
  bytes: () => new (arrow().Binary)(),
  day: () => new (arrow().DateDay)(),
  timestamp: () => new (arrow().TimestampMicrosecond)("UTC"),
  local_timestamp: () => new (arrow().TimestampMicrosecond)(null),
  array: (type) => new (arrow().List)(arrowField({ name: "element", type: type.element, nullable: type.elementNullable })),
  map: (type) => new (arrow().Map_)(new (arrow().Field)("key_value", new (arrow().Struct)<{ key: DataType; value: DataType }>([
    arrowField({ name: "key", type: type.key, nullable: false }),
    arrowField({ name: "value", type: type.value, nullable: type.valueNullable }),
  ]), false)),
  object: (type) => new (arrow().Struct)(type.fields.map((field) => arrowField(field))),
};

/** The Arrow type of a column type. */
export function arrowType(type: ColumnType): DataType {
  return matchKind(arrowTypes, type);
}

/** The Arrow field of a column, or of a slot inside one. */
export function arrowField({ name, type, nullable, fieldId }: PhysicalColumn): Field {
  const metadata = new Map<string, string>();
  if (type.kind === "uuid" || type.kind === "enum") metadata.set(typeKey, JSON.stringify(type));
  if (fieldId !== undefined) metadata.set(fieldIdKey, String(fieldId));
  return new (arrow().Field)(name, arrowType(type), nullable, metadata);
}

/** The schema of columns, in their order. */
export function arrowSchema(columns: readonly PhysicalColumn[]): Schema {
  return new (arrow().Schema)(columns.map((column) => arrowField(column)));
}

/** The columns of a schema. Arrow types that no column can have are a Failure VALUE_INVALID that names the column. */
export function columnsOfSchema(schema: Pick<Schema, "fields">): NamedType[] {
  return schema.fields.map((field) => namedType(field, field.name));
}

function namedType(field: Field, path: string): NamedType {
  return { name: field.name, type: declaredType(field) ?? columnType(field.type, path), nullable: field.nullable };
}

/** What the metadata of a text says it is; others may write there what they like, so anything but a uuid or an enum is passed over. */
function declaredType(field: Field): ColumnType | undefined {
  const declared = arrow().DataType.isUtf8(field.type) ? field.metadata.get(typeKey) : undefined;
  if (declared === '{"kind":"uuid"}') return { kind: "uuid" };
  if (declared === undefined || !declared.startsWith('{"kind":"enum",')) return undefined;
  const { values } = JSON.parse(declared) as { readonly values?: unknown };
  return Array.isArray(values) && values.every((value) => typeof value === "string") ? { kind: "enum", values } : undefined;
}

function columnType(type: DataType, path: string): ColumnType {
  if (arrow().DataType.isList(type)) {
    const element = namedType(childAt(type, 0), `${path}[]`);
    return { kind: "array", element: element.type, elementNullable: element.nullable };
  }
  if (arrow().DataType.isMap(type)) {
    const entries = childAt(type, 0).type;
    const key = namedType(childAt(entries, 0), `${path}.key`);
    const value = namedType(childAt(entries, 1), `${path}.value`);
    return { kind: "map", key: key.type, value: value.type, valueNullable: value.nullable };
  }
  if (arrow().DataType.isStruct(type)) return { kind: "object", fields: type.children.map((field) => namedType(field, `${path}.${field.name}`)) };
  if (arrow().DataType.isDecimal(type) && isOurs(type)) return { kind: "decimal", precision: type.precision, scale: type.scale };
  const kind = plainKind(type);
  if (kind !== undefined) return { kind };
  throw new Failure("VALUE_INVALID", `Column "${path}" has the Arrow type ${String(type)}, which no column can have.`, { hint: "Cast it before it is sent.", place: { parameter: path } });
}

/** Other widths are kept in buffers of other sizes. */
function isOurs(type: Decimal): boolean {
  return type.bitWidth === 128 && type.precision <= 38 && type.scale >= 0 && type.scale <= type.precision;
}

function plainKind(type: DataType): PlainKind | undefined {
  if (arrow().DataType.isInt(type)) return intKind(type);
  if (arrow().DataType.isFloat(type)) return floatKind(type);
  if (arrow().DataType.isUtf8(type)) return "text";
  if (arrow().DataType.isBool(type)) return "bool";
  if (arrow().DataType.isBinary(type)) return "bytes";
  if (arrow().DataType.isDate(type)) return type.unit === arrow().DateUnit.DAY ? "day" : undefined;
  if (arrow().DataType.isTimestamp(type)) return timestampKind(type);
  return undefined;
}

function intKind(type: Int): PlainKind | undefined {
  if (!type.isSigned) return undefined;
  return ({ 8: "int8", 16: "int16", 32: "int32", 64: "int64" } as const)[type.bitWidth];
}

function floatKind(type: Float): PlainKind | undefined {
  if (type.precision === arrow().Precision.SINGLE) return "float32";
  return type.precision === arrow().Precision.DOUBLE ? "float64" : undefined;
}

function timestampKind(type: Timestamp): PlainKind | undefined {
  if (type.unit !== arrow().TimeUnit.MICROSECOND) return undefined;
  return type.timezone === null || type.timezone === undefined || type.timezone === "" ? "local_timestamp" : "timestamp";
}

function childAt(type: DataType, index: number): Field {
  const child = (type.children as readonly Field[] | null)?.[index];
  if (child === undefined) throw new Error(`${String(type)} lacks its child ${index}`);
  return child;
}
