import { describe, expect, test } from "vitest";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { fromJson, parseJson, printJson, rowJson, toJson, valueJson } from "../../../runtime/values/json.ts";
import type { JsonInput } from "../../../runtime/values/json.ts";
import type { Value } from "../../../runtime/values/value.ts";
import { extremeColumns, extremeRows } from "../parquet/extremes.ts";
import { spell } from "../parquet/same.ts";

const decimal: ColumnType = { kind: "decimal", precision: 10, scale: 2 };
const record: ColumnType = { kind: "map", key: { kind: "text" }, value: { kind: "int64" }, valueNullable: true };
const pairs: ColumnType = { kind: "map", key: { kind: "int32" }, value: { kind: "text" }, valueNullable: false };
const point: ColumnType = { kind: "object", fields: [{ name: "x", type: { kind: "int32" }, nullable: false }, { name: "note", type: { kind: "text" }, nullable: true }] };
const numbers: ColumnType = { kind: "array", element: { kind: "int32" }, elementNullable: false };

test("the extremes of every type come back from their JSON as they were", () => {
  for (const row of extremeRows) {
    const json = parseJson(rowJson(extremeColumns, row)) as { readonly [name: string]: JsonInput };
    for (const column of extremeColumns) {
      expect(spell(fromJson(column.type, json[column.name] ?? null, column.name)), column.name).toBe(spell(row[column.name]));
    }
  }
});

test.each<[string, ColumnType, Value, string]>([
  ["an Int64 with all its digits", { kind: "int64" }, 9_007_199_254_740_993n, "9007199254740993"],
  ["a Decimal as text", decimal, "12.50", '"12.50"'],
  ["NaN as text", { kind: "float64" }, Number.NaN, '"NaN"'],
  ["an infinity as text", { kind: "float32" }, Number.NEGATIVE_INFINITY, '"-Infinity"'],
  ["the negative zero with its sign", { kind: "float64" }, -0, "-0"],
  ["bytes as base64", { kind: "bytes" }, new Uint8Array([251, 255]), '"+/8="'],
  ["an instant in UTC with the digits it has", { kind: "timestamp" }, Temporal.Instant.from("2026-08-01T02:00:00.120+02:00"), '"2026-08-01T00:00:00.12Z"'],
  ["a wall-clock time without a zone", { kind: "local_timestamp" }, Temporal.PlainDateTime.from("2026-08-01T02:00"), '"2026-08-01T02:00:00"'],
  ["a day", { kind: "day" }, Temporal.PlainDate.from("0001-01-01"), '"0001-01-01"'],
  ["a record as an object", record, { a: 1n, b: null }, '{"a":1,"b":null}'],
  ["any other map as pairs", pairs, [{ key: 1, value: "a" }], '[{"key":1,"value":"a"}]'],
  ["an object with the fields of its type", point, { x: 1 }, '{"x":1,"note":null}'],
])("%s", (_name, type, value, text) => {
  expect(valueJson(type, value)).toBe(text);
  expect(printJson(toJson(type, value))).toBe(text);
});

