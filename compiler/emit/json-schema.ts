/**
 * Column types as JSON Schema 2020-12 (the dialect of OpenAPI 3.1), after the JSON spelling of values in replies: an int64 is a number
 * with all its digits, a decimal a string of its exact digits, a float may be one of the strings NaN, Infinity and -Infinity.
 */
import type { Column, Rule } from "../ir/catalog.ts";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType } from "../ir/column-type.ts";

/** A JSON Schema, as a plain value. */
export interface JsonSchema { readonly [keyword: string]: unknown }

const integer = (format: string, minimum: number, maximum: number) => (): JsonSchema => ({ type: "integer", format, minimum, maximum });
const formatted = (format: string) => (): JsonSchema => ({ type: "string", format });
const float = (format: string) => (): JsonSchema => ({ anyOf: [{ type: "number", format }, { type: "string", enum: ["NaN", "Infinity", "-Infinity"] }] });

const schemas: ByKind<JsonSchema> = {
  int8: integer("int8", -128, 127),
  int16: integer("int16", -32_768, 32_767),
  int32: () => ({ type: "integer", format: "int32" }),
  int64: () => ({ type: "integer", format: "int64" }),
  float32: float("float"),
  float64: float("double"),
  decimal: (type) => ({ type: "string", format: "decimal", pattern: decimalPattern(type.precision, type.scale) }),
  text: () => ({ type: "string" }),
  bool: () => ({ type: "boolean" }),
  bytes: () => ({ type: "string", contentEncoding: "base64" }),
  uuid: formatted("uuid"),
  day: formatted("date"),
  timestamp: formatted("date-time"),
  local_timestamp: formatted("local-date-time"),
  enum: (type) => ({ type: "string", enum: type.values }),
  array: (type) => ({ type: "array", items: slotSchema(type.element, type.elementNullable) }),
  map: (type) => type.key.kind === "text"
    ? { type: "object", additionalProperties: slotSchema(type.value, type.valueNullable) }
    : { type: "array", items: objectSchema([{ name: "key", schema: slotSchema(type.key, false) }, { name: "value", schema: slotSchema(type.value, type.valueNullable) }]) },
  object: (type) => objectSchema(type.fields.map((field) => ({
    name: field.name,
    schema: { ...slotSchema(field.type, field.nullable), ...(field.doc === undefined || field.doc === "" ? {} : { description: field.doc }) },
  }))),
};

/** The schema of a value of this type, null allowed where `nullable`. */
export function slotSchema(type: ColumnType, nullable: boolean): JsonSchema {
  const schema = matchKind(schemas, type);
  if (!nullable) return schema;
  if (Array.isArray(schema["anyOf"])) return { ...schema, anyOf: [...schema["anyOf"], { type: "null" }] };
  const values = schema["enum"];
  return { ...schema, type: [schema["type"], "null"], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}

/** The schema of a column: its type, the bounds of its rules, the author's words. */
export function columnSchema(column: Column): JsonSchema {
  return { ...boundedSchema(column), ...columnFacts(column) };
}

/** What the author says of a column beside its type and rules, as keywords. */
export function columnFacts(column: Column): JsonSchema {
  return {
    ...(column.doc === "" ? {} : { description: column.doc }),
    ...(column.deprecated === undefined ? {} : { deprecated: true }),
    ...(column.unit === undefined ? {} : { "x-unit": column.unit }),
  };
}

function boundedSchema(column: Column): JsonSchema {
  const schema = slotSchema(column.type, column.nullable);
  const bounds = Object.assign({}, ...column.rules.map((rule) => ruleKeywords(rule, column.type))) as JsonSchema;
  const choices = schema["anyOf"];
  if (!Array.isArray(choices)) return { ...schema, ...bounds };
  return { ...schema, anyOf: [{ ...choices[0], ...bounds }, ...choices.slice(1)] };
}

/** Bounds that JSON Schema can state exactly: of numbers (never of decimals, which are strings), and patterns without flags. */
function ruleKeywords(rule: Rule, type: ColumnType): JsonSchema {
  if (rule.kind === "matches") return rule.flags === "" ? { pattern: rule.pattern } : {};
  if (!/^(int|float)\d+$/.test(type.kind)) return {};
  const [minimum, maximum] = [Number(rule.low), Number(rule.high)];
  return Math.max(Math.abs(minimum), Math.abs(maximum)) <= Number.MAX_SAFE_INTEGER ? { minimum, maximum } : {};
}

function objectSchema(fields: readonly { readonly name: string; readonly schema: JsonSchema }[]): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, field.schema])),
    required: fields.map((field) => field.name),
    additionalProperties: false,
  };
}

function decimalPattern(precision: number, scale: number): string {
  const whole = precision === scale ? "0" : `\\d{1,${precision - scale}}`;
  return scale === 0 ? `^-?${whole}$` : `^-?${whole}\\.\\d{${scale}}$`;
}
