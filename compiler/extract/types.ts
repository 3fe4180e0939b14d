/** A written type, as the column type it stands for. Names are followed through aliases and interfaces, without TypeScript's checker. */
import { ts } from "ts-morph";
import { nearest, suggest } from "../ir/nearest.ts";
import type { ColumnType, ObjectField } from "../ir/column-type.ts";
import { commentOf } from "./comments.ts";
import { importWord, nullInstead, replaceNode, respell } from "./fixes.ts";
import { plainTypes } from "./language-names.ts";
import { plainName, properties } from "./members.ts";
import type { Member, RowProperty } from "./members.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { findDeclaration, languageName } from "./scope.ts";
import type { Declaration, Scope } from "./scope.ts";

export interface ReadType { readonly type: ColumnType; readonly nullable: boolean }

/** What an author who writes TypeScript's own type most likely means. */
const instead: { readonly [name: string]: string } = {
  string: "Text", number: "Int32, Int64 or Float64", boolean: "Bool", bigint: "Int64", Date: "Timestamp or Day", Uint8Array: "Bytes",
  String: "Text", Number: "Int32, Int64 or Float64", Boolean: "Bool", BigInt: "Int64", Buffer: "Bytes", object: "an object type with named columns",
  "Temporal.PlainDate": "Day", "Temporal.Instant": "Timestamp", "Temporal.PlainDateTime": "LocalTimestamp", Double: "Float64", Float: "Float32",
  Date32: "Day", Integer: "Int32 or Int64", Int: "Int32 or Int64", Long: "Int64", Map: "Record<string, …>", Boolean8: "Bool",
  VARCHAR: "Text", CHAR: "Text", TINYINT: "Int8", SMALLINT: "Int16", REAL: "Float32", BLOB: "Bytes", DATETIME: "Timestamp or LocalTimestamp", JSON: "Text, or an object type with named columns",
  Array: "the type of its elements and [], as in Text[]", ReadonlyArray: "the type of its elements and [], as in Text[]", Set: "the type of its elements and [], as in Text[]", Record: "Record<string, …>, with the one type of its values",
  any: "the one type its values have", unknown: "the one type its values have",
  null: "the type its values have, and `| null` after it", undefined: "the type its values have, and `| null` after it",
};

/** What to write for a type of TypeScript's, of SQL's or of another library's; undefined when nothing is known of it. */
export function insteadOf(name: string): string | undefined {
  return Object.hasOwn(instead, name) ? `Write ${instead[name]}.` : undefined;
}

/** Of these, the ones that stand for the same values as exactly one of ours. */
const same = new Set(["string", "String", "boolean", "Boolean", "bigint", "BigInt", "Uint8Array", "Buffer", "Double", "Long", "Date32", "Temporal.PlainDate", "Temporal.Instant", "Temporal.PlainDateTime"]);

/** Stands in for a type that could not be read, so that what reads the column is still checked. */
const unread: ReadType = { type: { kind: "text" }, nullable: true };

/** The type `node` stands for; what it cannot be is reported. */
export function readType(reader: Reader, scope: Scope, node: ts.TypeNode, within: readonly Declaration[] = []): ReadType {
  if (ts.isParenthesizedTypeNode(node)) return readType(reader, scope, node.type, within);
  if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) return readType(reader, scope, node.type, within);
  if (ts.isUnionTypeNode(node)) return readUnion(reader, scope, node, within);
  if (ts.isArrayTypeNode(node)) return present(arrayOf(readType(reader, scope, node.elementType, within)));
  if (ts.isTypeLiteralNode(node)) return present({ kind: "object", fields: readFields(reader, scope, node.members, within) });
  if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return present({ kind: "enum", values: [node.literal.text] });
  if (ts.isTypeReferenceNode(node)) return readNamed(reader, scope, node, within);
  return unknown(reader, scope, node);
}

function readUnion(reader: Reader, scope: Scope, node: ts.UnionTypeNode, within: readonly Declaration[]): ReadType {
  const absent = node.types.find((part) => part.kind === ts.SyntaxKind.UndefinedKeyword);
  if (absent !== undefined) {
    report(reader, "unknownType", absent, { type: "undefined", suggestion: "A value that may be absent is null." }, node.types.some(isNull) ? undefined : replaceNode(absent, "null"));
    return unread;
  }
  const parts = node.types.filter((part) => !isNull(part));
  const nullable = parts.length < node.types.length;
  const values = parts.map((part) => (ts.isLiteralTypeNode(part) && ts.isStringLiteral(part.literal) ? part.literal.text : undefined));
  if (values.length > 0 && values.every((value) => value !== undefined)) return { type: { kind: "enum", values }, nullable };
  const [only] = parts;
  if (parts.length !== 1 || only === undefined) {
    report(reader, "mixedUnion", node, { type: node.getText() });
    return unread;
  }
  const inner = readType(reader, scope, only, within);
  return { type: inner.type, nullable: nullable || inner.nullable };
}

