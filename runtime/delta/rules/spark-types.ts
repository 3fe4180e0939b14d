/**
 * What Spark makes of values of several types, where the engine can do the same: the type they have in common, and conversions that lose
 * nothing. Everything else (texts as numbers, numbers as truths, times as days of some zone) is refused (protocol, "CHECK Constraints").
 */
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import type { Expression, Operation, ValueType } from "./expression.ts";
import { outside } from "./spark-tokens.ts";

export const bool: ValueType = { kind: "bool" };
export const int32: ValueType = { kind: "int32" };
export const text: ValueType = { kind: "text" };
const float64: ValueType = { kind: "float64" };

/** Digits that a whole number of each type can have. */
const wholeDigits: { readonly [kind: string]: number } = { int8: 3, int16: 5, int32: 10, int64: 20 };
const ranks = ["int8", "int16", "int32", "int64", "float32", "float64"];
/** Decimals of so many digits are as exact in floating point to everyone. */
const exactDigits = 15;
const decimalDigits = 38;

export function isWhole({ kind }: ValueType): boolean {
  return kind in wholeDigits;
}

export function isNumber(type: ValueType): boolean {
  return ranks.includes(type.kind) || type.kind === "decimal";
}

export function isText({ kind }: ValueType): boolean {
  return kind === "text" || kind === "enum" || kind === "uuid";
}

/** A type in words. */
export function typeText(type: ValueType): string {
  return type.kind === "decimal" ? `decimal(${type.precision},${type.scale})` : type.kind;
}

export function operation(name: Operation, of: readonly Expression[], type: ValueType): Expression {
  return { kind: "operation", operation: name, of, type };
}

/** A number as a decimal of enough digits. */
function decimalOf(type: ValueType): Extract<ColumnType, { kind: "decimal" }> | undefined {
  if (type.kind === "decimal") return type;
  return isWhole(type) ? { kind: "decimal", precision: wholeDigits[type.kind] ?? 0, scale: 0 } : undefined;
}

/** The type that Spark compares values of two types as. */
export function commonType(left: ValueType, right: ValueType): ValueType {
  if (left.kind === "null") return right;
  if (right.kind === "null") return left;
  if (isText(left) && isText(right)) return text;
  if (left.kind === right.kind && ["bool", "day", "timestamp", "local_timestamp"].includes(left.kind)) return left;
  if (isNumber(left) && isNumber(right)) return commonNumber(left, right);
  return outside(`it puts ${typeText(left)} together with ${typeText(right)}`);
}

function commonNumber(left: ValueType, right: ValueType): ValueType {
  const [a, b] = [decimalOf(left), decimalOf(right)];
  if (left.kind !== "decimal" && right.kind !== "decimal") return ranks.indexOf(left.kind) < ranks.indexOf(right.kind) ? right : left;
  if (a === undefined || b === undefined) {
    if (((a ?? b)?.precision ?? 0) > exactDigits) outside(`it puts ${typeText(left)} together with ${typeText(right)}`);
    return float64;
  }
  return decimal(Math.max(a.precision - a.scale, b.precision - b.scale) + Math.max(a.scale, b.scale), Math.max(a.scale, b.scale));
}

function decimal(precision: number, scale: number): ValueType {
  return precision <= decimalDigits ? { kind: "decimal", precision, scale } : outside(`it needs a decimal of ${precision} digits`);
}

/** The expression as a value of a type, where that loses nothing; as it is where it is of that type already. */
export function as(expression: Expression, type: ValueType): Expression {
  const from = expression.type;
  if (same(from, type) || (isText(from) && isText(type))) return expression;
  if (from.kind === "null") return { kind: "cast", of: expression, type };
  const widens = isNumber(from) && isNumber(type) && same(commonNumber(from, type), type);
  // A time is of a day in the zone of who asks; ours is UTC.
  const cuts = type.kind === "day" && (from.kind === "timestamp" || from.kind === "local_timestamp");
  const spells = type.kind === "text" && isWhole(from);
  return widens || cuts || spells ? { kind: "cast", of: expression, type } : outside(`it makes ${typeText(type)} of ${typeText(from)}`);
}

