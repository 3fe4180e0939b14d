/** A column of each type with its extremes, and rows that mix them: what every way in and out must bring back as it was. */
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";

const day = Temporal.PlainDate.from;
const instant = Temporal.Instant.from;
const clock = Temporal.PlainDateTime.from;
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const list = (element: ColumnType): ColumnType => ({ kind: "array", element, elementNullable: true });
const record = (value: ColumnType): ColumnType => ({ kind: "map", key: { kind: "text" }, value, valueNullable: true });
const decimal = (precision: number, scale: number): ColumnType => ({ kind: "decimal", precision, scale });
const point: ColumnType = {
  kind: "object",
  fields: [
    { name: "x", type: { kind: "float64" }, nullable: false },
    { name: "big", type: { kind: "int64" }, nullable: true },
    { name: "tags", type: list({ kind: "text" }), nullable: true },
  ],
};

const values: { readonly [column: string]: readonly [ColumnType, readonly Value[]] } = {
  i8: [{ kind: "int8" }, [-128, 127]],
  i16: [{ kind: "int16" }, [-32_768, 32_767]],
  i32: [{ kind: "int32" }, [-2_147_483_648, 2_147_483_647]],
  i64: [{ kind: "int64" }, [-(2n ** 63n), 2n ** 63n - 1n, 9_007_199_254_740_993n]],
  f32: [{ kind: "float32" }, [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, Math.fround(3.402_823_466_385_288_6e38), Math.fround(0.1)]],
  f64: [{ kind: "float64" }, [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, Number.MAX_VALUE, Number.MIN_VALUE, 0.1]],
  d10: [decimal(10, 2), ["99999999.99", "-99999999.99", "-0.01", "0.00"]],
  d18: [decimal(18, 18), ["0.999999999999999999", "-0.000000000000000001"]],
  d38: [decimal(38, 0), ["9".repeat(38), `-${"9".repeat(38)}`, "18446744073709551616", "-18446744073709551616"]],
  text: [{ kind: "text" }, ["", "😀", "\u0000", "e\u0301", "\uFEFFmark", "x".repeat(70_000)]],
  bool: [{ kind: "bool" }, [true, false]],
  bytes: [{ kind: "bytes" }, [bytes(), bytes(0, 255, 128), new Uint8Array(70_000).fill(7)]],
  uuid: [{ kind: "uuid" }, ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]],
  choice: [{ kind: "enum", values: ["card", "it's", ""] }, ["card", "it's", ""]],
  day: [{ kind: "day" }, [day("0001-01-01"), day("9999-12-31"), day("1969-12-31"), day("2024-02-29")]],
  at: [{ kind: "timestamp" }, [instant("0001-01-01T00:00:00Z"), instant("9999-12-31T23:59:59.999999Z"), instant("1969-12-31T23:59:59.999999Z")]],
  local: [{ kind: "local_timestamp" }, [clock("0001-01-01T00:00:00"), clock("9999-12-31T23:59:59.999999"), clock("1969-12-31T23:59:59.999999")]],
  texts: [list({ kind: "text" }), [[], [null], ["", "😀", null]]],
  lists: [list(list(decimal(38, 2))), [[], [[]], [null, [null, "0.01"], [`${"9".repeat(36)}.99`]]]],
  record: [record({ kind: "float32" }), [{}, { nan: Number.NaN, zero: -0, none: null, "": 1 }]],
  map: [{ kind: "map", key: { kind: "int64" }, value: { kind: "day" }, valueNullable: true }, [[], [{ key: 2n ** 63n - 1n, value: day("0001-01-01") }, { key: -1n, value: null }]]],
  point: [point, [{ x: -0, big: 2n ** 63n - 1n, tags: ["a", null] }, { x: Number.NaN, big: null, tags: null }]],
  points: [list(point), [[], [null, { x: 1.5, big: null, tags: [] }, null]]],
  deep: [{ kind: "object", fields: [{ name: "inner", type: point, nullable: true }, { name: "on", type: { kind: "day" }, nullable: false }] }, [{ inner: null, on: day("1969-12-31") }]],
};

const names = Object.keys(values);
const most = Math.max(...names.map((name) => values[name]?.[1].length ?? 0));

/** One nullable column of each type, some nested. */
export const extremeColumns: readonly NamedType[] = names.map((name) => ({ name, type: values[name]?.[0] ?? { kind: "text" }, nullable: true }));

/** Row k has the k-th extreme of each column, or null; the last row is all null. */
export const extremeRows: readonly Row[] = Array.from({ length: most + 1 }, (_, k) => Object.fromEntries(names.map((name) => [name, values[name]?.[1][k] ?? null])));