function readNamed(reader: Reader, scope: Scope, node: ts.TypeReferenceNode, within: readonly Declaration[]): ReadType {
  const name = node.typeName.getText();
  const word = languageName(scope, name);
  const [first, second] = node.typeArguments ?? [];
  if (word === "Decimal") return readDecimal(reader, node);
  const plain = word === undefined || !Object.hasOwn(plainTypes, word) ? undefined : plainTypes[word];
  if (plain !== undefined) return present({ kind: plain });
  if (word !== undefined) return unknown(reader, scope, node);
  const found = findDeclaration(reader.scopes, scope, name);
  if (found !== undefined) return readDeclaration(reader, found.scope, node, found.declaration, within);
  if ((name === "Array" || name === "ReadonlyArray") && first !== undefined) return present(arrayOf(readType(reader, scope, first, within)));
  if (name === "Record" && first?.kind === ts.SyntaxKind.StringKeyword && second !== undefined) {
    const value = readType(reader, scope, second, within);
    return present({ kind: "map", key: { kind: "text" }, value: value.type, valueNullable: value.nullable });
  }
  return unknown(reader, scope, node);
}

function readDeclaration(reader: Reader, scope: Scope, node: ts.TypeReferenceNode, declaration: Declaration, within: readonly Declaration[]): ReadType {
  if (within.includes(declaration)) {
    report(reader, "recursiveType", node, { type: node.getText() });
    return unread;
  }
  const inside = [...within, declaration];
  if (ts.isTypeAliasDeclaration(declaration)) return readType(reader, scope, declaration.type, inside);
  return present({ kind: "object", fields: readFields(reader, scope, declaration.members, inside) });
}

function readFields(reader: Reader, scope: Scope, members: readonly Member[], within: readonly Declaration[]): ObjectField[] {
  return properties(members).flatMap((member) => {
    const field = readProperty(reader, scope, member, within);
    if (field === undefined) return [];
    const { doc } = commentOf(member);
    return [{ ...field, ...(doc === "" ? {} : { doc }) }];
  });
}

/** The name and type of a property of a row, a class or a nested object; undefined when it has no plain name. */
export function readProperty(reader: Reader, scope: Scope, member: RowProperty, within: readonly Declaration[] = []): { name: string; type: ColumnType; nullable: boolean } | undefined {
  const name = plainName(member.name);
  if (name === undefined) {
    report(reader, "columnName", member.name, { name: member.name.getText() });
    return undefined;
  }
  if (member.questionToken !== undefined) report(reader, "optional", member.name, { name }, nullInstead(member));
  if (member.type === undefined) {
    report(reader, "untyped", member.name, { name });
    return { name, ...unread };
  }
  return { name, ...readType(reader, scope, member.type, within) };
}

function readDecimal(reader: Reader, node: ts.TypeReferenceNode): ReadType {
  const [precision, scale] = (node.typeArguments ?? []).map((argument) =>
    ts.isLiteralTypeNode(argument) && ts.isNumericLiteral(argument.literal) ? Number(argument.literal.text) : undefined);
  if (precision !== undefined && scale !== undefined) return present({ kind: "decimal", precision, scale });
  report(reader, "decimalArguments", node, { type: node.getText() });
  return unread;
}

function unknown(reader: Reader, scope: Scope, node: ts.TypeNode): ReadType {
  const type = node.getText();
  const name = ts.isTypeReferenceNode(node) ? node.typeName.getText() : type;
  const own = [...Object.keys(plainTypes), "Decimal"];
  if (own.includes(name)) {
    report(reader, "notImported", node, { name, how: "import type" }, importWord(scope.source, name));
    return unread;
  }
  const near = nearest(name, [...own, ...Object.keys(instead)]) ?? "";
  const better = Object.hasOwn(instead, near) ? instead[near] : undefined;
  const suggestion = better === undefined ? `${suggest(name, [...own, ...typesOf(scope)].filter((known) => known !== name))} Types are imported from "neuralake".` : `Write ${better}.`;
  const known = [...own, ...typesOf(scope)];
  const fix = same.has(name) ? replaceNode(node, instead[name] ?? "") : ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) ? respell(node.typeName, name, known) : undefined;
  report(reader, "unknownType", node, { type, suggestion }, fix);
  return unread;
}

/** The types a file declares or takes from other files of the catalog. */
function typesOf(scope: Scope): string[] {
  const imported = [...scope.imports].filter(([, { from }]) => from.startsWith(".")).map(([local]) => local);
  return [...scope.declarations.keys(), ...imported];
}

function present(type: ColumnType): ReadType {
  return { type, nullable: false };
}

function arrayOf(element: ReadType): ColumnType {
  return { kind: "array", element: element.type, elementNullable: element.nullable };
}

function isNull(node: ts.TypeNode): boolean {
  return ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword;
}
