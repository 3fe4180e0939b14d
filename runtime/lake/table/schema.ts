/** How a program says the schema of a table that it creates: by `types`, as Delta's schema JSON, or as an Arrow schema. All become columns. */
import type { Schema as ArrowSchema } from "apache-arrow";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { isOwnKey, schemaFields, columnsOf } from "../../delta/schema/types.ts";
import type { DeltaField } from "../../delta/schema/schema-shape.ts";
import { columnsOfSchema } from "../../parquet/arrow-schema.ts";
import { Failure } from "../../values/failure.ts";
import type { ColumnSpec } from "./types.ts";

/** A schema by `types`, in the order of its columns. */
export interface SchemaSpec { readonly [column: string]: ColumnSpec }

/** A Delta schema as a JSON object (protocol, "Schema Serialization Format"), as `DeltaTable.schema` and `describe --json` give it. */
export interface DeltaSchema { readonly type: "struct"; readonly fields: readonly object[] }

export type TableSchema = SchemaSpec | DeltaSchema | ArrowSchema;

/** The columns of a schema. PARAMETER_INVALID for one that no table can have; DELTA_UNSUPPORTED_FEATURE for what a Delta field asks beside its type; VALUE_INVALID for an Arrow type that no column has. */
export function schemaColumns(schema: TableSchema): readonly NamedType[] {
  const columns = columnsGiven(schema);
  if (columns.length === 0) throw new Failure("PARAMETER_INVALID", "The schema has no columns.", { hint: "Give it one at least: { id: types.long }.", place: { parameter: "schema" } });
  requireNames(columns, "");
  return columns;
}

/** The names of the partition columns as the schema spells them. PARAMETER_INVALID for one that is not there or cannot stand in a directory's name. */
export function partitionNames(columns: readonly NamedType[], names: readonly string[]): readonly string[] {
  const found = names.map((name) => {
    const column = columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (column === undefined) throw new Failure("PARAMETER_INVALID", `The schema has no column ${name} to partition by.`, { hint: `It has ${columns.map((each) => each.name).join(", ")}.`, place: { parameter: "partitionBy", value: name } });
    if (isNested(column.type)) throw new Failure("PARAMETER_INVALID", `No table is partitioned by ${column.name}, which is an ${column.type.kind}.`, { hint: "Partition by a column of a plain type.", place: { parameter: "partitionBy", value: name } });
    return column.name;
  });
  if (new Set(found).size < found.length) throw new Failure("PARAMETER_INVALID", `A column is named twice in partitionBy: ${names.join(", ")}.`, { place: { parameter: "partitionBy" } });
  if (found.length === columns.length) throw new Failure("PARAMETER_INVALID", "A table is not partitioned by all its columns: its files would be empty.", { hint: "Leave one out.", place: { parameter: "partitionBy" } });
  return found;
}

function columnsGiven(schema: TableSchema): readonly NamedType[] {
  if (isDelta(schema)) return deltaColumns(schema);
  if (isArrow(schema)) return columnsOfSchema(schema);
  return Object.entries(schema as SchemaSpec).map(([name, { column }]) => ({ name, ...column }));
}

/** A column may be called `type`; it is no text then. */
function isDelta(schema: TableSchema): schema is DeltaSchema {
  return "type" in schema && schema.type === "struct";
}

function isArrow(schema: TableSchema): schema is ArrowSchema {
  return "fields" in schema && Array.isArray(schema.fields);
}

/** Of a field's metadata its comment is kept, and what this library puts there; nothing that it asks for is dropped in silence. */
function deltaColumns(schema: DeltaSchema): readonly NamedType[] {
  const text = JSON.stringify(schema);
  for (const { name, metadata } of fieldsWithin(schemaFields(text))) {
    const asked = Object.keys(metadata ?? {}).find((key) => !isOwnKey(key));
    if (asked !== undefined) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `The field ${name} of the schema has the metadata ${asked}, with which this version creates no table.`, { hint: "Leave it out, or create the table with an engine that supports it.", place: { value: asked } });
  }
  const [, odd] = /"(?:type|elementType|keyType|valueType)":"(variant|void|null)"/.exec(text) ?? [];
  if (odd !== undefined) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `The schema has a column of the Delta type ${odd}, with which this version creates no table.`, { hint: "Such columns are read where another engine made them.", place: { value: odd } });
  return columnsOf(text);
}

function fieldsWithin(fields: readonly DeltaField[]): readonly DeltaField[] {
  return fields.flatMap((field) => [field, ...structsWithin(field.type)]);
}

function structsWithin(type: DeltaField["type"]): readonly DeltaField[] {
  if (typeof type === "string" || type.type === "variant") return [];
  if (type.type === "struct") return fieldsWithin(type.fields);
  return type.type === "array" ? structsWithin(type.elementType) : [...structsWithin(type.keyType), ...structsWithin(type.valueType)];
}

/** Names that some engine's Parquet cannot hold need column mapping; Delta knows names apart without regard to case. */
function requireNames(columns: readonly { readonly name: string; readonly type: ColumnType }[], above: string): void {
  const seen = new Set<string>();
  for (const { name, type } of columns) {
    const path = `${above}${name}`;
    if (name === "" || /[ ,;{}()\n\t=]/.test(name)) throw new Failure("PARAMETER_INVALID", `"${path}" is no name of a column: it ${name === "" ? "is empty" : "has a blank or one of ,;{}()="}.`, { hint: "Use letters, digits and underscores.", place: { parameter: "schema", value: path } });
    if (seen.has(name.toLowerCase())) throw new Failure("PARAMETER_INVALID", `The schema has two columns ${path}, which Delta does not tell apart by case.`, { place: { parameter: "schema", value: path } });
    seen.add(name.toLowerCase());
    requireNamesWithin(type, path);
  }
}

function requireNamesWithin(type: ColumnType, path: string): void {
  if (type.kind === "object") requireNames(type.fields, `${path}.`);
  if (type.kind === "array") requireNamesWithin(type.element, `${path}.element`);
  if (type.kind !== "map") return;
  requireNamesWithin(type.key, `${path}.key`);
  requireNamesWithin(type.value, `${path}.value`);
}

function isNested({ kind }: ColumnType): boolean {
  return kind === "array" || kind === "map" || kind === "object";
}
