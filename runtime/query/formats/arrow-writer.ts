/** Rows as Arrow IPC: the batches of the result as they are. */
import { encodeArrow } from "../../parquet/arrow-encoder.ts";
import { arrowSchema } from "../../parquet/arrow-schema.ts";
import type { QueryResult } from "../request.ts";

/** The streaming format. */
export function writeArrowStream(result: QueryResult): AsyncGenerator<Uint8Array> {
  return encodeArrow(arrowSchema(result.columns), result.batches, "stream");
}

/** The file format, which readers may seek in. */
export function writeArrowFile(result: QueryResult): AsyncGenerator<Uint8Array> {
  return encodeArrow(arrowSchema(result.columns), result.batches, "file");
}
