import { DateMillisecond, Decimal, Dictionary, Field, Int32, LargeUtf8, Null, Schema, TimeMicrosecond, TimestampNanosecond, Uint8, Utf8 } from "apache-arrow";
import type { DataType } from "apache-arrow";
import { expect, test } from "vitest";
import { arrowSchema, columnsOfSchema } from "../../../runtime/parquet/arrow-schema.ts";
import { extremeColumns } from "./extremes.ts";

test("columns of every type come back from their schema", () => {
  expect(columnsOfSchema(arrowSchema(extremeColumns))).toEqual(extremeColumns);
});

test.each<[string, DataType]>([
  ["unsigned numbers", new Uint8()], ["large text", new LargeUtf8()], ["days in milliseconds", new DateMillisecond()], ["nanoseconds", new TimestampNanosecond("UTC")],
  ["times of a day", new TimeMicrosecond()], ["nothing at all", new Null()], ["a dictionary", new Dictionary(new Utf8(), new Int32())], ["a decimal of 256 bits", new Decimal(2, 50, 256)],
])("%s are refused, with the column's name", (_name, type) => {
  expect(() => columnsOfSchema(new Schema([new Field("odd", type, true)]))).toThrow(expect.objectContaining({ code: "VALUE_INVALID", message: expect.stringContaining("odd") }));
});

test.each(["uuid", "{", '{"kind":"int64"}', '{"kind":"enum","values":[1]}'])("what others wrote under our key, %j, leaves a text a text", (declared) => {
  const field = new Field("a", new Utf8(), true, new Map([["neuralake.type", declared]]));
  expect(columnsOfSchema(new Schema([field]))).toEqual([{ name: "a", type: { kind: "text" }, nullable: true }]);
});
