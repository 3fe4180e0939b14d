/** The parameters of a table function, with the defaults callers are told of. */
import { ts } from "ts-morph";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType } from "../ir/column-type.ts";
import type { JsonValue, Parameter } from "../ir/catalog.ts";
import { typeName } from "../ir/type-name.ts";
import { commentOf } from "./comments.ts";
import { readKeyword, readNumber } from "./literals.ts";
import { placeOf } from "./place.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import type { Scope } from "./scope.ts";
import { readType } from "./types.ts";

/** Reads the parameters of `method`; those that are no plain parameters are reported and left out. */
export function readParameters(reader: Reader, scope: Scope, method: ts.MethodDeclaration): Parameter[] {
  const prose = commentOf(method).parameters;
  return method.parameters.flatMap((node) => readParameter(reader, scope, node, prose) ?? []);
}

function readParameter(reader: Reader, scope: Scope, node: ts.ParameterDeclaration, prose: ReadonlyMap<string, string>): Parameter | undefined {
  if (!ts.isIdentifier(node.name) || node.dotDotDotToken !== undefined) {
    report(reader, "parameterShape", node, { parameter: node.getText() });
    return undefined;
  }
  const name = node.name.text;
  if (node.questionToken !== undefined) report(reader, "optional", node.name, { name });
  if (node.type === undefined) report(reader, "untyped", node.name, { name });
  const read = node.type === undefined ? { type: { kind: "text" } as const, nullable: true } : readType(reader, scope, node.type);
  const value = node.initializer === undefined || node.type === undefined ? undefined : readDefault(reader, node.initializer, name, read.type, read.nullable);
  return { name, doc: prose.get(name) ?? "", ...read, ...(value === undefined ? {} : { default: value }), place: placeOf(node.name) };
}

function readDefault(reader: Reader, node: ts.Expression, parameter: string, type: ColumnType, nullable: boolean): JsonValue | undefined {
  const literal = readLiteral(node);
  if (literal === undefined) {
    report(reader, "computedDefault", node, { parameter });
    return undefined;
  }
  const value = literal.value === null ? (nullable ? null : undefined) : spell(type, literal.value);
  if (value === undefined) report(reader, "defaultMismatch", node, { parameter, type: typeName(type, nullable), example: matchKind(examples, type) });
  return value;
}

/** A default of each type as its author would write it; empty where there is no literal. */
const examples: ByKind<string> = {
  int8: () => "1", int16: () => "1", int32: () => "1", int64: () => "1n", float32: () => "1.5", float64: () => "1.5",
  text: () => "\"text\"", bool: () => "true", uuid: () => "\"00000000-0000-0000-0000-000000000000\"",
  decimal: ({ scale }) => `"${spellDecimal(scale + 1, scale, "1")}"`,
  enum: ({ values: [first] }) => JSON.stringify(first),
  day: () => "Temporal.PlainDate.from(\"2026-08-01\")",
  timestamp: () => "Temporal.Instant.from(\"2026-08-01T00:00:00Z\")",
  local_timestamp: () => "Temporal.PlainDateTime.from(\"2026-08-01T00:00\")",
  bytes: () => "", array: () => "", map: () => "", object: () => "",
};

type Literal = null | boolean | number | string | { readonly bigint: string } | { readonly temporal: string; readonly text: string };

function readLiteral(node: ts.Expression): { readonly value: Literal } | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return readLiteral(node.expression);
  if (ts.isStringLiteralLike(node)) return { value: node.text };
  const keyword = readKeyword(node);
  if (keyword !== undefined) return { value: keyword };
  if (["NaN", "Infinity", "-Infinity"].includes(node.getText())) return { value: Number(node.getText()) };
  const value = readNumber(node) ?? readTemporal(node);
  return value === undefined ? undefined : { value };
}

/** `Temporal.PlainDate.from("2026-08-01")`: the one call that is a literal, for want of one. */
function readTemporal(node: ts.Expression): Literal | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const [argument, more] = node.arguments;
  const callee = /^Temporal\.(PlainDate|Instant|PlainDateTime)\.from$/.exec(node.expression.getText());
  if (callee?.[1] === undefined || argument === undefined || more !== undefined || !ts.isStringLiteralLike(argument)) return undefined;
  return { temporal: callee[1], text: argument.text };
}

const integerBits: { readonly [kind: string]: number } = { int8: 8, int16: 16, int32: 32, int64: 64 };

/** The JSON spelling of a default of `type`; undefined when it is no such value. */
function spell(type: ColumnType, value: Exclude<Literal, null>): JsonValue | undefined {
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

function spellInteger(kind: string, bits: number, value: Exclude<Literal, null>): JsonValue | undefined {
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
