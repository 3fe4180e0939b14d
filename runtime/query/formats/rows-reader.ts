/**
 * Rows that someone sent (JSON array, NDJSON, CSV, Arrow stream), as values of a table's columns. Strict: what does not fit is a
 * Failure VALUE_INVALID that names row or line, column and value. Which columns must be there is judged where rows are written.
 */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { csvRecords } from "../../sources/csv-records.ts";
import { Failure } from "../../values/failure.ts";
import { NumberText } from "../../values/json-text.ts";
import { fromJson, parseJson } from "../../values/json.ts";
import type { JsonInput } from "../../values/json.ts";
import type { Row } from "../../values/value.ts";
import { readArrow } from "./arrow-reader.ts";
import type { Format } from "./format.ts";
import { placedAt, unknownColumn, unreadable } from "./row-place.ts";
import type { RowPlace } from "./row-place.ts";
import { readText } from "./text-value.ts";

type ReadRows = (bytes: Uint8Array, columns: readonly NamedType[]) => Iterable<Row>;

/** The formats rows may be sent in; one that is missing can only be asked for. */
export const readers: { readonly [F in Format]?: ReadRows } = {
  json: readJson,
  ndjson: readNdjson,
  csv: readCsv,
  "arrow-stream": readArrow,
  "arrow-file": readArrow,
};

function* readJson(bytes: Uint8Array, columns: readonly NamedType[]): Generator<Row> {
  const rows = parseAt({ where: "The body" }, readUtf8(bytes));
  if (!Array.isArray(rows)) throw unreadable({ where: "The body" }, "is not a JSON array of rows.", "Send [{…}, {…}], or one row a line as application/x-ndjson.");
  const read = rowReader(columns);
  for (const [index, row] of (rows as readonly JsonInput[]).entries()) yield read({ where: `Row ${index + 1}` }, row);
}

function* readNdjson(bytes: Uint8Array, columns: readonly NamedType[]): Generator<Row> {
  const read = rowReader(columns);
  for (const [index, text] of readUtf8(bytes).split("\n").entries()) {
    const place = linePlace(index + 1);
    if (text.trim() !== "") yield read(place, parseAt(place, text));
  }
}

function* readCsv(bytes: Uint8Array, columns: readonly NamedType[]): Generator<Row> {
  let header: readonly NamedType[] | undefined;
  for (const { line, fields } of csvRecords(readUtf8(bytes))) {
    if (header === undefined) header = csvHeader(linePlace(line), fields, columns);
    else yield csvRow(linePlace(line), header, fields);
  }
}

function csvHeader(place: RowPlace, fields: readonly (string | null)[], columns: readonly NamedType[]): NamedType[] {
  const header = fields.map((field) => {
    const column = columns.find((candidate) => candidate.name === field);
    if (column === undefined) throw unknownColumn(place, field ?? "", columns);
    return column;
  });
  const twice = header.find((column, index) => header.indexOf(column) !== index);
  if (twice !== undefined) throw unreadable(place, `names column "${twice.name}" twice.`);
  return header;
}

function csvRow(place: RowPlace, header: readonly NamedType[], fields: readonly (string | null)[]): Row {
  return Object.fromEntries(header.map((column, index) => {
    const field = fields[index] ?? null;
    return [column.name, field === null ? null : placedAt(place, column, () => readText(column.type, field))];
  }));
}

/** Reads JSON objects as rows, each of some of the columns. */
export function rowReader(columns: readonly NamedType[]): (place: RowPlace, json: JsonInput) => Row {
  const known = new Map(columns.map((column) => [column.name, column]));
  return (place, json) => {
    if (!isObject(json)) throw unreadable(place, "is not a JSON object.");
    return Object.fromEntries(Object.entries(json).map(([name, value]) => {
      const column = known.get(name);
      if (column === undefined) throw unknownColumn(place, name, columns);
      return [name, placedAt(place, column, () => fromJson(column.type, value, ""))];
    }));
  };
}

/** Whether JSON is an object with members. */
export function isObject(json: JsonInput): json is { readonly [name: string]: JsonInput } {
  return typeof json === "object" && json !== null && !Array.isArray(json) && !(json instanceof NumberText);
}

function parseAt(place: RowPlace, text: string): JsonInput {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(place, `is not JSON: ${error.message}.`);
    throw error;
  }
}

function linePlace(line: number): RowPlace {
  return { where: `Line ${line}`, line };
}

/** Bytes as text; a Failure VALUE_INVALID when they are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure("VALUE_INVALID", "The body is not UTF-8 text.", { hint: "Send it in UTF-8.", cause: error });
  }
}
