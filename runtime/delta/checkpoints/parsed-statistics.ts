/**
 * Statistics and partition values of files as columns of a checkpoint (protocol, "Checkpoint Schema": stats_parsed, partitionValues_parsed), where the
 * table's properties ask for them: delta.checkpoint.writeStatsAsStruct, and writeStatsAsJson for the text beside them.
 */
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { fromJson } from "../../values/json-reader.ts";
import { parseJson } from "../../values/json-text.ts";
import type { JsonInput } from "../../values/json-text.ts";
import { Failure } from "../../values/failure.ts";
import type { Value } from "../../values/value.ts";
import type { AddFile } from "../actions/actions.ts";
import { isOn } from "../features/property.ts";
import { physicalName, storedColumns } from "../schema/column-mapping.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { leafKey } from "../statistics/leaf-key.ts";
import { objectOf } from "./checkpoint-columns.ts";
import type { Parts } from "./checkpoint-columns.ts";
import type { FileParts } from "./checkpoint-rows.ts";

/** Parts that files have in a checkpoint besides, or instead, and what they are of a file. */
export interface ParsedForm { readonly parts: Parts; readonly of: FileParts }

type TableState = Pick<Snapshot, "columns" | "physical" | "mapping" | "partitionColumns" | "metadata" | "domains">;

const jsonKey = "delta.checkpoint.writeStatsAsJson";
const structKey = "delta.checkpoint.writeStatsAsStruct";

/** What the table asks for beside the text; undefined for the text alone. DELTA_UNSUPPORTED_FEATURE where it wants no statistics at all, without which files do not say how many rows they hold. */
export function parsedForm(table: TableState, where: string): ParsedForm | undefined {
  const { configuration } = table.metadata;
  const hasText = configuration[jsonKey]?.toLowerCase() !== "false";
  if (hasText && !isOn(table.metadata, structKey)) return undefined;
  if (!hasText && configuration[structKey]?.toLowerCase() === "false") {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} has the properties ${jsonKey}=false and ${structKey}=false: a checkpoint would lose how many rows each file holds.`, { place: { value: jsonKey }, hint: "Unset one of them." });
  }
  const statistics = statisticsType(table);
  const partitions = table.partitionColumns.flatMap((name) => table.columns.filter((column) => column.name === name).map(({ type }) => ({ name: physicalName(table, name), type: plainOf(type) })));
  return {
    parts: { stats_parsed: statistics, ...(partitions.length === 0 ? {} : { partitionValues_parsed: objectOf(Object.fromEntries(partitions.map(({ name, type }) => [name, type]))) }) },
    of: (file) => ({
      ...(hasText ? {} : { stats: null }),
      stats_parsed: statisticsOf(file, statistics),
      ...(partitions.length === 0 ? {} : { partitionValues_parsed: partitionsOf(file, partitions) }),
    }),
  };
}

const bounded = new Set<ColumnType["kind"]>(["int8", "int16", "int32", "int64", "float32", "float64", "decimal", "text", "enum", "uuid", "day", "timestamp", "local_timestamp"]);

/** Counts of rows and nulls, and bounds of what has an order, of the columns that the table wants statistics of. */
function statisticsType(table: TableState): ColumnType {
  const indexed = indexedColumns(table);
  const { physical } = storedColumns(table);
  const bounds = objectOf(leaves(physical, [], (type, path) => (indexed.has(leafKey(path)) && bounded.has(type.kind) ? plainOf(type) : undefined)));
  const nulls = objectOf(leaves(physical, [], (_, path) => (indexed.has(leafKey(path)) ? { kind: "int64" } : undefined)));
  const filled = Object.entries({ minValues: bounds, maxValues: bounds, nullCount: nulls }).filter(([, type]) => type.kind === "object" && type.fields.length > 0);
  return objectOf({ numRecords: { kind: "int64" }, ...Object.fromEntries(filled), tightBounds: { kind: "bool" } });
}

/** The columns for which `typeOf` gives a type, at every depth. */
function leaves(columns: readonly Pick<NamedType, "name" | "type">[], above: readonly string[], typeOf: (type: ColumnType, path: readonly string[]) => ColumnType | undefined): Parts {
  return Object.fromEntries(columns.flatMap(({ name, type }): [string, ColumnType][] => {
    const path = [...above, name];
    const found = type.kind === "object" ? objectOf(leaves(type.fields, path, typeOf)) : typeOf(type, path);
    return found === undefined || (found.kind === "object" && found.fields.length === 0) ? [] : [[name, found]];
  }));
}

/** What is text in statistics is text here. */
function plainOf(type: ColumnType): ColumnType {
  return type.kind === "enum" || type.kind === "uuid" ? { kind: "text" } : type;
}

/** Null where a file has no statistics, or such as are none: they are advice. */
function statisticsOf({ stats }: AddFile, type: ColumnType): Value {
  if (stats === undefined || stats === "") return null;
  try {
    return valueOf(type, parseJson(stats));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A bound that its column's type cannot hold says nothing, and is left out. */
function valueOf(type: ColumnType, json: JsonInput | undefined): Value {
  if (json === undefined || json === null) return null;
  if (type.kind !== "object") return orNull(() => fromJson(type, type.kind === "decimal" ? decimalJson(json) : json, ""));
  if (typeof json !== "object" || Array.isArray(json)) return null;
  return Object.fromEntries(type.fields.map((field) => [field.name, valueOf(field.type, Object.hasOwn(json, field.name) ? (Reflect.get(json, field.name) as JsonInput) : undefined)]));
}

/** A decimal is a number in statistics. */
function decimalJson(json: JsonInput): JsonInput {
  return typeof json === "number" || typeof json === "bigint" ? String(json) : json instanceof Object && "text" in json ? String(json.text) : json;
}

/** Null where a value is none of its type: then nobody may leave the file out by them. */
function partitionsOf({ path, partitionValues }: AddFile, columns: readonly Pick<NamedType, "name" | "type">[]): Value {
  return orNull(() => Object.fromEntries(columns.map(({ name, type }) => [name, partitionOf(type, partitionValues[name], path)])));
}

function partitionOf(type: ColumnType, text: string | null | undefined, path: string): Value {
  if (text === null || text === undefined || (text === "" && type.kind !== "text")) return null;
  switch (type.kind) {
    case "text": return text === "" ? null : text;
    case "int8": case "int16": case "int32": case "int64": case "float32": case "float64": return fromJson(type, /^(NaN|-?Infinity)$/.test(text) ? text : (parseJson(text) as JsonInput), path);
    case "bool": return fromJson(type, text === "true" ? true : text === "false" ? false : text, path);
    // A time without zone is UTC's.
    case "timestamp": return fromJson(type, /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text.replace(" ", "T") : `${text.replace(" ", "T")}Z`, path);
    case "local_timestamp": return fromJson(type, text.replace(" ", "T"), path);
    default: return fromJson(type, text, path);
  }
}

function orNull(act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if ((error instanceof Failure && error.code === "VALUE_INVALID") || error instanceof SyntaxError) return null;
    throw error;
  }
}
