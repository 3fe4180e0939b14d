/**
 * Rows as CSV (RFC 4180): a header, CRLF after every line. Null is an empty field and empty text is "", so that both come back as
 * they were; scalars are spelled as in JSON without its quotes, lists, maps and records as their JSON.
 */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { readRows } from "../../parquet/arrow-rows.ts";
import { valueJson } from "../../values/json.ts";
import type { Row, Value } from "../../values/value.ts";
import type { QueryResult } from "../request.ts";
import { rowSlices } from "./row-slices.ts";

const encoder = new TextEncoder();

/** The header line even when there are no rows. */
export async function* writeCsv(result: QueryResult): AsyncGenerator<Uint8Array> {
  let header = `${result.columns.map((column) => quoteField(column.name)).join(",")}\r\n`;
  for await (const slice of rowSlices(result.batches)) {
    yield encoder.encode(header + readRows(result.columns, slice).map((row) => csvLine(result.columns, row)).join(""));
    header = "";
  }
  if (header !== "") yield encoder.encode(header);
}

function csvLine(columns: readonly NamedType[], row: Row): string {
  return `${columns.map((column) => csvField(column, row[column.name] ?? null)).join(",")}\r\n`;
}

function csvField(column: NamedType, value: Value): string {
  return value === null ? "" : quoteField(plainText(column, value));
}

/** JSON's spelling; a JSON string without its quotes. */
function plainText(column: NamedType, value: Value): string {
  if (typeof value === "string") return value;
  const json = valueJson(column.type, value);
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

function quoteField(text: string): string {
  return text === "" || /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
