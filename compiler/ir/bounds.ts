/**
 * The bounds of `@between` as exact numbers of the column's own kind. JavaScript and SQL compare with these same numbers, so that both
 * give the same verdict: whole numbers and decimals in units of the last digit, floating point as the nearest double.
 */
import assert from "node:assert/strict";
import type { ColumnType, DecimalType, PlainKind } from "./column-type.ts";

/** Both ends included, in units of 10^-scale; `empty` when no value of the column's type lies between them. */
export type ExactBounds = { readonly scale: number; readonly low: bigint; readonly high: bigint } | "empty";

const bits: { readonly [K in PlainKind]?: bigint } = { int8: 8n, int16: 16n, int32: 32n, int64: 64n };

/** The bounds for a column of whole numbers or decimals; undefined for floating point. */
export function exactBounds(type: ColumnType, low: string, high: string): ExactBounds | undefined {
  if (type.kind === "float32" || type.kind === "float64") return undefined;
  const scale = type.kind === "decimal" ? type.scale : 0;
  const [least, greatest] = type.kind === "decimal" ? decimalRange(type) : integerRange(type);
  const from = scaled(low, scale, "up");
  const to = scaled(high, scale, "down");
  if (from > to || from > greatest || to < least) return "empty";
  return { scale, low: from < least ? least : from, high: to > greatest ? greatest : to };
}

/** An exact decimal's digits as a count of units of 10^-scale; `text` has at most `scale` digits after its point. */
export function unscaled(text: string, scale: number): bigint {
  return scaled(text, scale, "down");
}

function integerRange(type: ColumnType): readonly [bigint, bigint] {
  const width = bits[type.kind as PlainKind];
  assert(width !== undefined, `@between on ${type.kind} passed the compiler`);
  return [-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n];
}

function decimalRange(type: DecimalType): readonly [bigint, bigint] {
  const end = 10n ** BigInt(type.precision) - 1n;
  return [-end, end];
}

/** Rounded to whole units towards plus ("up") or minus infinity ("down"). */
function scaled(text: string, scale: number, towards: "up" | "down"): bigint {
  const parsed = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  assert(parsed !== null && `${parsed[2]}${parsed[3]}` !== "", `not a number: ${text}`);
  const [, sign, whole = "", fraction = "", exponent = "0"] = parsed;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const shift = scale - fraction.length + Number(exponent);
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const unit = 10n ** BigInt(-shift);
  const quotient = digits / unit;
  const rest = digits % unit;
  if (rest === 0n || rest > 0n === (towards === "down")) return quotient;
  return towards === "up" ? quotient + 1n : quotient - 1n;
}
