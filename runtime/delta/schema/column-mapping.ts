/**
 * Column mapping (protocol, "Column Mapping"): a table that maps its columns keeps each under a physical name that never changes, so that
 * a rename or a drop touches no data file. Statistics and partition values go by physical names too.
 */
import { randomUUID } from "node:crypto";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import type { PhysicalColumn } from "../../parquet/physical-column.ts";
import { Failure } from "../../values/failure.ts";
import type { Metadata, Protocol } from "../actions/actions.ts";
import type { PartitionValues } from "../engine.ts";
import { schemaFields } from "./types.ts";
import type { DeltaField, DeltaType } from "./schema-shape.ts";

/** none: files name columns as the schema does. name: by physical names. id: by Parquet field ids. */
export type MappingMode = "none" | "name" | "id";

export const mappingModeKey = "delta.columnMapping.mode";
export const maxColumnIdKey = "delta.columnMapping.maxColumnId";
export const columnIdKey = "delta.columnMapping.id";
const physicalNameKey = "delta.columnMapping.physicalName";

/** How a table names its columns in files; the property alone means nothing where the protocol does not enable it. */
export function mappingMode({ minReaderVersion, readerFeatures = [], writerFeatures = [] }: Protocol, { configuration }: Metadata): MappingMode {
  const enabled = minReaderVersion === 2 || (minReaderVersion === 3 && [...readerFeatures, ...writerFeatures].includes("columnMapping"));
  const mode = modeOf(configuration);
  return enabled && (mode === "name" || mode === "id") ? mode : "none";
}

/** Whether the table's mode is one that the protocol does not know. */
export function isUnknownMode({ configuration }: Metadata): boolean {
  return !["none", "name", "id"].includes(modeOf(configuration));
}

/** In any letter case, as Spark takes it. */
function modeOf(configuration: Metadata["configuration"]): string {
  return (configuration[mappingModeKey] ?? "none").toLowerCase();
}

/** Whether a table is to map its columns, as its properties say. */
export function mapsColumns({ configuration }: Pick<Metadata, "configuration">): boolean {
  return ["name", "id"].includes(configuration[mappingModeKey] ?? "none");
}

/** A physical name that no column ever had. */
export function newPhysicalName(): string {
  return `col-${randomUUID()}`;
}

/** The columns as files have them, one for each of `columns`. DELTA_LOG_BROKEN when a field of a mapped table lacks its id or name. */
export function physicalColumns(schemaString: string, columns: readonly NamedType[], mode: MappingMode): readonly PhysicalColumn[] {
  return mode === "none" ? columns : physicalFields(schemaFields(schemaString), columns);
}

function physicalFields(fields: readonly DeltaField[], columns: readonly NamedType[]): PhysicalColumn[] {
  return columns.map((column, k) => {
    const field = fields[k];
    const { [physicalNameKey]: name, [columnIdKey]: fieldId } = field?.metadata ?? {};
    if (field === undefined || typeof name !== "string" || typeof fieldId !== "number") {
      throw new Failure("DELTA_LOG_BROKEN", `The schema maps its columns, and its field "${column.name}" has no ${typeof name === "string" ? "id" : "physical name"}.`, { place: { value: column.name } });
    }
    return { ...column, name, fieldId, type: physicalType(field.type, column.type) };
  });
}

/** Only the fields of objects have names. */
function physicalType(delta: DeltaType, type: ColumnType): ColumnType {
  if (typeof delta === "string") return type;
  if (delta.type === "struct" && type.kind === "object") return { ...type, fields: physicalFields(delta.fields, type.fields) };
  if (delta.type === "array" && type.kind === "array") return { ...type, element: physicalType(delta.elementType, type.element) };
  if (delta.type === "map" && type.kind === "map") return { ...type, key: physicalType(delta.keyType, type.key), value: physicalType(delta.valueType, type.value) };
  return type;
}

/** A field that gets its id and its physical name, and so do those within it; `ids.last` is counted on. */
export function mapField(field: DeltaField, ids: { last: number }, nameOf: (name: string) => string): DeltaField {
  ids.last += 1;
  const metadata = { ...field.metadata, [columnIdKey]: ids.last, [physicalNameKey]: nameOf(field.name) };
  return { ...field, type: mapType(field.type, ids, nameOf), metadata };
}

function mapType(type: DeltaType, ids: { last: number }, nameOf: (name: string) => string): DeltaType {
  if (typeof type === "string" || type.type === "variant") return type;
  if (type.type === "struct") return { ...type, fields: type.fields.map((field) => mapField(field, ids, nameOf)) };
  if (type.type === "array") return { ...type, elementType: mapType(type.elementType, ids, nameOf) };
  return { ...type, keyType: mapType(type.keyType, ids, nameOf), valueType: mapType(type.valueType, ids, nameOf) };
}

/** A path from a column on down, in the names that files have; where a field says none, its own is meant. */
export function physicalPath(fields: readonly DeltaField[], [head, ...rest]: readonly string[]): readonly string[] {
  const field = fields.find(({ name }) => name === head);
  if (field === undefined) return [];
  const { [physicalNameKey]: name = field.name } = field.metadata ?? {};
  const { type } = field;
  return [String(name), ...(rest.length > 0 && typeof type === "object" && type.type === "struct" ? physicalPath(type.fields, rest) : rest)];
}

/** A table's columns, and the same as its files have them: one for each, in the same order. */
export interface Layout { readonly columns: readonly NamedType[]; readonly physical: readonly PhysicalColumn[]; readonly partitionColumns: readonly string[] }

/** The columns that stand in data files, in both forms; those that partition the table stand in the log alone. */
export function storedColumns({ columns, physical, partitionColumns }: Layout): Pick<Layout, "columns" | "physical"> {
  const inFiles = (_: unknown, k: number): boolean => !partitionColumns.includes(columns[k]?.name ?? "");
  return { columns: columns.filter(inFiles), physical: physical.filter(inFiles) };
}

/** What a column is called in files; its own name where it is none of the table's. */
export function physicalName({ columns, physical }: Layout, name: string): string {
  return physical[columns.findIndex((column) => column.name === name)]?.name ?? name;
}

/** Partition values under the names that the log has them by. */
export function physicalValues(layout: Layout, values: PartitionValues): PartitionValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [physicalName(layout, name), value]));
}
