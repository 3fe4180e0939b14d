/** Rows as one Parquet file. */
import { arrowSchema } from "../../parquet/arrow-schema.ts";
import { encodeParquetStream } from "../../parquet/parquet-encoder.ts";
import type { QueryResult } from "../request.ts";

/** The file's bytes, row group by row group. */
export function writeParquet(result: QueryResult): AsyncGenerator<Uint8Array> {
  return encodeParquetStream(arrowSchema(result.columns), result.batches);
}
