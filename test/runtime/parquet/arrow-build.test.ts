import { describe, expect, test } from "vitest";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { decimalText } from "../../../runtime/values/decimal.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { Value } from "../../../runtime/values/value.ts";

/** What `buildBatch` says of a value in the second row. */
function refusal(type: ColumnType, value: Value, fine: Value, nullable = true): Failure {
  try {
    buildBatch([{ name: "c", type, nullable }], [{ c: fine }, { c: value }]);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error(`${String(value)} was taken for ${type.kind}`);
}

const decimal: ColumnType = { kind: "decimal", precision: 4, scale: 2 };
const point: ColumnType = { kind: "object", fields: [{ name: "x", type: { kind: "int32" }, nullable: false }] };
const numbers: ColumnType = { kind: "array", element: { kind: "int32" }, elementNullable: false };
const record: ColumnType = { kind: "map", key: { kind: "text" }, value: { kind: "int32" }, valueNullable: false };
const instant = Temporal.Instant.from("2026-01-01T00:00:00Z");

describe("a value its column cannot hold exactly is refused, with row and column", () => {
  const cases: readonly (readonly [string, ColumnType, Value, Value])[] = [
    ["a number too large for an Int8", { kind: "int8" }, 128, 1],
    ["a fraction for an Int32", { kind: "int32" }, 1.5, 1],
    ["NaN for an Int32", { kind: "int32" }, Number.NaN, 1],
    ["a number for an Int64", { kind: "int64" }, 1, 1n],
    ["a bigint beyond 64 bits", { kind: "int64" }, 2n ** 63n, 1n],
    ["a bigint for an Int32", { kind: "int32" }, 1n, 1],
    ["a number beyond single precision", { kind: "float32" }, 1e39, 1],
    ["a text for a Float64", { kind: "float64" }, "1", 1],
    ["a decimal with too many digits after the point", decimal, "1.005", "1.00"],
    ["a decimal with too many digits before the point", decimal, "100.00", "1.00"],
    ["a decimal as number", decimal, 1.5, "1.00"],
    ["a decimal in words", decimal, "one", "1.00"],
    ["half a surrogate pair", { kind: "text" }, "a\uD83D", "a"],
    ["a text that is none of the choices", { kind: "enum", values: ["card", "cash"] }, "gold", "card"],
    ["a uuid that lacks a digit", { kind: "uuid" }, "6f9619ff-8b86-d011-b42d-00c04fc964f", "6f9619ff-8b86-d011-b42d-00c04fc964ff"],
    ["text for bytes", { kind: "bytes" }, "AA==", new Uint8Array(1)],
    ["an instant finer than a microsecond", { kind: "timestamp" }, instant.add({ nanoseconds: 1 }), instant],
    ["an instant before the year 1", { kind: "timestamp" }, Temporal.Instant.from("-000001-12-31T23:59:59Z"), instant],
    ["a text for an instant", { kind: "timestamp" }, "2026-01-01T00:00:00Z", instant],
    ["a wall-clock time finer than a microsecond", { kind: "local_timestamp" }, Temporal.PlainDateTime.from("2026-01-01T00:00:00.0000001"), Temporal.PlainDateTime.from("2026-01-01")],
    ["a day after the year 9999", { kind: "day" }, Temporal.PlainDate.from("+010000-01-01"), Temporal.PlainDate.from("2026-01-01")],
    ["an object for a list", numbers, { 0: 1 }, [1]],
    ["a list for an object", point, [1], { x: 1 }],
    ["an object with a field too many", point, { x: 1, y: 2 }, { x: 1 }],
  ];
  test.each(cases)("%s", (_name, type, value, fine) => {
    const failure = refusal(type, value, fine);
    expect(failure.code).toBe("VALUE_INVALID");
    expect(failure.place).toMatchObject({ line: 2, parameter: "c" });
    expect(failure.message).toContain('Row 2, column "c"');
  });

  test("a null in a column that is never null, also inside", () => {
    expect(refusal({ kind: "int32" }, null, 1, false).message).toBe('Row 2, column "c": is null, and the column is never null.');
    expect(refusal(numbers, [1, null], [1]).place).toMatchObject({ line: 2, parameter: "c[]" });
    expect(refusal(record, { a: null }, { a: 1 }).place).toMatchObject({ line: 2, parameter: "c.value" });
    expect(refusal(point, {}, { x: 1 }).place).toMatchObject({ line: 2, parameter: "c.x" });
  });
});

test("text is counted in bytes of UTF-8 once it is not all ASCII, and in any order of lengths", () => {
  const texts = ["", "ß", "abc", null, "😀😀", "z"];
  const batch = buildBatch([{ name: "c", type: { kind: "text" }, nullable: true }], texts.map((c) => ({ c })));
  expect([...(batch.getChildAt(0) ?? [])]).toEqual(texts);
});

test("two halves of a surrogate pair in neighbouring rows do not pass for one character", () => {
  expect(refusal({ kind: "text" }, "\uDE00", "\uD83D".slice(1)).code).toBe("VALUE_INVALID");
  expect(() => buildBatch([{ name: "c", type: { kind: "text" }, nullable: true }], [{ c: "\uD83D" }, { c: "\uDE00" }])).toThrow(Failure);
});

test("a uuid in capitals is kept in lower case", () => {
  const batch = buildBatch([{ name: "c", type: { kind: "uuid" }, nullable: false }], [{ c: "6F9619FF-8B86-D011-B42D-00C04FC964FF" }]);
  expect(batch.getChildAt(0)?.get(0)).toBe("6f9619ff-8b86-d011-b42d-00c04fc964ff");
});

test("a day of another calendar is the same day", () => {
  const hebrew = Temporal.PlainDate.from("2026-03-01").withCalendar("hebrew");
  const batch = buildBatch([{ name: "c", type: { kind: "day" }, nullable: false }], [{ c: hebrew }]);
  expect(batch.getChildAt(0)?.data[0]?.values[0]).toBe(20_513);
});

test("a column named like what every object inherits is null where a row leaves it out", () => {
  const object: ColumnType = { kind: "object", fields: [{ name: "valueOf", type: { kind: "int32" }, nullable: true }] };
  const batch = buildBatch([{ name: "constructor", type: { kind: "text" }, nullable: true }, { name: "o", type: object, nullable: false }], [{ o: {} }]);
  expect(batch.getChildAt(0)?.nullCount).toBe(1);
  expect(batch.getChildAt(1)?.getChildAt(0)?.nullCount).toBe(1);
});

test("an object without a prototype is told in the refusal like any other", () => {
  expect(refusal({ kind: "int32" }, Object.assign(Object.create(null) as object, { a: 1 }), 1).message).toContain("an object with a");
});

test("decimals of few digits and of many, of either sign and about each word's end, are their unscaled digits in 128 bits", () => {
  const type = { kind: "decimal", precision: 38, scale: 2 } as const;
  const digits = [0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 1n, 10n ** 15n - 1n, 10n ** 15n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 10n ** 38n - 1n].flatMap((each) => [each, -each]);
  const { values } = buildBatch([{ name: "d", type, nullable: false }], digits.map((each) => ({ d: decimalText(each, 2) }))).data.children[0] ?? expect.fail("no column");
  const longs = new BigInt64Array((values as Uint32Array).buffer);
  expect(digits.map((_, k) => ((longs[k * 2 + 1] ?? 0n) << 64n) | BigInt.asUintN(64, longs[k * 2] ?? 0n))).toEqual(digits);
});
