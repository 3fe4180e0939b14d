/** COPY as the files of a table must be: columns under their names there, with field ids where the table maps them. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { Layout } from "../delta/schema/column-mapping.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import { physicalSql } from "./physical-cell.ts";

/** SQL of a value as it goes into a file, of the value's type there and its own SQL. */
export type KeptSql = (type: ColumnType, sql: string) => string;

/**
 * The rows of `sql`, which has the layout's columns under their own names, as files name them, each value as `kept` has it. Floating numbers that partition the
 * table are texts there: COPY puts both zeros into one partition.
 */
export function physicalSelect({ columns, physical, partitionColumns }: Layout, sql: string, kept: KeptSql): string {
  const selected = columns.map(({ name, type }, k) => {
    const stored = physical[k] ?? { name, type };
    const value = physicalSql(quoteName(name), type, stored.type);
    const isFloat = stored.type.kind === "float32" || stored.type.kind === "float64";
    const cell = partitionColumns.includes(name) ? (isFloat ? `CAST(${value} AS VARCHAR)` : value) : kept(stored.type, value);
    return `${cell} AS ${quoteName(stored.name)}`;
  });
  return `SELECT ${selected.join(", ")} FROM (${sql})`;
}

/** The option that makes a directory for each value of these columns, by their names in files; nothing for none. */
export function partitionOption(columns: readonly PhysicalColumn[]): string {
  return columns.length === 0 ? "" : `, PARTITION_BY (${columns.map(({ name }) => quoteName(name)).join(", ")})`;
}

/** The option that gives the columns of a file their field ids; nothing where they have none. */
export function fieldIdsOption(columns: readonly PhysicalColumn[]): string {
  const ids = columns.flatMap(fieldIds);
  return ids.length === 0 ? "" : `, FIELD_IDS {${ids.join(", ")}}`;
}

/** A column that the table does not map, of the change feed or of row ids, has none beside others that have. */
function fieldIds({ name, type, fieldId }: PhysicalColumn): string[] {
  const own = fieldId === undefined ? [] : [`__duckdb_field_id: ${fieldId}`];
  const parts = [...own, ...idsBelow(type)];
  return parts.length === 0 ? [] : [`${quoteName(name)}: ${fieldId !== undefined && parts.length === 1 ? fieldId : `{${parts.join(", ")}}`}`];
}

/** Lists and maps have no ids inside, the objects in them have. */
function idsBelow(type: ColumnType): string[] {
  if (type.kind === "object") return type.fields.flatMap(fieldIds);
  if (type.kind === "array") return slot("element", type.element);
  return type.kind === "map" ? [...slot("key", type.key), ...slot("value", type.value)] : [];
}

function slot(name: string, type: ColumnType): string[] {
  const below = idsBelow(type);
  return below.length === 0 ? [] : [`${name}: {${below.join(", ")}}`];
}

/** Columns that a file has for these, with those that lie within them. */
export function leavesOf(columns: readonly { readonly type: ColumnType }[]): number {
  return columns.reduce((sum, { type }) => sum + leavesIn(type), 0);
}

function leavesIn(type: ColumnType): number {
  if (type.kind === "object") return leavesOf(type.fields);
  if (type.kind === "array") return leavesIn(type.element);
  return type.kind === "map" ? leavesIn(type.key) + leavesIn(type.value) : 1;
}
