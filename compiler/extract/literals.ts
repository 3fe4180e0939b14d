/** Literals in the author's source, as plain values. What is computed is not one. */
import { ts } from "ts-morph";
import type { WordArgument } from "../ir/catalog.ts";
import { findClass, languageName, tableName } from "./scope.ts";
import type { Scope } from "./scope.ts";
import type { Reader } from "./reader.ts";

/** The value of an argument of a word; undefined when it is computed. */
export function readArgument(reader: Reader, scope: Scope, node: ts.Expression): WordArgument | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node) || ts.isPrefixUnaryExpression(node) || ts.isBigIntLiteral(node)) return readNumber(node);
  if (ts.isRegularExpressionLiteral(node)) return readPattern(node);
  if (ts.isArrayLiteralExpression(node)) return readList(reader, scope, node);
  if (ts.isObjectLiteralExpression(node)) return readObject(reader, scope, node);
  if (ts.isArrowFunction(node)) return readReference(reader, scope, node);
  const inner = unwrapped(node);
  return inner === node ? readKeyword(node) : readArgument(reader, scope, inner);
}

/** What stands within parentheses, or before `as` and `satisfies`; else the node itself. */
export function unwrapped(node: ts.Expression): ts.Expression {
  return ts.isSatisfiesExpression(node) || ts.isAsExpression(node) || ts.isParenthesizedExpression(node) ? unwrapped(node.expression) : node;
}

/** `true`, `false` or `null`; undefined for any other node. */
export function readKeyword(node: ts.Node): boolean | null | undefined {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  return node.kind === ts.SyntaxKind.NullKeyword ? null : undefined;
}

/** A number, with or without sign: a bigint literal keeps all its digits. */
export function readNumber(node: ts.Expression): number | { readonly bigint: string } | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isBigIntLiteral(node)) return { bigint: BigInt(node.text.slice(0, -1)).toString() };
  if (!ts.isPrefixUnaryExpression(node)) return undefined;
  const value = readNumber(node.operand);
  if (node.operator === ts.SyntaxKind.PlusToken) return value;
  if (node.operator !== ts.SyntaxKind.MinusToken || value === undefined) return undefined;
  return typeof value === "number" ? -value : { bigint: (-BigInt(value.bigint)).toString() };
}

function readPattern(node: ts.RegularExpressionLiteral): WordArgument {
  const end = node.text.lastIndexOf("/");
  return { pattern: node.text.slice(1, end), flags: node.text.slice(end + 1) };
}

function readList(reader: Reader, scope: Scope, node: ts.ArrayLiteralExpression): WordArgument | undefined {
  const list: WordArgument[] = [];
  for (const element of node.elements) {
    const value = readArgument(reader, scope, element);
    if (value === undefined) return undefined;
    list.push(value);
  }
  return { list };
}

function readObject(reader: Reader, scope: Scope, node: ts.ObjectLiteralExpression): WordArgument | undefined {
  const entries: [string, WordArgument][] = [];
  for (const property of node.properties) {
    if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) return undefined;
    const value = readArgument(reader, scope, property.initializer);
    if (value === undefined) return undefined;
    entries.push([property.name.text, value]);
  }
  return { object: Object.fromEntries(entries) };
}

/** `() => Airports`, the way one table names another before either exists. */
function readReference(reader: Reader, scope: Scope, node: ts.ArrowFunction): WordArgument | undefined {
  if (!ts.isIdentifier(node.body) || node.parameters.length > 0) return undefined;
  const found = findClass(reader.scopes, scope, node.body.text);
  if (found !== undefined) return { reference: tableName(found) };
  return languageName(scope, node.body.text) === undefined ? { reference: node.body.text } : undefined;
}
