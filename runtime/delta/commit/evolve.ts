/**
 * A table's metadata and protocol as they are to be: columns renamed, dropped, added, widened or described otherwise. Pure: nothing is
 * read or written. What others noted on a field or in the properties stays as it is.
 */
import type { JsonValue } from "../../../compiler/ir/catalog.ts";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import type { Metadata, Protocol } from "../actions/actions.ts";
import { columnIdKey, mapField, mappingModeKey, maxColumnIdKey, newPhysicalName } from "../schema/column-mapping.ts";
import { protocolWith } from "../features/features.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { withoutStatisticsOf, withStatisticsRenamed } from "../statistics/indexed-columns.ts";
import { deltaField, fieldsText, hasLocalTimestamp, isOwnKey, schemaFields } from "../schema/types.ts";
import type { DeltaField, DeltaType } from "../schema/schema-shape.ts";

/** A column as it is to be. */
export interface TargetColumn extends NamedType {
  /** Its name in the table as it is; undefined for a column that is new. */
  readonly kept: string | undefined;
  /** What rows older than a new column have in it, as JSON; null when left out. */
  readonly fill?: JsonValue;
}

export interface SchemaTarget {
  /** All of them; a column of the table that none of these keeps is dropped. */
  readonly columns: readonly TargetColumn[];
  readonly description: string;
  /** Set beside those the table has. */
  readonly properties: { readonly [name: string]: string };
}

export interface EvolvedSchema {
  readonly metadata: Metadata;
  /** Undefined where the table's own will do. */
  readonly protocol: Protocol | undefined;
}

/** The metadata of the target. The table maps its columns from its first rename or drop on, for files name columns for ever as they were written. */
export function evolveSchema(snapshot: Snapshot, target: SchemaTarget): EvolvedSchema {
  const { metadata } = snapshot;
  const fields = schemaFields(metadata.schemaString);
  const isKept = (field: DeltaField): boolean => target.columns.some(({ kept, name }) => kept === field.name && name === kept);
  const maps = snapshot.mapping !== "none" || !fields.every(isKept);
  const ids = { last: lastId(metadata, fields) };
  const old = maps && snapshot.mapping === "none" ? fields.map((field) => mapField(field, ids, (name) => name)) : fields;
  const kept = old.flatMap((field) => target.columns.filter((column) => column.kept === field.name).map((column) => mergeField(field, deltaField(column))));
  const added = target.columns.filter((column) => column.kept === undefined).map((column) => (maps ? mapField(deltaField(column), ids, newPhysicalName) : deltaField(column)));
  return {
    metadata: {
      ...withDescription(metadata, target.description),
      schemaString: fieldsText([...kept, ...added]),
      partitionColumns: metadata.partitionColumns.map((name) => successorOf(name, target)),
      configuration: { ...statisticsOf(metadata, fields, target), ...target.properties, ...(maps ? { [mappingModeKey]: snapshot.mapping === "id" ? "id" : "name", [maxColumnIdKey]: String(ids.last) } : {}) },
    },
    protocol: protocolWith(snapshot.protocol, [...(maps ? ["columnMapping" as const] : []), ...(target.columns.some(({ type }) => hasLocalTimestamp(type)) ? ["timestampNtz" as const] : [])]),
  };
}

/** The properties, which may name columns that statistics are kept of, with the names that these have from now on. */
function statisticsOf({ configuration }: Metadata, fields: readonly DeltaField[], { columns }: SchemaTarget): Metadata["configuration"] {
  return fields.reduce((properties, { name }) => {
    const successor = columns.find(({ kept }) => kept === name)?.name;
    return successor === undefined ? withoutStatisticsOf(properties, [name]) : successor === name ? properties : withStatisticsRenamed(properties, [name], successor);
  }, configuration);
}

/** No two columns of a table ever share a physical name, also when one is gone. */
function successorOf(partition: string, { columns }: SchemaTarget): string {
  const column = columns.find(({ kept }) => kept === partition);
  if (column !== undefined) return column.name;
  throw new Failure("SCHEMA_DIFFERS", `The column ${partition} partitions the table and cannot be dropped.`, { place: { value: partition } });
}

function withDescription({ description: _was, ...metadata }: Metadata, description: string): Metadata {
  return description === "" ? metadata : { ...metadata, description };
}

/** The highest id that was ever given. */
export function lastId({ configuration }: Metadata, fields: readonly DeltaField[]): number {
  return Math.max(Number(configuration[maxColumnIdKey] ?? 0), ...fields.flatMap(idsOf), 0);
}

function idsOf(field: DeltaField): number[] {
  const { [columnIdKey]: id } = field.metadata ?? {};
  return [...(typeof id === "number" ? [id] : []), ...fieldsWithin(field.type).flatMap(idsOf)];
}

function fieldsWithin(type: DeltaType): readonly DeltaField[] {
  if (typeof type === "string" || type.type === "variant") return [];
  if (type.type === "struct") return type.fields;
  return type.type === "array" ? fieldsWithin(type.elementType) : [...fieldsWithin(type.keyType), ...fieldsWithin(type.valueType)];
}

/** The new field with what others noted on the old one, ids and physical names among it. */
function mergeField(old: DeltaField, field: DeltaField): DeltaField {
  const noted = Object.fromEntries(Object.entries(old.metadata ?? {}).filter(([key]) => !isOwnKey(key)));
  return { ...field, type: mergeType(old.type, field.type), metadata: { ...noted, ...field.metadata } };
}

function mergeType(old: DeltaType, type: DeltaType): DeltaType {
  if (typeof old === "string" || typeof type === "string") return type;
  if (old.type === "struct" && type.type === "struct") {
    const known = new Map(old.fields.map((field) => [field.name, field]));
    return { ...type, fields: type.fields.map((field) => mergeField(known.get(field.name) ?? field, field)) };
  }
  if (old.type === "array" && type.type === "array") return { ...type, elementType: mergeType(old.elementType, type.elementType) };
  return old.type === "map" && type.type === "map" ? { ...type, keyType: mergeType(old.keyType, type.keyType), valueType: mergeType(old.valueType, type.valueType) } : type;
}
