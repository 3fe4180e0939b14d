/** Partition values as Delta's strings (protocol, "Partition Value Serialization"), and rows grouped by them. */
import assert from "node:assert/strict";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../parquet/arrow-build.ts";
import { readRows } from "../../parquet/arrow-rows.ts";
import { Failure } from "../../values/failure.ts";
import type { Row, Value } from "../../values/value.ts";
import type { PartitionValues } from "../engine.ts";

/** The string of a value that its type holds, in the one spelling that all of its equals share; null for null. */
export function partitionString(type: ColumnType, value: Value): string | null {
  if (value === null) return null;
  if (Object.is(value, -0)) return "-0.0";
  if (value instanceof Temporal.PlainDateTime) return value.toString().replace("T", " ");
  assert(typeof value !== "object" || value instanceof Temporal.Instant || value instanceof Temporal.PlainDate, `a column of ${type.kind} cannot partition a table`);
  return String(value);
}

/** `places` tells where each row stood among all, from 0; empty where they are all there are. */
export interface Partition { readonly values: PartitionValues; readonly rows: readonly Row[]; readonly places: readonly number[] }

/** The rows by partition, in order of first sight. VALUE_INVALID for what its column cannot hold, and for an empty text, which would come back as null. */
export function groupRows(columns: readonly NamedType[], partitionColumns: readonly string[], rows: readonly Row[]): Partition[] {
  if (partitionColumns.length === 0) return rows.length === 0 ? [] : [{ values: {}, rows, places: [] }];
  const by = partitionColumns.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    assert(column !== undefined, `the table is partitioned by ${name}, which it does not have`);
    return column;
  });
  // Through Arrow and back, so that a value is judged as in any column and "1.5" and "1.50" are one partition.
  const spelled = readRows(by, buildBatch(by, rows));
  const groups = new Map<string, { values: PartitionValues; rows: Row[]; places: number[] }>();
  for (const [index, row] of rows.entries()) {
    const values = Object.fromEntries(by.map((column) => [column.name, keptString(column, spelled[index]?.[column.name] ?? null)]));
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { values, rows: [row], places: [index] });
    else {
      group.rows.push(row);
      group.places.push(index);
    }
  }
  return [...groups.values()];
}

function keptString(column: NamedType, value: Value): string | null {
  const text = partitionString(column.type, value);
  if (text === "") throw new Failure("VALUE_INVALID", `Column "${column.name}" partitions the table and is empty text in a row.`, { hint: "Delta keeps an empty partition value as null: send null, or a word that means empty.", place: { parameter: column.name, value: "" } });
  return text;
}
