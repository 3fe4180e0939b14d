/**
 * Values as a table takes them, as JSON Schema 2020-12: every spelling that appending reads, and no other. Replies keep to one spelling
 * each, which json-schema.ts has. What takes a pattern to say stands once in a file, under $defs.
 */
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType, DecimalType, MapType, ObjectType } from "../ir/column-type.ts";
import type { JsonSchema } from "./json-schema.ts";

/** The schema of a value of this type, null allowed where `nullable`; it may refer to `definitions` of the types named in it. */
export function sentSchema(type: ColumnType, nullable: boolean): JsonSchema {
  return orNull(matchKind(schemas, type), nullable);
}

/** The same or null. */
export function orNull(schema: JsonSchema, nullable: boolean): JsonSchema {
  if (!nullable) return schema;
  const { type, anyOf, enum: values } = schema;
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...anyOf, { type: "null" }] };
  if (type === undefined) return { anyOf: [schema, { type: "null" }] };
  return { ...schema, type: [type, "null"], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}

/** What the schema of a type refers to, by name, for all types within it. */
export function definitionsOf(type: ColumnType): readonly (readonly [string, JsonSchema])[] {
  if (type.kind === "array") return definitionsOf(type.element);
  if (type.kind === "map") return [...definitionsOf(type.key), ...definitionsOf(type.value)];
  if (type.kind === "object") return type.fields.flatMap((field) => definitionsOf(field.type));
  if (type.kind === "decimal") return [[decimalName(type), decimalSchema(type)]];
  return type.kind in definitions ? [definitions[type.kind as keyof typeof definitions]] : [];
}

const day = `(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))`
  + `|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)`;
const minute = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
/** Up to nine digits, of which those finer than a microsecond are zeros. */
const second = "[0-5][0-9](?:\\.[0-9]{1,6}0{0,3})?";
const gap = "[\\t\\n\\f\\r ]*";
const digit = `[A-Za-z0-9+/]${gap}`;

const definitions = {
  uuid: ["Uuid", { type: "string", format: "uuid", pattern: "^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$" }],
  day: ["Day", { description: "A day of the years 0001 to 9999.", type: "string", format: "date", pattern: `^(?!0000)${day}$` }],
  timestamp: ["Timestamp", {
    description: "An instant of the years 0001 to 9999, to the microsecond; which year that is in UTC where an offset leads over their ends, no pattern says.",
    type: "string", pattern: `^(?!0000)${day}[Tt ]${minute}:${second}(?:[Zz]|[+-]${minute})$`,
  }],
  local_timestamp: ["LocalTimestamp", {
    description: "A time by the clock on the wall, of the years 0001 to 9999, to the microsecond.",
    type: "string", pattern: `^(?!0000)${day}[Tt ]${minute}(?::${second})?$`,
  }],
  bytes: ["Bytes", {
    description: "Base64, with or without padding.",
    type: "string", contentEncoding: "base64", pattern: `^${gap}(?:(?:${digit}){4})*(?:(?:${digit}){2}(?:=${gap}=${gap})?|(?:${digit}){3}(?:=${gap})?)?$`,
  }],
} as const satisfies { readonly [kind: string]: readonly [string, JsonSchema] };

const named = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const integer = (bits: bigint) => (): JsonSchema => {
  const [minimum, maximum] = [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  return { type: "integer", format: `int${bits}`, minimum, maximum };
};

const spelled: JsonSchema = { type: "string", enum: ["NaN", "Infinity", "-Infinity"] };

/** The least number that rounds to an infinity in single precision. */
const beyondSingle = 2 ** 128 - 2 ** 103;

const schemas: ByKind<JsonSchema> = {
  int8: integer(8n),
  int16: integer(16n),
  int32: integer(32n),
  int64: integer(64n),
  float32: () => ({ anyOf: [{ type: "number", format: "float", exclusiveMinimum: -beyondSingle, exclusiveMaximum: beyondSingle }, spelled] }),
  float64: () => ({ anyOf: [{ type: "number", format: "double" }, spelled] }),
  decimal: (type) => named(decimalName(type)),
  text: () => ({ type: "string" }),
  bool: () => ({ type: "boolean" }),
  bytes: () => named(definitions.bytes[0]),
  uuid: () => named(definitions.uuid[0]),
  day: () => named(definitions.day[0]),
  timestamp: () => named(definitions.timestamp[0]),
  local_timestamp: () => named(definitions.local_timestamp[0]),
  enum: (type) => ({ type: "string", enum: type.values }),
  array: (type) => ({ type: "array", items: sentSchema(type.element, type.elementNullable) }),
  map: (type) => mapSchema(type),
  object: (type) => objectSchema(type),
};

function mapSchema({ key, value, valueNullable }: MapType): JsonSchema {
  if (key.kind === "text") return { type: "object", additionalProperties: sentSchema(value, valueNullable) };
  const entry = { type: "object", properties: { key: sentSchema(key, false), value: sentSchema(value, valueNullable) }, required: valueNullable ? ["key"] : ["key", "value"], additionalProperties: false };
  return { type: "array", items: entry };
}

/** A field that may be null may be left out. */
function objectSchema({ fields }: ObjectType): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(({ name, type, nullable, doc }) => [name, { ...sentSchema(type, nullable), ...(doc === undefined || doc === "" ? {} : { description: doc }) }])),
    required: fields.filter(({ nullable }) => !nullable).map(({ name }) => name),
    additionalProperties: false,
  };
}

function decimalName({ precision, scale }: DecimalType): string {
  return `Decimal-${precision}-${scale}`;
}

/** A text of exact digits, zeros around them allowed; or a number of them. */
function decimalSchema({ precision, scale }: DecimalType): JsonSchema {
  const whole = precision === scale ? "0+" : `0*[0-9]{1,${precision - scale}}`;
  const end = 10 ** (precision - scale);
  return {
    description: `At most ${precision - scale} digits before the point and ${scale} after it: as a text, or as a number that has at most fifteen digits and no exponent.`,
    anyOf: [
      { type: "string", format: "decimal", pattern: `^[+-]?${whole}(?:\\.[0-9]{0,${scale}}0*)?$` },
      { type: "number", exclusiveMinimum: -end, exclusiveMaximum: end, multipleOf: Number(`1e-${scale}`) },
    ],
  };
}
