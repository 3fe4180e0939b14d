/** The parameters of a table function, with the defaults callers are told of. */
import { ts } from "ts-morph";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType } from "../ir/column-type.ts";
import type { JsonValue, Parameter } from "../ir/catalog.ts";
import { typeName } from "../ir/type-name.ts";
import { commentOf } from "./comments.ts";
import { replaceNode } from "./fixes.ts";
import { readKeyword, readNumber } from "./literals.ts";
import { placeOf } from "./place.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import type { Scope } from "./scope.ts";
import { spellValue } from "./spelled-value.ts";
import type { Literal } from "./spelled-value.ts";
import { readType } from "./types.ts";

/** Reads the parameters of `method`; those that are no plain parameters are reported and left out, and so is the one at `handed`, which no caller gives. */
export function readParameters(reader: Reader, scope: Scope, method: ts.MethodDeclaration, handed?: number): Parameter[] {
  const prose = commentOf(method).parameters;
  return method.parameters.flatMap((node, position) => position === handed ? [] : readParameter(reader, scope, node, prose) ?? []);
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
  const value = literal.value === null ? (nullable ? null : undefined) : spellValue(type, literal.value);
  if (value === undefined) {
    const same = literal.value === null ? undefined : sameValue(type, literal.value, node.getText());
    report(reader, "defaultMismatch", node, { parameter, type: typeName(type, nullable), example: same ?? matchKind(examples, type) }, same === undefined ? undefined : replaceNode(node, same));
  }
  return value;
}

const classes: { readonly [kind: string]: string } = { day: "PlainDate", timestamp: "Instant", local_timestamp: "PlainDateTime" };

/** The value that `text` spells, as a value of `type`; undefined where it is none. */
function sameValue(type: ColumnType, value: Literal, text: string): string | undefined {
  const bigint = typeof value === "number" && Number.isSafeInteger(value) ? { bigint: String(value) } : undefined;
  if (type.kind === "int64") return bigint === undefined ? undefined : `${value as number}n`;
  if (typeof value === "object" && "bigint" in value) return spellValue(type, Number(value.bigint)) === undefined ? undefined : value.bigint;
  if (type.kind === "decimal" && typeof value === "number") return spellValue(type, text) === undefined ? undefined : `"${text}"`;
  const temporal = classes[type.kind];
  if (temporal === undefined || typeof value !== "string") return undefined;
  return spellValue(type, { temporal, text: value }) === undefined ? undefined : `Temporal.${temporal}.from(${text})`;
}

/** A default of each type as its author would write it; empty where there is no literal. */
const examples: ByKind<string> = {
  int8: () => "1", int16: () => "1", int32: () => "1", int64: () => "1n", float32: () => "1.5", float64: () => "1.5",
  text: () => "\"text\"", bool: () => "true", uuid: () => "\"00000000-0000-0000-0000-000000000000\"",
  decimal: ({ scale }) => `"1${scale === 0 ? "" : `.${"0".repeat(scale)}`}"`,
  enum: ({ values: [first] }) => JSON.stringify(first),
  day: () => "Temporal.PlainDate.from(\"2026-08-01\")",
  timestamp: () => "Temporal.Instant.from(\"2026-08-01T00:00:00Z\")",
  local_timestamp: () => "Temporal.PlainDateTime.from(\"2026-08-01T00:00\")",
  bytes: () => "", array: () => "", map: () => "", object: () => "",
};

function readLiteral(node: ts.Expression): { readonly value: Literal | null } | undefined {
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
