/** JSON to values, strictly: what a type cannot hold exactly is a Failure VALUE_INVALID that names the path, the value and the type. */
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ArrayType, ByKind, ColumnType, DecimalType, EnumType, MapType, ObjectType } from "../../compiler/ir/column-type.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import { decimalText, unscaledOf } from "./decimal.ts";
import { Failure } from "./failure.ts";
import { NumberText, printJson } from "./json-text.ts";
import type { JsonInput } from "./json-text.ts";
import { localMicrosOf, microsOf } from "./time.ts";
import type { Value } from "./value.ts";

/** The value, or undefined when the JSON spells none of the type. */
type Read = (json: Exclude<JsonInput, null>, path: string) => Value | undefined;

/** The value that `json` spells; null is null. `path` names it in the Failure VALUE_INVALID: `trip.stops[2].at`. */
export function fromJson(type: ColumnType, json: JsonInput, path: string): Value {
  return jsonReader(type)(json, path);
}

/** The same for many values of one type: make it once, use it often. */
export function jsonReader(type: ColumnType): (json: JsonInput, path: string) => Value {
  const read = matchKind(readers, type);
  return (json, path) => {
    if (json === null) return null;
    const value = read(json, path);
    if (value === undefined) throw refuse(type, json, path);
    return value;
  };
}

function whole(bits: bigint): Read {
  const end = 2n ** (bits - 1n);
  const short = Number(end);
  return (json) => {
    if (bits < 64n && typeof json === "number") return Number.isInteger(json) && json >= -short && json < short ? json + 0 : undefined;
    const exact = wholeOf(json);
    if (exact === undefined || exact < -end || exact >= end) return undefined;
    return bits === 64n ? exact : Number(exact);
  };
}

/** `7`, `7.0` and `7e0` are one number. */
function wholeOf(json: JsonInput): bigint | undefined {
  if (typeof json === "bigint") return json;
  if (json instanceof NumberText) return /^-?\d+\.0+$/.test(json.text) ? BigInt(json.text.replace(/\..*/, "")) : undefined;
  return typeof json === "number" && Number.isInteger(json) ? BigInt(json) : undefined;
}

const spelledFloats: { readonly [text: string]: number } = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, "-Infinity": Number.NEGATIVE_INFINITY };

function float(single: boolean): Read {
  return (json) => {
    if (typeof json === "string") return Object.hasOwn(spelledFloats, json) ? spelledFloats[json] : undefined;
    const value = typeof json === "number" ? json : typeof json === "bigint" ? Number(json) : json instanceof NumberText ? Number(json.text) : undefined;
    if (value === undefined || !Number.isFinite(single ? Math.fround(value) : value)) return undefined;
    return single ? Math.fround(value) : value;
  };
}

/** A number's shortest text has its exact digits only up to fifteen of them: a longer decimal is sent as a string. */
function decimal(type: DecimalType): Read {
  return (json, path) => {
    const digits = decimalDigits(json);
    return digits === undefined ? undefined : named(path, () => decimalText(unscaledOf(digits, type), type.scale));
  };
}

function decimalDigits(json: Exclude<JsonInput, null>): string | undefined {
  if (typeof json === "string") return json;
  if (typeof json === "bigint") return json.toString();
  if (json instanceof NumberText) return /[eE]/.test(json.text) ? undefined : json.text;
  if (typeof json !== "number") return undefined;
  const digits = String(json);
  if (digits.includes("e")) return undefined;
  return digits.length > 15 && digits.replace(/^-?[0.]*/, "").replace(".", "").length > 15 ? undefined : digits;
}

const text: Read = (json) => (typeof json === "string" && json.isWellFormed() ? json : undefined);
const uuid: Read = (json) => (typeof json === "string" && /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(json) ? json.toLowerCase() : undefined);
const bool: Read = (json) => (typeof json === "boolean" ? json : undefined);

/** Runs a parser of the platform, whose RangeErrors and SyntaxErrors mean that the text is not one. */
function parsed<T extends Value>(parse: (text: string) => T): Read {
  return (json, path) => {
    if (typeof json !== "string") return undefined;
    try {
      return named(path, () => parse(json));
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  };
}

/** `T` or a space between day and time, as RFC 3339 allows; nothing behind it that Temporal alone would understand, and no leap second, which Temporal would take for the second before. */
const instantText = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;
const localText = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:[0-5]\d(\.\d{1,9})?)?$/;

