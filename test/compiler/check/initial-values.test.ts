import { expect, test } from "vitest";
import { testCases } from "../catalog-cases.ts";
import { extractFiles, tableFile } from "../written-project.ts";

const wrong = (underlined: string) => ({ code: "NL2039", underlined, hint: "Write a value of the column's type; a row without one needs no word, if the column may be null." });

testCases([
  ["values of their columns, of every kind that has literals", "@initially(-128) a: Int8; @initially(9007199254740993n) b: Int64; @initially(0.5) c: Float64; @initially(true) d: Bool; @initially(\"x\") e: Text; @initially(\"0.1\") f: Decimal<4, 2>; @initially(\"2026-08-01\") g: Day; @initially(\"2026-08-01T12:00:00Z\") h: Timestamp; @initially(\"2026-08-01T12:00:00\") i: LocalTimestamp; @initially(\"b\") j: \"a\" | \"b\"; @initially(\"00000000-0000-0000-0000-00000000000A\") k: Uuid;"],
  ["a plain number for an Int64", "@initially(7) a: Int64;", { code: "NL2020", underlined: "@initially(7)", hint: "It fits Int8, Int16, Int32, Float32 or Float64. Write @initially(7n)." }],
  ["a plain number for a Decimal", "@initially(0.5) a: Decimal<4, 2>;", { code: "NL2020", underlined: "@initially(0.5)", hint: "It fits Int8, Int16, Int32, Float32 or Float64. Write @initially(\"0.5\")." }],
  ["too great", "@initially(128) a: Int8;", wrong("@initially(128)")],
  ["a fraction of a whole number", "@initially(1.5) a: Int32;", wrong("@initially(1.5)")],
  ["too many digits", "@initially(\"0.123\") a: Decimal<4, 2>;", wrong("@initially(\"0.123\")")],
  ["no day", "@initially(\"2026-02-30\") a: Day;", wrong("@initially(\"2026-02-30\")")],
  ["no choice of the column's", "@initially(\"c\") a: \"a\" | \"b\";", wrong("@initially(\"c\")")],
  ["no uuid", "@initially(\"none\") a: Uuid;", wrong("@initially(\"none\")")],
  ["outside the column's bounds", "@between(1, 8) @initially(0) a: Int32;", { code: "NL2053", underlined: "@initially(0)", hint: "Old rows must satisfy what new ones do: choose another value." }],
  ["exactly beyond the column's bounds", "@between(0, 9007199254740992n) @initially(9007199254740993n) a: Int64;", { code: "NL2053", underlined: "@initially(9007199254740993n)", hint: "Old rows must satisfy what new ones do: choose another value." }],
  ["against the column's pattern", "@matches(/^[a-z]+$/) @initially(\"A1\") a: Text;", { code: "NL2053", underlined: "@initially(\"A1\")", hint: "Old rows must satisfy what new ones do: choose another value." }],
]);

test("the Catalog keeps the value in the JSON spelling of its type", () => {
  const { catalog } = extractFiles({ "catalog/rides/trips.ts": tableFile("@initially(9007199254740993n) a: Int64; @initially(7n) b: Int64; @initially(\"1.5\") c: Decimal<4, 2>; @initially(\"2026-08-01T12:00:00+02:00\") d: Timestamp; @initially(\"00000000-0000-0000-0000-00000000000A\") e: Uuid; f: Int64;") });
  expect(catalog.databases[0]?.tables[0]?.columns.map(({ initially }) => initially)).toEqual(["9007199254740993", 7, "1.50", "2026-08-01T10:00:00Z", "00000000-0000-0000-0000-00000000000a", undefined]);
});
