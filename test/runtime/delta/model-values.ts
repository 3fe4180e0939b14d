/** Types, and values of them made at random, each with how SQL writes it and how the engine orders it: a model that knows nothing of files. */
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import type { Value } from "../../../runtime/values/value.ts";
import { below, chance, oneOf } from "../../random.ts";
import type { Random } from "../../random.ts";

const words = ["", "a", "ab", "b", "é", "a/b=c%d", " ", "it's", "zwei\nZeilen", "𝔘🦓", "..", "NULL", "zebra", "zebra and a tail that statistics cut off somewhere behind here"];
const days = ["0001-01-01", "1582-10-20", "1969-12-31", "1970-01-01", "2025-12-31", "2026-01-01", "2026-02-28", "9999-12-31"];
const times = ["0001-01-02T00:00:00", "1969-12-31T23:59:59.999999", "2026-01-01T00:00:00", "2026-01-01T12:34:56.123456", "2026-02-28T23:59:59.999", "9999-12-30T00:00:00.000001"];
const bytes = ["", "00", "00ff", "61", "616263646566"];

/** Values of a plain type: few, so that they meet again. The engine's dictionaries take -0 for 0, as SQL does: there is none. */
const plainValues: { readonly [kind: string]: readonly Value[] } = {
  int8: [-128, -1, 0, 1, 2, 3, 7, 127],
  int16: [-32_768, -1, 0, 1, 2, 3, 300, 32_767],
  int32: [-2_147_483_648, -1, 0, 1, 2, 3, 4, 5, 70_000, 2_147_483_647],
  int64: [-9_223_372_036_854_775_808n, -1n, 0n, 1n, 2n, 3n, 9_007_199_254_740_993n, 9_223_372_036_854_775_807n],
  float32: [0, 0.5, -1.5, Math.fround(0.1), Math.fround(1e30), Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  float64: [0, 0.5, 0.1, -1e300, 5e-324, 1e15, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  text: words,
  bool: [true, false],
  bytes: bytes.map((hex) => Uint8Array.fromHex(hex)),
  day: days.map((day) => Temporal.PlainDate.from(day)),
  timestamp: times.map((time) => Temporal.Instant.from(`${time}Z`)),
  local_timestamp: times.map((time) => Temporal.PlainDateTime.from(time)),
};

export const plainTypes: readonly ColumnType[] = [
  ...(["int8", "int16", "int32", "int64", "float32", "float64", "text", "text", "bool", "bytes", "day", "timestamp", "local_timestamp"] as const).map((kind) => ({ kind })),
  ...[[4, 2], [10, 0], [18, 6], [38, 10]].map(([precision = 1, scale = 0]) => ({ kind: "decimal", precision, scale }) as const),
];

/** A type, nested to a depth. */
export function randomType(random: Random, depth: number): ColumnType {
  if (depth === 0 || chance(random, 0.7)) return oneOf(random, plainTypes);
  const shape = below(random, 3);
  if (shape === 0) return { kind: "array", element: randomType(random, depth - 1), elementNullable: true };
  if (shape === 1) return { kind: "map", key: { kind: "text" }, value: randomType(random, depth - 1), valueNullable: true };
  return { kind: "object", fields: ["a", "b", "c"].slice(0, 1 + below(random, 3)).map((name) => ({ name, type: randomType(random, depth - 1), nullable: true })) };
}

/** A value of a type that is not null itself, but may be so within. */
export function randomValue(random: Random, type: ColumnType): Value {
  const within = (inner: ColumnType): Value => (chance(random, 0.2) ? null : randomValue(random, inner));
  if (type.kind === "decimal") return decimalText(oneOf(random, [0n, 1n, -1n, 5n, 150n, -9_999n, 10n ** BigInt(type.precision) - 1n].map((digits) => digits % 10n ** BigInt(type.precision))), type.scale);
  if (type.kind === "array") return Array.from({ length: below(random, 4) }, () => within(type.element));
  if (type.kind === "map") return Object.fromEntries(["x", "y", "é"].filter(() => chance(random, 0.5)).map((key) => [key, within(type.value)]));
  if (type.kind === "object") return Object.fromEntries(type.fields.map(({ name, type: inner }) => [name, within(inner)]));
  return oneOf(random, plainValues[type.kind] ?? []);
}

export function decimalText(digits: bigint, scale: number): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  return `${digits < 0n ? "-" : ""}${text.slice(0, text.length - scale)}${scale === 0 ? "" : `.${text.slice(-scale)}`}`;
}

/** As the engine's SQL writes it. */
export function literal(type: ColumnType, value: Value): string {
  return value === null ? "NULL" : `CAST(${bareLiteral(type, value)} AS ${sqlType(type)})`;
}

function bareLiteral(type: ColumnType, value: Value): string {
  if (type.kind === "array") return `[${(value as readonly Value[]).map((each) => literal(type.element, each)).join(", ")}]`;
  if (type.kind === "map") return `MAP {${Object.entries(value as object).map(([key, each]) => `${textLiteral(key)}: ${literal(type.value, each as Value)}`).join(", ")}}`;
  if (type.kind === "object") return `{${type.fields.map(({ name, type: inner }) => `${textLiteral(name)}: ${literal(inner, (value as { readonly [name: string]: Value })[name] ?? null)}`).join(", ")}}`;
  if (value instanceof Uint8Array) return `'${[...value].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}'`;
  if (value instanceof Temporal.Instant) return textLiteral(String(value).replace("Z", "+00"));
  return textLiteral(String(value));
}

const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const sqlNames: { readonly [kind: string]: string } = {
  int8: "TINYINT", int16: "SMALLINT", int32: "INTEGER", int64: "BIGINT", float32: "FLOAT", float64: "DOUBLE", text: "VARCHAR", bool: "BOOLEAN", bytes: "BLOB", day: "DATE", timestamp: "TIMESTAMPTZ", local_timestamp: "TIMESTAMP",
};

function sqlType(type: ColumnType): string {
  if (type.kind === "decimal") return `DECIMAL(${type.precision}, ${type.scale})`;
  if (type.kind === "array") return `${sqlType(type.element)}[]`;
  if (type.kind === "map") return `MAP(VARCHAR, ${sqlType(type.value)})`;
  if (type.kind === "object") return `STRUCT(${type.fields.map(({ name, type: inner }) => `"${name}" ${sqlType(inner)}`).join(", ")})`;
  return sqlNames[type.kind] ?? "";
}

/** Below zero where the left one comes first, as the engine orders values of one plain type: texts by their bytes, NaN above all numbers. */
export function order(type: ColumnType, left: Value, right: Value): number {
  if (typeof left === "string" && typeof right === "string") return type.kind === "decimal" ? sign(digitsOf(left) - digitsOf(right)) : Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  if (left instanceof Temporal.PlainDate && right instanceof Temporal.PlainDate) return Temporal.PlainDate.compare(left, right);
  if (left instanceof Temporal.Instant && right instanceof Temporal.Instant) return Temporal.Instant.compare(left, right);
  if (left instanceof Temporal.PlainDateTime && right instanceof Temporal.PlainDateTime) return Temporal.PlainDateTime.compare(left, right);
  if (typeof left === "bigint" && typeof right === "bigint") return sign(left - right);
  const [one, other] = [Number(left), Number(right)];
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return one === other ? 0 : one < other ? -1 : 1;
}

const sign = (value: bigint): number => (value === 0n ? 0 : value < 0n ? -1 : 1);
const digitsOf = (decimal: string): bigint => BigInt(decimal.replace(".", ""));
