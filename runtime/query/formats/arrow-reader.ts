/** Rows that someone sent as Arrow, in IPC or as batches. A column of another type is taken where each value fits the table's: text for an enum, an Int32 for an Int64. */
import { isDeepStrictEqual } from "node:util";
import type { RecordBatch, Schema } from "apache-arrow";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { decodeArrowBytes } from "../../parquet/arrow-ipc.ts";
import { readRows } from "../../parquet/arrow-rows.ts";
import { columnsOfSchema } from "../../parquet/arrow-schema.ts";
import { fromJson, parseJson, valueJson } from "../../values/json.ts";
import type { Row, Value } from "../../values/value.ts";
import { placedAt, unknownColumn } from "./row-place.ts";

/** The rows of a stream or file, its columns in any order. VALUE_INVALID names row and column of what does not fit. */
export function readArrow(bytes: Uint8Array, columns: readonly NamedType[]): Generator<Row> {
  const { schema, batches } = decodeArrowBytes(bytes);
  return readArrowBatches(schema, batches, columns);
}

/** The same of batches at hand. */
export function* readArrowBatches(schema: Schema, batches: readonly RecordBatch[], columns: readonly NamedType[]): Generator<Row> {
  const sent = columnsOfSchema(schema);
  const fits = sent.map((column) => fitOf(column, columns));
  let first = 1;
  for (const batch of batches) {
    for (const [index, row] of readRows(sent, batch).entries()) {
      yield Object.fromEntries(fits.map(({ column, fit }) => [column.name, placedAt({ where: `Row ${first + index}` }, column, () => fit(row[column.name] ?? null))]));
    }
    first += batch.numRows;
  }
}

interface Fitted { readonly column: NamedType; readonly fit: (value: Value) => Value }

/** The table's column of that name, and what makes its value of the one sent. */
function fitOf(sent: NamedType, columns: readonly NamedType[]): Fitted {
  const column = columns.find((candidate) => candidate.name === sent.name);
  if (column === undefined) throw unknownColumn({ where: "The schema" }, sent.name, columns);
  const same = isDeepStrictEqual(sent.type, column.type);
  return { column, fit: same ? (value) => value : (value) => fromJson(column.type, parseJson(valueJson(sent.type, value)), "") };
}
