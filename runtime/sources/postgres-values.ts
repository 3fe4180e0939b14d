/** A value's text, as PostgreSQL prints it in the settings of a reading, as the value it is; VALUE_INVALID for what no column of ours holds: infinity, years beyond 9999, NaN in a decimal. */
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType } from "../../compiler/ir/column-type.ts";
import { Failure } from "../values/failure.ts";
import type { Value } from "../values/value.ts";
import { parseArray } from "./postgres-array.ts";

export type ReadCell = (text: string) => Value;

const number = (): ReadCell => Number;
const asItIs = (): ReadCell => (text) => text;
const readers: ByKind<ReadCell> = {
  int8: number,
  int16: number,
  int32: number,
  int64: () => BigInt,
  float32: () => (text) => Math.fround(Number(text)),
  float64: number,
  decimal: (type) => (text) => {
    if (/^-?\d+(?:\.\d+)?$/.test(text)) return text;
    throw refusal(text, `no Decimal<${type.precision}, ${type.scale}>`);
  },
  text: asItIs,
  uuid: asItIs,
  bool: () => (text) => text === "t",
  bytes: () => (text) => new Uint8Array(Buffer.from(text.slice(2), "hex")),
  day: () => (text) => {
    if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw beyond(text);
    return Temporal.PlainDate.from(text);
  },
  timestamp: () => (text) => {
    if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/.test(text)) throw beyond(text);
    return Temporal.Instant.from(`${text.slice(0, -3).replace(" ", "T")}Z`);
  },
  local_timestamp: () => (text) => {
    if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?$/.test(text)) throw beyond(text);
    return Temporal.PlainDateTime.from(text.replace(" ", "T"));
  },
  enum: (type) => (text) => {
    if (type.values.includes(text)) return text;
    throw refusal(text, `none of ${type.values.map((value) => JSON.stringify(value)).join(", ")}`);
  },
  array: (type) => {
    const element = matchKind(readers, type.element);
    return (text) => parseArray(text).map((part) => {
      if (part !== null) return element(part);
      if (type.elementNullable) return null;
      throw refusal(text, "a list with a null in it, which the declared type leaves out");
    });
  },
  map: () => unreachable,
  object: () => unreachable,
};

/** How cells of a column are read. */
export function cellReader(type: ColumnType): ReadCell {
  return matchKind(readers, type);
}

function unreachable(): never {
  throw new Error("no type of PostgreSQL fits a record; postgres-types.ts says so before any row is asked for");
}

function beyond(text: string): Failure {
  return refusal(text, "not in the years 0001 to 9999");
}

function refusal(text: string, what: string): Failure {
  return new Failure("VALUE_INVALID", `${text.slice(0, 100)} is ${what}.`, { hint: "Leave such rows out in the query, or change them there.", place: { value: text.slice(0, 100) } });
}
