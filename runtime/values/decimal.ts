/** Exact decimals between their text and their unscaled digits: `"12.50"` at scale 2 is 1250n. */
import type { DecimalType } from "../../compiler/ir/column-type.ts";
import { Failure } from "./failure.ts";

/** The unscaled digits of `text` for a column of this type; VALUE_INVALID when it is no decimal or has more digits than fit. Nothing is rounded. */
export function unscaledOf(text: string, type: DecimalType): bigint {
  return BigInt(exactUnscaled(text, type));
}

/** The same, as a number where they are so few that it holds them: most are, and a bigint of each costs as much as reading it. */
export function exactUnscaled(text: string, type: DecimalType): number | bigint {
  const short = shortUnscaled(text, type.scale);
  if (short !== undefined && Math.abs(short) < powerOf(type.precision)) return short;
  const parsed = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (parsed === null) throw refuse(text, type, "is not a decimal");
  const [, sign = "", whole = "", fraction = ""] = parsed;
  const kept = fraction.slice(0, type.scale).padEnd(type.scale, "0");
  if (/[1-9]/.test(fraction.slice(type.scale))) throw refuse(text, type, `has more than ${type.scale} digits after the point`);
  const digits = BigInt(whole + kept);
  if (digits >= 10n ** BigInt(type.precision)) throw refuse(text, type, `has more than ${type.precision - type.scale} digits before the point`);
  return sign === "-" ? -digits : digits;
}

const exactDigits = 15;

/** The unscaled digits as a number where the text is plain and they are so few that a double holds them; undefined otherwise. */
function shortUnscaled(text: string, scale: number): number | undefined {
  const start = text.startsWith("-") ? 1 : 0;
  const point = text.indexOf(".");
  const end = point === -1 ? text.length : point;
  const fraction = point === -1 ? 0 : text.length - point - 1;
  if (end === start || fraction > scale || end - start + scale > exactDigits) return undefined;
  let digits = 0;
  for (let index = start; index < text.length; index++) {
    if (index === point) continue;
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    digits = digits * 10 + digit;
  }
  return (start === 1 ? -digits : digits) * powerOf(scale - fraction);
}

/** Powers of ten up to the digits that a decimal may have: working one out for each value costs more than all the rest. */
const powers: readonly number[] = Array.from({ length: 39 }, (_, digits) => 10 ** digits);

function powerOf(digits: number): number {
  return powers[digits] ?? 10 ** digits;
}

/** The text of unscaled digits, with exactly `scale` digits after the point. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  return `${unscaled < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function refuse(text: string, type: DecimalType, why: string): Failure {
  return new Failure("VALUE_INVALID", `"${text}" ${why}: the column is Decimal<${type.precision}, ${type.scale}>.`, { place: { value: text } });
}
