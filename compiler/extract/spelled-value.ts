/** A literal as the value of a column type, in the JSON spelling that the Catalog keeps (surface.md): exact, or nothing. */
import type { ColumnType } from "../ir/column-type.ts";
import type { JsonValue, WordArgument } from "../ir/catalog.ts";

/** What an author can write for one value; a call of Temporal stands for itself, by its class. */
export type Literal = boolean | number | string | { readonly bigint: string } | { readonly temporal: string; readonly text: string };

const integerBits: { readonly [kind: string]: number } = { int8: 8, int16: 16, int32: 32, int64: 64 };

/** The JSON spelling of a value of `type`; undefined when it is no such value. */
export function spellValue(type: ColumnType, value: Literal): JsonValue | undefined {
  const bits = integerBits[type.kind];
  if (bits !== undefined) return spellInteger(type.kind, bits, value);
  if (typeof value === "object" && "temporal" in value) return spellTime(type, value.temporal, value.text);
  switch (type.kind) {
    case "float32":
    case "float64": return typeof value !== "number" ? undefined : Number.isFinite(value) ? value : String(value);
    case "bool": return typeof value === "boolean" ? value : undefined;
    case "text": return typeof value === "string" ? value : undefined;
    case "enum": return typeof value === "string" && type.values.includes(value) ? value : undefined;
    case "uuid": return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value.toLowerCase() : undefined;
    case "decimal": return typeof value === "string" ? spellDecimal(type.precision, type.scale, value) : undefined;
    default: return undefined;
  }
}

function spellInteger(kind: string, bits: number, value: Literal): JsonValue | undefined {
  const isBig = typeof value === "object" && "bigint" in value;
  if (kind === "int64" ? !isBig : typeof value !== "number" || !Number.isInteger(value)) return undefined;
  const whole = BigInt(isBig ? value.bigint : Number(value));
  if (BigInt.asIntN(bits, whole) !== whole) return undefined;
  const small = Number(whole);
  return Number.isSafeInteger(small) ? small : whole.toString();
}

function spellDecimal(precision: number, scale: number, text: string): string | undefined {
  const parts = /^(-?)0*(\d*?)(?:\.(\d+))?$/.exec(text);
  if (parts === null || !/\d/.test(text)) return undefined;
  const [, sign = "", whole = "", fraction = ""] = parts;
  if (fraction.length > scale || whole.length > precision - scale) return undefined;
  return sign + (whole === "" ? "0" : whole) + (scale === 0 ? "" : `.${fraction.padEnd(scale, "0")}`);
}

/** The same of a word's argument, where a time is written as text. */
export function spellArgument(type: ColumnType, argument: WordArgument | undefined): JsonValue | undefined {
  if (argument === undefined || argument === null) return undefined;
  if (typeof argument === "object") return "bigint" in argument ? spellValue(type, argument) : undefined;
  const time = times[type.kind];
  return spellValue(type, time !== undefined && typeof argument === "string" ? { temporal: time.class, text: argument } : argument);
}

const times: { readonly [kind: string]: { readonly class: string; readonly spell: (text: string) => string } } = {
  day: { class: "PlainDate", spell: (text) => Temporal.PlainDate.from(text).toString() },
  timestamp: { class: "Instant", spell: (text) => Temporal.Instant.from(text).toString() },
  local_timestamp: { class: "PlainDateTime", spell: (text) => Temporal.PlainDateTime.from(text).toString() },
};

function spellTime(type: ColumnType, temporal: string, text: string): string | undefined {
  const time = times[type.kind];
  if (time?.class !== temporal) return undefined;
  try {
    return time.spell(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
