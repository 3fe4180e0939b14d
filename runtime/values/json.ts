/**
 * Values in JSON, as every surface spells them: an Int64 is a number with all its digits, a Decimal a string, times RFC 3339, bytes
 * base64, NaN and the infinities strings, a map with text keys an object and any other an array of { key, value }.
 */
import assert from "node:assert/strict";
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ArrayType, ByKind, ColumnType, MapType, NamedType, ObjectType } from "../../compiler/ir/column-type.ts";
import { rawJson } from "./json-text.ts";
import { cellOf } from "./value.ts";
import type { Row, Value } from "./value.ts";

export { hasLongNumber, parseJson, printJson } from "./json-text.ts";
export type { JsonInput } from "./json-text.ts";
export { fromJson, jsonReader } from "./json-reader.ts";

type Print = (value: Value) => string;

/** The JSON text of one row, its columns in their order; a column that is left out is null. */
export function rowJson(columns: readonly NamedType[], row: Row): string {
  return `{${columns.map((column) => `${JSON.stringify(column.name)}:${valueJson(column.type, cellOf(row, column.name) ?? null)}`).join(",")}}`;
}

/** The JSON text of one value. */
export function valueJson(type: ColumnType, value: Value): string {
  return value === null ? "null" : matchKind(printers, type)(value);
}

/** The value for `JSON.stringify`: a number that a double cannot hold is raw text inside, which prints with all its digits. */
export function toJson(type: ColumnType, value: Value): unknown {
  return JSON.parse(valueJson(type, value), (_name, part: unknown, context?: { readonly source?: string }) => {
    const exact = typeof part !== "number" || context?.source === undefined || (String(part) === context.source);
    return exact ? part : rawJson(context.source);
  });
}

const number: Print = (value) => {
  assert(typeof value === "number", `a number was expected, not ${typeof value}`);
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? "-0" : String(value);
};
const text: Print = (value) => JSON.stringify(value);
const plain: Print = (value) => String(value);
const quoted: Print = (value) => `"${String(value)}"`;
const bytes: Print = (value) => {
  assert(value instanceof Uint8Array, "bytes were expected");
  return `"${value.toBase64()}"`;
};

const printers: ByKind<Print> = {
  int8: () => number,
  int16: () => number,
  int32: () => number,
  int64: () => plain,
  float32: () => number,
  float64: () => number,
  decimal: () => quoted,
  text: () => text,
  enum: () => text,
  uuid: () => text,
  bool: () => plain,
  bytes: () => bytes,
  day: () => quoted,
  timestamp: () => quoted,
  local_timestamp: () => quoted,
  array: (type) => printArray(type),
  map: (type) => printMap(type),
  object: (type) => printObject(type),
};

function printArray(type: ArrayType): Print {
  return (value) => {
    assert(Array.isArray(value), "an array was expected");
    return `[${value.map((element: Value) => valueJson(type.element, element)).join(",")}]`;
  };
}

function printMap(type: MapType): Print {
  return (value) => {
    if (Array.isArray(value)) {
      const entries = value as readonly { readonly key: Value; readonly value: Value }[];
      return `[${entries.map((entry) => `{"key":${valueJson(type.key, entry.key)},"value":${valueJson(type.value, entry.value)}}`).join(",")}]`;
    }
    assert(typeof value === "object" && value !== null, "a map was expected");
    return `{${Object.entries(value).map(([key, element]) => `${JSON.stringify(key)}:${valueJson(type.value, element as Value)}`).join(",")}}`;
  };
}

function printObject(type: ObjectType): Print {
  return (value) => {
    assert(typeof value === "object" && value !== null, "an object was expected");
    return rowJson(type.fields, value as Row);
  };
}
