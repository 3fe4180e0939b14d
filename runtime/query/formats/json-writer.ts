/** Rows as JSON: one array of objects, or one object a line (NDJSON). Values are spelled by runtime/values/json.ts. */
import { readRows } from "../../parquet/arrow-rows.ts";
import { rowJson } from "../../values/json.ts";
import type { QueryResult } from "../request.ts";
import { rowSlices } from "./row-slices.ts";

const encoder = new TextEncoder();

/** `[{…},{…}]` and a line feed; `[]` for no rows. */
export async function* writeJson(result: QueryResult): AsyncGenerator<Uint8Array> {
  let before = "[";
  for await (const slice of rowSlices(result.batches)) {
    const rows = readRows(result.columns, slice).map((row) => rowJson(result.columns, row));
    yield encoder.encode(before + rows.join(",\n"));
    before = ",\n";
  }
  yield encoder.encode(before === "[" ? "[]\n" : "]\n");
}

/** `{…}` and a line feed, for each row. */
export async function* writeNdjson(result: QueryResult): AsyncGenerator<Uint8Array> {
  for await (const slice of rowSlices(result.batches)) {
    const rows = readRows(result.columns, slice).map((row) => `${rowJson(result.columns, row)}\n`);
    yield encoder.encode(rows.join(""));
  }
}