describe("JSON that a type cannot hold is refused, with path and value", () => {
  test.each<[string, ColumnType, string]>([
    ["a fraction for an Int32", { kind: "int32" }, "1.5"],
    ["a text for an Int64", { kind: "int64" }, '"1"'],
    ["a number beyond 64 bits", { kind: "int64" }, "9223372036854775808"],
    ["a number beyond a Float64", { kind: "float64" }, "1e400"],
    ["a number beyond a Float32", { kind: "float32" }, "1e39"],
    ["a word for a Float64", { kind: "float64" }, '"nan"'],
    ["a decimal with too many digits", decimal, '"0.001"'],
    ["a decimal with too many digits, as number", decimal, "0.10000000000000000001"],
    ["a number for text", { kind: "text" }, "1"],
    ["half a surrogate pair", { kind: "text" }, '"\\ud83d"'],
    ["a text that is none of the choices", { kind: "enum", values: ["a"] }, '"b"'],
    ["a uuid with braces", { kind: "uuid" }, '"{6f9619ff-8b86-d011-b42d-00c04fc964ff}"'],
    ["a number for a Bool", { kind: "bool" }, "1"],
    ["text that is no base64", { kind: "bytes" }, '"a-b"'],
    ["an instant without a zone", { kind: "timestamp" }, '"2026-08-01T00:00:00"'],
    ["an instant with a leap second", { kind: "timestamp" }, '"2016-12-31T23:59:60Z"'],
    ["an instant finer than a microsecond", { kind: "timestamp" }, '"2026-08-01T00:00:00.0000001Z"'],
    ["a wall-clock time with a zone", { kind: "local_timestamp" }, '"2026-08-01T00:00:00Z"'],
    ["a day that is not in the calendar", { kind: "day" }, '"2026-02-29"'],
    ["the year 0", { kind: "day" }, '"0000-01-01"'],
    ["an object for a list", numbers, '{"0":1}'],
    ["a null in a list without nulls", numbers, "[1,null]"],
    ["a list for a record", record, "[]"],
    ["an object for pairs", pairs, '{"1":"a"}'],
    ["a pair without key", pairs, '[{"value":"a"}]'],
    ["an object without a field it needs", point, '{"note":"a"}'],
    ["an object with a field too many", point, '{"x":1,"y":2}'],
  ])("%s", (_name, type, text) => {
    expect(() => fromJson(type, parseJson(text), "trip.at")).toThrow(expect.objectContaining({ code: "VALUE_INVALID", message: expect.stringContaining("trip.at") }));
  });

  test("the path leads to the innermost value", () => {
    const points: ColumnType = { kind: "array", element: point, elementNullable: true };
    expect(() => fromJson(points, parseJson('[{"x":1},{"x":"2"}]'), "stops")).toThrow("stops[1].x");
  });
});

describe("numbers in JSON text", () => {
  test("keep their digits beyond 2^53", () => {
    expect(parseJson('{"a":9007199254740993,"b":[-9223372036854775808],"c":9007199254740991}')).toEqual({ a: 9_007_199_254_740_993n, b: [-9_223_372_036_854_775_808n], c: 9_007_199_254_740_991 });
    expect(printJson(parseJson("[9007199254740993,0.5]"))).toBe("[9007199254740993,0.5]");
  });

  test("are a whole number's exact digits, written with a point or not", () => {
    expect(fromJson({ kind: "int64" }, parseJson("9007199254740993.0"), "x")).toBe(9_007_199_254_740_993n);
    expect(fromJson({ kind: "int64" }, parseJson("7.0"), "x")).toBe(7n);
    expect(() => fromJson({ kind: "int64" }, parseJson("9007199254740992.00000001"), "x")).toThrow("9007199254740992.00000001");
  });

  test("print as they were written", () => {
    for (const text of ["[0.1234567890123456789]", '{"a":1e400}', "[0.30000000000000004,-0.0]"]) expect(JSON.stringify(parseJson(text))).toBe(text.replace("-0.0", "0"));
  });

  test("are a decimal's exact digits, as many as were written", () => {
    expect(fromJson({ kind: "decimal", precision: 38, scale: 3 }, parseJson("12345678901234.567"), "fare")).toBe("12345678901234.567");

    expect(fromJson(decimal, parseJson("12.5"), "fare")).toBe("12.50");
    expect(fromJson({ kind: "decimal", precision: 38, scale: 20 }, parseJson("0.12345678901234567890"), "fare")).toBe("0.12345678901234567890");
  });

  test("may be whole for a Float64, and are the nearest double", () => {
    expect(fromJson({ kind: "float64" }, parseJson("9007199254740993"), "x")).toBe(9_007_199_254_740_992);
    expect(fromJson({ kind: "float64" }, parseJson("0.10000000000000000001"), "x")).toBe(0.1);
  });
});

test("a key named __proto__ is a key like any other", () => {
  const map = fromJson(record, parseJson('{"__proto__": 1}'), "m");
  expect(Object.entries(map as object)).toEqual([["__proto__", 1n]]);
  expect(valueJson(record, map)).toBe('{"__proto__":1}');
});

test("a field named like what every object inherits is null when it is left out", () => {
  const type: ColumnType = { kind: "object", fields: [{ name: "constructor", type: { kind: "text" }, nullable: true }] };
  expect(valueJson(type, {})).toBe('{"constructor":null}');
  expect(fromJson(type, parseJson("{}"), "o")).toEqual({ constructor: null });
});
