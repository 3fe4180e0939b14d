import { tableFromIPC } from "apache-arrow";
import { readParquet } from "parquet-wasm";
import { describe, expect, test } from "vitest";
import type { NamedType } from "../../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../../runtime/parquet/arrow-build.ts";
import { decodeArrowBytes } from "../../../../runtime/parquet/arrow-ipc.ts";
import { readRows } from "../../../../runtime/parquet/arrow-rows.ts";
import { formatList, formatNamed, writeResult } from "../../../../runtime/query/formats/format.ts";
import type { Format } from "../../../../runtime/query/formats/format.ts";
import { readers } from "../../../../runtime/query/formats/rows-reader.ts";
import type { QueryResult } from "../../../../runtime/query/request.ts";
import { rowJson } from "../../../../runtime/values/json.ts";
import type { Row } from "../../../../runtime/values/value.ts";
import { batch, columns, resultOf, rows } from "./rows.ts";

async function bytesOf(result: QueryResult, format: Format): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(writeResult(result, format)));
}
const textOf = async (result: QueryResult, format: Format) => new TextDecoder().decode(await bytesOf(result, format));

/** JSON keeps every digit, and unlike `toEqual` tells one Temporal value from another. */
const spelled = (all: Iterable<Row>, of: readonly NamedType[] = columns) => [...all].map((row) => rowJson(of, row));

describe("every format", () => {
  test.each(["json", "ndjson", "csv", "arrow-stream", "arrow-file"] as const)("%s gives back extremes and nulls of every type as they were", async (format) => {
    const bytes = await bytesOf(resultOf([batch, batch]), format);
    expect(spelled(readers[format]?.(bytes, columns) ?? [])).toEqual(spelled([...rows, ...rows]));
  });

  test("parquet gives back extremes and nulls of every type as they were", async () => {
    const stream = readParquet(await bytesOf(resultOf([batch, batch]), "parquet")).intoIPCStream();
    const read = decodeArrowBytes(stream).batches.flatMap((part) => readRows(columns, part));
    expect(spelled(read)).toEqual(spelled([...rows, ...rows]));
  });

  test.each(formatList.map(([format]) => format))("%s of no rows is whole", async (format) => {
    const bytes = await bytesOf(resultOf([]), format);
    if (format === "parquet") expect(tableFromIPC(readParquet(bytes).intoIPCStream()).schema.fields.map((field) => field.name)).toEqual(columns.map((column) => column.name));
    else expect(spelled(readers[format]?.(bytes, columns) ?? [])).toEqual([]);
  });

  test.each(["json", "ndjson", "csv", "arrow-stream", "arrow-file"] as const)("%s takes no batch before it is asked for", async (format) => {
    const result = resultOf(Array.from({ length: 10 }, () => batch));
    const chunks = writeResult(result, format)[Symbol.asyncIterator]();
    await chunks.next();
    expect(result.given()).toBeLessThanOrEqual(2);
    await chunks.return?.();
    expect(result.closed()).toBe(true);
  });

  test.each(formatList.map(([format]) => format))("%s ends by the error when the query fails half-way", async (format) => {
    async function* broken() {
      yield batch;
      throw new Error("half-way");
    }
    await expect(bytesOf({ ...resultOf([]), batches: broken() }, format)).rejects.toThrow("half-way");
  });

  test.each(formatList.map(([format]) => format))("%s carries the first rows in its first chunk, so that what fails early fails before any byte", async (format) => {
    const batches = ReadableStream.from([batch]).pipeThrough(new TransformStream({ start: (controller) => controller.error(new Error("at once")) }));
    await expect(writeResult({ ...resultOf([]), batches }, format)[Symbol.asyncIterator]().next()).rejects.toThrow("at once");
  });
});

describe("the spelling", () => {
  const of: NamedType[] = [{ name: "n", type: { kind: "int64" }, nullable: true }, { name: "d", type: { kind: "decimal", precision: 5, scale: 2 }, nullable: true }, { name: "f", type: { kind: "float64" }, nullable: true }];
  const two = buildBatch(of, [{ n: 9007199254740993n, d: "1.50", f: Number.NaN }, { n: null, d: "-0.05", f: 0.1 }]);

  test("JSON is an array of objects, an Int64 with all its digits, a Decimal a string, NaN by name", async () => {
    expect(await textOf(resultOf([two], of), "json")).toBe('[{"n":9007199254740993,"d":"1.50","f":"NaN"},\n{"n":null,"d":"-0.05","f":0.1}]\n');
    expect(await textOf(resultOf([], of), "json")).toBe("[]\n");
  });

  test("NDJSON is an object a line", async () => {
    expect(await textOf(resultOf([two], of), "ndjson")).toBe('{"n":9007199254740993,"d":"1.50","f":"NaN"}\n{"n":null,"d":"-0.05","f":0.1}\n');
  });

  test("CSV has a header, null is empty, empty text is quoted", async () => {
    expect(await textOf(resultOf([two], of), "csv")).toBe("n,d,f\r\n9007199254740993,1.50,NaN\r\n,-0.05,0.1\r\n");
    const texts: NamedType[] = [{ name: 'a "b"', type: { kind: "text" }, nullable: true }];
    expect(await textOf(resultOf([buildBatch(texts, [{ 'a "b"': "" }, { 'a "b"': null }, { 'a "b"': "x,y" }])], texts), "csv")).toBe('"a ""b"""\r\n""\r\n\r\n"x,y"\r\n');
  });

  test("Arrow streams of many batches hold one schema", async () => {
    const table = tableFromIPC(await bytesOf(resultOf([two, two.slice(1), two], of), "arrow-stream"));
    expect(table.numRows).toBe(5);
    expect([...(table.getChild("n") ?? [])]).toEqual([9007199254740993n, null, null, 9007199254740993n, null]);
  });
});

test("a format is known by its names and media types, in any letter case", () => {
  expect(["arrow", "CSV", "application/parquet", "Application/JSON", "xml", ""].map(formatNamed)).toEqual(["arrow-stream", "csv", "parquet", "json", undefined, undefined]);
});
