/** COPY as the files of a table must be: columns under their names there, with field ids where the table maps them. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { Layout } from "../delta/schema/column-mapping.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import { physicalSql } from "./physical-cell.ts";

/** The rows of `sql`, which has the layout's columns under their own names, as files name them. */
export function physicalSelect({ columns, physical }: Layout, sql: string): string {
  const selected = columns.map(({ name, type }, k) => {
    const stored = physical[k] ?? { name, type };
    return `${physicalSql(quoteName(name), type, stored.type)} AS ${quoteName(stored.name)}`;
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
