/** Rows of every type with its extremes, and a result that holds them, for the tests of formats. */
import type { RecordBatch } from "apache-arrow";
import type { NamedType } from "../../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../../runtime/parquet/arrow-build.ts";
import type { QueryResult } from "../../../../runtime/query/request.ts";
import type { Row } from "../../../../runtime/values/value.ts";

export const columns: readonly NamedType[] = [
  { name: "tiny", type: { kind: "int8" }, nullable: true },
  { name: "small", type: { kind: "int16" }, nullable: true },
  { name: "middle", type: { kind: "int32" }, nullable: true },
  { name: "large", type: { kind: "int64" }, nullable: true },
  { name: "single", type: { kind: "float32" }, nullable: true },
  { name: "double", type: { kind: "float64" }, nullable: true },
  { name: "money", type: { kind: "decimal", precision: 38, scale: 4 }, nullable: true },
  { name: "text, with comma", type: { kind: "text" }, nullable: true },
  { name: "yes", type: { kind: "bool" }, nullable: true },
  { name: "bytes", type: { kind: "bytes" }, nullable: true },
  { name: "id", type: { kind: "uuid" }, nullable: true },
  { name: "day", type: { kind: "day" }, nullable: true },
  { name: "at", type: { kind: "timestamp" }, nullable: true },
  { name: "local", type: { kind: "local_timestamp" }, nullable: true },
  { name: "colour", type: { kind: "enum", values: ["red", "green"] }, nullable: true },
  { name: "list", type: { kind: "array", element: { kind: "int64" }, elementNullable: true }, nullable: true },
  { name: "map", type: { kind: "map", key: { kind: "text" }, value: { kind: "timestamp" }, valueNullable: true }, nullable: true },
  { name: "record", type: { kind: "object", fields: [{ name: "x", type: { kind: "decimal", precision: 4, scale: 1 }, nullable: true }, { name: "y", type: { kind: "bytes" }, nullable: false }] }, nullable: true },
];

const low: Row = {
  tiny: -128, small: -32768, middle: -2147483648, large: -(2n ** 63n), single: -3.4028234663852886e38, double: -0, money: "-9999999999999999999999999999999999.9999",
  "text, with comma": "", yes: false, bytes: new Uint8Array(), id: "00000000-0000-0000-0000-000000000000", day: Temporal.PlainDate.from("0001-01-01"),
  at: Temporal.Instant.from("0001-01-01T00:00:00Z"), local: Temporal.PlainDateTime.from("1969-12-31T23:59:59.999999"), colour: "red",
  list: [], map: {}, record: { x: null, y: new Uint8Array([0, 255]) },
};
const high: Row = {
  tiny: 127, small: 32767, middle: 2147483647, large: 2n ** 63n - 1n, single: Number.NaN, double: Number.POSITIVE_INFINITY, money: "9007199254740993.1000",
  "text, with comma": ' "quoted", line one\r\nline two 😀\n', yes: true, bytes: new TextEncoder().encode("a,b"), id: "ffffffff-ffff-4fff-bfff-ffffffffffff",
  day: Temporal.PlainDate.from("9999-12-31"), at: Temporal.Instant.from("1969-12-31T23:59:59.999999Z"), local: Temporal.PlainDateTime.from("9999-12-31T23:59:59.999999"), colour: "green",
  list: [9007199254740993n, null, -1n], map: { "a \"b\"": Temporal.Instant.from("2026-08-01T00:00:00.5Z"), c: null }, record: { x: "-0.1", y: new Uint8Array([1]) },
};
const nothing: Row = Object.fromEntries(columns.map((column) => [column.name, null]));

export const rows: readonly Row[] = [low, high, nothing];

/** A result of these batches, and what became of it. */
export function resultOf(batches: readonly RecordBatch[], of: readonly NamedType[] = columns): QueryResult & { readonly given: () => number; readonly closed: () => boolean } {
  let given = 0;
  let closed = false;
  async function* give(): AsyncGenerator<RecordBatch> {
    try {
      for (const batch of batches) {
        given++;
        yield batch;
      }
    } finally {
      closed = true;
    }
  }
  return { columns: of, tables: [], volatile: false, batches: give(), given: () => given, closed: () => closed };
}

export const batch: RecordBatch = buildBatch(columns, rows);