/** A plain value as a column holds it; a number where the column has room for all its digits. */
export function assigned(expression: Expression, type: ColumnType): Expression {
  const given = dated(expression, { kind: "constant", text: "", type });
  if (given.kind !== "constant") return outside("it is no plain value");
  return isNumber(given.type) && isNumber(type) && fits(given.text, type) ? { ...given, type } : as(given, type);
}

function fits(digits: string, type: ColumnType): boolean {
  const [, whole = "", fraction = ""] = /^-?0*(\d*)(?:\.(\d*?)0*)?$/.exec(digits) ?? [];
  if (type.kind === "float32" || type.kind === "float64") return true;
  if (!/^-?\d/.test(digits) || /e/i.test(digits)) return false;
  if (type.kind === "decimal") return whole.length <= type.precision - type.scale && fraction.length <= type.scale;
  const bits = { int8: 8n, int16: 16n, int32: 32n, int64: 64n }[type.kind as string];
  return bits !== undefined && fraction === "" && BigInt.asIntN(Number(bits), BigInt(digits.split(".")[0] ?? "")) === BigInt(digits.split(".")[0] ?? "");
}

export function same(left: ValueType, right: ValueType): boolean {
  return left.kind === "decimal" && right.kind === "decimal" ? left.precision === right.precision && left.scale === right.scale : left.kind === right.kind;
}

/** Two values under an operation that wants them alike. */
export function alike(name: Operation, left: Expression, right: Expression): Expression {
  const [a, b] = [dated(left, right), dated(right, left)];
  const type = commonType(a.type, b.type);
  return operation(name, [as(a, type), as(b, type)], bool);
}

/** A text that is held against a day is one. */
export function dated(expression: Expression, other: Expression): Expression {
  if (other.type.kind !== "day" || expression.kind !== "constant" || !isText(expression.type)) return expression;
  return /^\d{4}-\d\d-\d\d$/.test(expression.text) ? { ...expression, type: { kind: "day" } } : outside(`'${expression.text}' is no day`);
}

/** Arithmetic as Spark types it; what the type cannot hold fails. */
export function arithmetic(name: "+" | "-" | "*", left: Expression, right: Expression): Expression {
  if (!isNumber(left.type) || !isNumber(right.type)) return outside(`it has ${typeText(left.type)} ${name} ${typeText(right.type)}`);
  const [a, b] = [decimalOf(left.type), decimalOf(right.type)];
  const exact = left.type.kind === "decimal" || right.type.kind === "decimal";
  if (!exact || a === undefined || b === undefined) {
    const type = commonNumber(left.type, right.type);
    return operation(name, [as(left, type), as(right, type)], type);
  }
  if (name === "*") return operation(name, [as(left, a), as(right, b)], decimal(a.precision + b.precision + 1, a.scale + b.scale));
  const scale = Math.max(a.scale, b.scale);
  const type = decimal(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
  return operation(name, [as(left, type), as(right, type)], type);
}

/** Division and remainder, by a number that is not zero: what becomes of zero is a matter of settings. */
export function division(name: "/" | "%", left: Expression, right: Expression): Expression {
  if (right.kind !== "constant" || !(Number(right.text) !== 0)) return outside(`it has ${name} by something other than a number`);
  if (name === "/" && [left, right].every(({ type }) => isNumber(type) && type.kind !== "decimal")) return operation(name, [as(left, float64), as(right, float64)], float64);
  if (name === "%" && isWhole(left.type) && isWhole(right.type)) {
    const type = commonNumber(left.type, right.type);
    return operation(name, [as(left, type), as(right, type)], type);
  }
  return outside(`it has ${typeText(left.type)} ${name} ${typeText(right.type)}`);
}
