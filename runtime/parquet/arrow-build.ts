/**
 * Rows as one Arrow record batch, written straight into Arrow's buffers so that no value passes through a lossy form. Strict: what a
 * column cannot hold exactly is a Failure VALUE_INVALID that names row (counted from 1), column and value.
 */
import type { Data, DataType, RecordBatch, Schema } from "apache-arrow";
import { arrow } from "./arrow.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { cellOf } from "../values/value.ts";
import type { Row, Value } from "../values/value.ts";
import { fillColumn } from "./arrow-columns.ts";
import { arrowSchema } from "./arrow-schema.ts";

/** The rows' columns in order; a column that a row leaves out is null. `rowNumber` tells where the row at an index stands, when these are some of many. */
export function buildBatch(columns: readonly NamedType[], rows: readonly Row[], schema: Schema = arrowSchema(columns), rowNumber: (index: number) => number = (index) => index + 1): RecordBatch {
  const children = columns.map((column) => {
    const values: (Value | undefined)[] = new Array(rows.length);
    const inherited = column.name in Object.prototype;
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index];
      if (row !== undefined) values[index] = inherited ? cellOf(row, column.name) : row[column.name];
    }
    return fillColumn(column.type, column.nullable, values, { column: column.name, row: rowNumber });
  });
  return batchOf(schema, rows.length, children);
}

/** A batch of finished columns, which must have the schema's types. */
export function batchOf(schema: Schema, length: number, children: readonly Data[]): RecordBatch {
  const struct = new (arrow().Struct)<{ [name: string]: DataType }>(schema.fields);
  return new (arrow().RecordBatch)(schema, arrow().makeData({ type: struct, length, nullCount: 0, children: [...children] }));
}
