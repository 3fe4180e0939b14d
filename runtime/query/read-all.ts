/** A statement of our own run to its end, its rows as exact values. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { batchOf } from "../parquet/arrow-build.ts";
import { readRows } from "../parquet/arrow-rows.ts";
import { arrowSchema } from "../parquet/arrow-schema.ts";
import type { Row } from "../values/value.ts";
import { columnWriter } from "./chunk-columns.ts";
import { duckdbVectors } from "./duckdb.ts";
import type { Engine } from "./engine.ts";

/** The rows of a SELECT whose columns, in order, have these names and types. */
export async function readAll(engine: Engine, sql: string, columns: readonly NamedType[]): Promise<Row[]> {
  const result = await engine.control.run(sql);
  const writers = columns.map(({ type, name }) => columnWriter(type, name));
  for (let index = 0; index < result.chunkCount; index += 1) {
    const { chunk, rowCount } = result.getChunk(index);
    for (const [k, writer] of writers.entries()) writer.append({ vector: duckdbVectors().data_chunk_get_vector(chunk, k), size: rowCount }, rowCount);
  }
  return readRows(columns, batchOf(arrowSchema(columns), result.rowCount, writers.map((writer) => writer.take())));
}
