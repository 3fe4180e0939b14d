import { describe, expect, test } from "vitest";
import { contentType, negotiate } from "../../../runtime/server/negotiation.ts";
import { failureOf } from "./failing.ts";

describe("the format of a reply", () => {
  test.each([
    [undefined, "json"],
    ["*/*", "json"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "json"],
    ["text/csv", "csv"],
    ["text/*", "csv"],
    ["TEXT/CSV", "csv"],
    ["application/x-ndjson;q=0.5, application/vnd.apache.arrow.stream", "arrow-stream"],
    ["application/*;q=0.1, text/csv;q=0.9", "csv"],
    ["*/*, text/csv", "csv"],
    ["application/json;q=0, application/*", "ndjson"],
    ["application/csv", "csv"],
    ["application/parquet", "parquet"],
    ["application/vnd.apache.arrow.file", "arrow-file"],
  ])("Accept %s is answered with %s", (accept, format) => {
    expect(negotiate(undefined, accept).format).toBe(format);
  });

  test("the parameter goes before the header", () => {
    expect(negotiate("arrow", "text/csv")).toEqual({ format: "arrow-stream", mediaType: "application/vnd.apache.arrow.stream" });
    expect(negotiate("application/parquet", undefined).format).toBe("parquet");
  });

  test("a reply calls its format as the client did", () => {
    expect(contentType(negotiate(undefined, "application/csv"))).toBe("application/csv; charset=utf-8; header=present");
    expect(contentType(negotiate("csv", undefined))).toBe("text/csv; charset=utf-8; header=present");
  });

  test("what nobody writes is refused with what there is", () => {
    expect(failureOf(() => negotiate(undefined, "image/png"))).toMatchObject({ code: "FORMAT_NOT_ACCEPTABLE", hint: expect.stringContaining("text/csv") });
    expect(failureOf(() => negotiate("xml", undefined))).toMatchObject({ code: "PARAMETER_INVALID", place: { parameter: "format" }, hint: expect.stringContaining("ndjson") });
  });
});
