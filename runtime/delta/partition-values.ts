/** Partition values as Delta's strings (protocol, "Partition Value Serialization"), and rows grouped by them. */
import assert from "node:assert/strict";
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { Failure } from "../values/failure.ts";
import type { Row, Value } from "../values/value.ts";
import type { PartitionValues } from "./engine.ts";

/** The string of a value; null for null and for the empty string, which Delta cannot tell apart. */
export function partitionString(type: ColumnType, value: Value): string | null {
  if (value === null) return null;
  if (value instanceof Temporal.PlainDateTime) return value.toString().replace("T", " ");
  assert(typeof value !== "object" || value instanceof Temporal.Instant || value instanceof Temporal.PlainDate, `a column of ${type.kind} cannot partition a table`);
  return String(value);
}

export interface Partition { readonly values: PartitionValues; readonly rows: readonly Row[] }

/** The rows by partition, in order of first sight. VALUE_INVALID for an empty text, which would come back as null. */
export function groupRows(columns: readonly NamedType[], partitionColumns: readonly string[], rows: readonly Row[]): Partition[] {
  if (partitionColumns.length === 0) return rows.length === 0 ? [] : [{ values: {}, rows }];
  const by = partitionColumns.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    assert(column !== undefined, `the table is partitioned by ${name}, which it does not have`);
    return column;
  });
  const groups = new Map<string, { values: PartitionValues; rows: Row[] }>();
  for (const row of rows) {
    const values = Object.fromEntries(by.map((column) => [column.name, keptString(column, row[column.name] ?? null)]));
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { values, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

function keptString(column: NamedType, value: Value): string | null {
  const text = partitionString(column.type, value);
  if (text === "") throw new Failure("VALUE_INVALID", `Column "${column.name}" partitions the table and is empty text in a row.`, { hint: "Delta keeps an empty partition value as null: send null, or a word that means empty.", place: { parameter: column.name, value: "" } });
  if (text === null && !column.nullable) throw new Failure("VALUE_INVALID", `Column "${column.name}" is null in a row, and the column is never null.`, { place: { parameter: column.name } });
  return text;
}
