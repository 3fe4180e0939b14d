import { describe, expect, test } from "vitest";
import type { NamedType } from "../../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../../runtime/parquet/arrow-build.ts";
import { encodeArrowBatch } from "../../../../runtime/parquet/arrow-ipc.ts";
import type { Format } from "../../../../runtime/query/formats/format.ts";
import { readers } from "../../../../runtime/query/formats/rows-reader.ts";
import type { Row } from "../../../../runtime/values/value.ts";
import { failureOf } from "../../server/failing.ts";

const columns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: false },
  { name: "paid_with", type: { kind: "enum", values: ["card", "cash"] }, nullable: false },
  { name: "note", type: { kind: "text" }, nullable: true },
];

const read = (format: Format, body: string | Uint8Array): Row[] => [...readers[format]?.(typeof body === "string" ? new TextEncoder().encode(body) : body, columns) ?? []];

describe("rows that were sent", () => {
  test("JSON integers beyond 2^53 keep every digit; what is left out stays left out", () => {
    expect(read("json", '[{"id": 9007199254740993, "paid_with": "card"}]')).toEqual([{ id: 9007199254740993n, paid_with: "card" }]);
  });

  test("NDJSON may end without a line feed and hold blank lines", () => {
    expect(read("ndjson", '{"id":1}\r\n\n{"id":2}')).toEqual([{ id: 1n }, { id: 2n }]);
  });

  test("CSV columns may stand in any order; fields hold commas, quotes and lines when quoted", () => {
    expect(read("csv", '\uFEFFnote,id\n"a, ""b""\nc",1\n,2\n"",3\n\n')).toEqual([{ note: 'a, "b"\nc', id: 1n }, { note: null, id: 2n }, { note: "", id: 3n }]);
  });

  test("Arrow columns of a narrower type are taken where each value fits", () => {
    const sent: NamedType[] = [{ name: "paid_with", type: { kind: "text" }, nullable: true }, { name: "id", type: { kind: "int32" }, nullable: true }];
    expect(read("arrow-stream", encodeArrowBatch(buildBatch(sent, [{ paid_with: "cash", id: 7 }])))).toEqual([{ paid_with: "cash", id: 7n }]);
    expect(failureOf(() => read("arrow-stream", encodeArrowBatch(buildBatch(sent, [{ paid_with: "cash", id: 7 }, { paid_with: "gold", id: 8 }]))))).toMatchObject({
      code: "VALUE_INVALID", message: expect.stringMatching(/^Row 2, column "paid_with": "gold"/),
    });
  });
});

describe("what cannot be read is refused with row or line, column and value", () => {
  test.each<[Format, string, string, object]>([
    ["json", '{"id": 1}', "is not a JSON array", {}],
    ["json", '[{"id": 1}, 2]', "Row 2 is not a JSON object", {}],
    ["json", '[{"id": 1}, {"id": "2"}]', 'Row 2, column "id": "2" is not Int64', { parameter: "id", value: '"2"' }],
    ["json", '[{"id": 9223372036854775808}]', "9223372036854775808 is not Int64", { parameter: "id" }],
    ["json", '[{"id": 1', "The body is not JSON", {}],
    ["json", '[{"ID": 1}]', 'Row 1 has a column "ID"', { parameter: "ID" }],
    ["ndjson", '{"id":1}\n{"id":1.5}', 'Line 2, column "id": 1.5', { line: 2, parameter: "id", value: "1.5" }],
    ["ndjson", '{"id":1}\n{"id"}', "Line 2 is not JSON", { line: 2 }],
    ["csv", "id,note\n1,a\nx,b", 'Line 3, column "id": "x"', { line: 3, parameter: "id", value: "x" }],
    ["csv", 'id,note\n1,"a\nb"\nx,b', 'Line 4, column "id"', { line: 4 }],
    ["csv", "id,fare\n1,2", 'Line 1 has a column "fare"', { line: 1, parameter: "fare" }],
    ["csv", "id,id\n1,2", 'Line 1 names column "id" twice', { line: 1 }],
    ["csv", "id,note\n1,a,b", "Line 2 has 3 fields; the header has 2", { line: 2 }],
    ["csv", 'id,note\n1,a"b', "quote inside a field", { line: 2 }],
    ["csv", 'id,note\n1,"a', "does not end", { line: 2 }],
    ["csv", 'id,note\n1,"a"b', "text after the quote", { line: 2 }],
  ])("%s %s", (format, body, message, place) => {
    const failure = failureOf(() => read(format, body));
    expect(failure.code).toBe("VALUE_INVALID");
    expect(failure.message).toContain(message);
    expect(failure.place ?? {}).toMatchObject(place);
  });

  test("bytes that are no text, no Arrow stream", () => {
    expect(failureOf(() => read("json", new Uint8Array([0xff, 0xfe]))).message).toContain("UTF-8");
    expect(failureOf(() => read("arrow-stream", "id\n1")).code).toBe("VALUE_INVALID");
  });
});
