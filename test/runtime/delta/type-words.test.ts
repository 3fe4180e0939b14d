import { describe, expect, test } from "vitest";
import { changeType, findAt, parsePath, pathText } from "../../../runtime/delta/schema/field-path.ts";
import { parseColumnWords } from "../../../runtime/delta/schema/type-words.ts";

describe("types in the words of Spark's SQL", () => {
  test.each([
    ["INT", "integer"], ["bigint", "long"], ["tinyint", "byte"], ["SMALLINT", "short"], ["real", "float"], ["double", "double"], ["boolean", "boolean"], ["string", "string"], ["binary", "binary"], ["date", "date"],
    ["timestamp", "timestamp"], ["timestamp_ntz", "timestamp_ntz"], ["decimal", "decimal(10,0)"], ["dec(7)", "decimal(7,0)"], ["numeric ( 7 , 2 )", "decimal(7,2)"],
    ["array<array<int>>", { type: "array", elementType: { type: "array", elementType: "integer", containsNull: true }, containsNull: true }],
    ["map<string,decimal(5,2)>", { type: "map", keyType: "string", valueType: "decimal(5,2)", valueContainsNull: true }],
    ["struct<a: int NOT NULL COMMENT 'it''s', `b c` array<date>>", { type: "struct", fields: [{ name: "a", type: "integer", nullable: false, metadata: { comment: "it's" } }, { name: "b c", type: { type: "array", elementType: "date", containsNull: true }, nullable: true, metadata: {} }] }],
  ])("%s", (words, type) => {
    expect(parseColumnWords(words)).toEqual({ type, nullable: true });
  });

  test("with what may stand behind them", () => {
    expect(parseColumnWords("int not null comment 'a, b'")).toEqual({ type: "integer", nullable: false, comment: "a, b" });
  });

  test.each(["", "text", "int int", "array<int", "array int", "map<int>", "struct<>", "struct<a>", "decimal(1", "decimal(2,3)", "decimal(39)", "int comment", "int comment x", "int not", "varchar(10)", "struct<a: int,>"])("\"%s\" is refused", (words) => {
    expect(() => parseColumnWords(words)).toThrow(expect.objectContaining({ code: expect.stringMatching(/PARAMETER_INVALID|DELTA_UNSUPPORTED_FEATURE/) as string }) as Error);
  });
});

test("paths name what is in arrays and maps, in any case, and are written as they are read", () => {
  const fields = [{ name: "A.b", type: { type: "map", keyType: "string", valueType: { type: "array", elementType: "integer", containsNull: true }, valueContainsNull: true }, nullable: true, metadata: {} }] as const;
  const path = parsePath("`a.B`.Value.element");
  expect(path).toEqual(["a.B", "Value", "element"]);
  const found = findAt(fields, path, "t");
  expect([pathText(found.path), found.below, found.type]).toEqual(["`A.b`.value.element", ["value", "element"], "integer"]);
  expect(changeType(fields, found.path, () => "long")).toMatchObject([{ type: { valueType: { elementType: "long" } } }]);
  for (const wrong of ["", "a..b", "a b", ".a", "`a"]) expect(() => parsePath(wrong), wrong).toThrow(/names no column/);
  expect(() => findAt(fields, ["a.B", "item"], "t")).toThrow(/has no column `a\.B`\.item/);
});