function instant(text: string): Temporal.Instant {
  if (!instantText.test(text)) throw new RangeError("not an instant");
  const value = Temporal.Instant.from(text);
  microsOf(value);
  return value;
}

function localTime(text: string): Temporal.PlainDateTime {
  if (!localText.test(text)) throw new RangeError("not a wall-clock time");
  const value = Temporal.PlainDateTime.from(text.replace(" ", "T"));
  localMicrosOf(value);
  return value;
}

function day(text: string): Temporal.PlainDate {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith("0000")) throw new RangeError("not a day");
  return Temporal.PlainDate.from(text);
}

const readers: ByKind<Read> = {
  int8: () => whole(8n),
  int16: () => whole(16n),
  int32: () => whole(32n),
  int64: () => whole(64n),
  float32: () => float(true),
  float64: () => float(false),
  decimal: (type) => decimal(type),
  text: () => text,
  enum: (type: EnumType) => (json) => (typeof json === "string" && type.values.includes(json) ? json : undefined),
  uuid: () => uuid,
  bool: () => bool,
  bytes: () => parsed((base64) => Uint8Array.fromBase64(base64)),
  day: () => parsed(day),
  timestamp: () => parsed(instant),
  local_timestamp: () => parsed(localTime),
  array: (type) => readArray(type),
  map: (type) => readMap(type),
  object: (type) => readObject(type),
};

function readArray(type: ArrayType): Read {
  return (json, path) => {
    if (!Array.isArray(json)) return undefined;
    return json.map((element: JsonInput, index) => inner(type.element, type.elementNullable, element, `${path}[${index}]`));
  };
}

function readMap(type: MapType): Read {
  return (json, path) => {
    if (type.key.kind !== "text") return readEntries(type, json, path);
    if (!isObject(json)) return undefined;
    const map: { [key: string]: Value } = Object.create(null);
    for (const [key, value] of Object.entries(json)) map[key] = inner(type.value, type.valueNullable, value, `${path}[${JSON.stringify(key)}]`);
    return map;
  };
}

function readEntries(type: MapType, json: JsonInput, path: string): Value | undefined {
  if (!Array.isArray(json)) return undefined;
  return json.map((entry: JsonInput, index) => {
    if (!isObject(entry) || entry["key"] === undefined || Object.keys(entry).some((name) => name !== "key" && name !== "value")) throw refuse(type, json, `${path}[${index}]`);
    return { key: inner(type.key, false, entry["key"], `${path}[${index}].key`), value: inner(type.value, type.valueNullable, entry["value"] ?? null, `${path}[${index}].value`) };
  });
}

function readObject(type: ObjectType): Read {
  return (json, path) => {
    if (!isObject(json)) return undefined;
    const unknown = Object.keys(json).find((name) => type.fields.every((field) => field.name !== name));
    if (unknown !== undefined) throw new Failure("VALUE_INVALID", `${path} has no field "${unknown}".`, { hint: `It has ${type.fields.map((field) => field.name).join(", ")}.`, place: { value: unknown } });
    return Object.fromEntries(type.fields.map((field) => [field.name, inner(field.type, field.nullable, Object.hasOwn(json, field.name) ? json[field.name] ?? null : null, `${path}.${field.name}`)]));
  };
}

function inner(type: ColumnType, nullable: boolean, json: JsonInput, path: string): Value {
  if (json === null && !nullable) throw new Failure("VALUE_INVALID", `${path} is null, and ${typeName(type, false)} is expected.`, { place: { value: "null" } });
  return fromJson(type, json, path);
}

/** Says which value a Failure from below is about. */
function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure) || path === "") throw error;
    throw new Failure(error.code, `${path}: ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), ...(error.place === undefined ? {} : { place: error.place }), cause: error });
  }
}

function isObject(json: JsonInput): json is { readonly [name: string]: JsonInput } {
  return typeof json === "object" && json !== null && !Array.isArray(json) && !(json instanceof NumberText);
}

function refuse(type: ColumnType, json: JsonInput, path: string): Failure {
  // What no double can hold has become an infinity, which JSON has no word for.
  const shown = json instanceof NumberText ? json.text : typeof json === "number" ? String(json) : printJson(json);
  const value = shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
  return new Failure("VALUE_INVALID", `${path === "" ? "" : `${path}: `}${value} is not ${typeName(type, false)}.`, { place: { value } });
}
