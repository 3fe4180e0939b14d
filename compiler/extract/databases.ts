/** The class of a database: who owns it, and the tables computed by its static methods. */
import { ts } from "ts-morph";
import type { Column, Database, Source, Table, Word } from "../ir/catalog.ts";
import { snakeCase } from "../ir/names.ts";
import { readColumns } from "./columns.ts";
import { commentOf, documented } from "./comments.ts";
import { makeStatic } from "./fixes.ts";
import { readHandedLake } from "./handed-lake.ts";
import type { HandedLake } from "./handed-lake.ts";
import { isStatic, memberName } from "./members.ts";
import { readParameters } from "./parameters.ts";
import { placeOf } from "./place.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { findDeclaration, languageName } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { tableFacts } from "./tables.ts";
import { readTemplate, returnedSql } from "./templates.ts";
import { factsAt, findWord, readWords, textOf } from "./words.ts";

/** A method whose rows the author's own code makes, with the table it is. */
export interface RowMethod { readonly table: Table; readonly method: ts.MethodDeclaration }

export interface ReadDatabase extends Database { readonly symbol: string; readonly rowMethods: readonly RowMethod[] }

/** Reads the class `node` under `words`, one of which is `database`. */
export function readDatabase(reader: Reader, scope: Scope, node: ts.ClassDeclaration, symbol: string, words: readonly Word[]): ReadDatabase {
  const tables: Table[] = [];
  const rowMethods: RowMethod[] = [];
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member) && !isStatic(member)) {
      report(reader, "columnInDatabase", member.name, { column: member.name.getText(), symbol });
    } else if (!ts.isMethodDeclaration(member) || !ts.isIdentifier(member.name)) {
      report(reader, "strangeMember", member.name ?? member, { member: memberName(member), symbol });
    } else if (!isStatic(member)) {
      report(reader, "methodNotStatic", member.name, { method: member.name.text }, makeStatic(member));
    } else {
      const table = readMethod(reader, scope, member, member.name, symbol);
      if (table !== undefined) tables.push(table);
      if (table?.source.kind === "rows") rowMethods.push({ table, method: member });
    }
  }
  const owner = textOf(factsAt(findWord(words, "database"), 0)["owner"]);
  return { name: scope.file.database, symbol, doc: commentOf(node).doc, ...(owner === undefined ? {} : { owner }), place: placeOf(node.name ?? node), tables, rowMethods };
}

function readMethod(reader: Reader, scope: Scope, method: ts.MethodDeclaration, name: ts.Identifier, symbol: string): Table | undefined {
  const words = readWords(reader, scope, method, "method");
  const word = findWord(words, "table");
  if (word === undefined) {
    if ((ts.getDecorators(method) ?? []).length === 0) report(reader, "methodWithoutWord", name, { method: name.text, symbol });
    for (const other of words) report(reader, "checkInDatabase", name, { method: name.text, symbol, word: other.name });
    return undefined;
  }
  const { source, columns } = readBody(reader, scope, method, name, textOf(factsAt(word, 0)["input"]));
  return {
    database: scope.file.database,
    name: snakeCase(name.text),
    symbol: name.text,
    ...documented(commentOf(method)),
    place: placeOf(name),
    words,
    ...tableFacts(word),
    source,
    columns,
    key: [],
    partitionBy: [],
    clusterBy: [],
    checks: [],
  };
}

function readBody(reader: Reader, scope: Scope, method: ts.MethodDeclaration, name: ts.Identifier, input: string | undefined): { source: Source; columns: readonly Column[] } {
  const handed = returnedSql(scope, method) === undefined ? readHandedLake(reader.scopes, scope, method) : undefined;
  const parameters = readParameters(reader, scope, method, handed?.position);
  const said = { parameters, ...(input === undefined ? {} : { input }) };
  if (returnedSql(scope, method) !== undefined) {
    const sql = readTemplate(reader, scope, method, [], parameters);
    return { source: { kind: "sql", sql: sql ?? { parts: [], place: placeOf(name) }, ...said }, columns: [] };
  }
  if (isKeyword(name.text)) report(reader, "reservedName", name, { what: "function of rows", name: name.text, why: "a keyword of JavaScript", way: "Choose another name." });
  return { source: { kind: "rows", module: `${scope.file.database}.js`, name: name.text, ...said, ...lakeFacts(handed) }, columns: readRowColumns(reader, scope, method, name) };
}

function lakeFacts(handed: HandedLake | undefined): Pick<Extract<Source, { kind: "rows" }>, "lake" | "reads"> {
  return handed === undefined ? {} : { lake: handed.position, reads: [...new Set(handed.tables.values())].sort() };
}

/** Whether JavaScript refuses `name` for a function of a module. */
function isKeyword(name: string): boolean {
  const kind = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, name).scan();
  return name === "await" || (kind >= ts.SyntaxKind.FirstReservedWord && kind <= ts.SyntaxKind.LastFutureReservedWord);
}

/** The columns of `Rows<Supplier>`, or of a promise of them. */
function readRowColumns(reader: Reader, scope: Scope, method: ts.MethodDeclaration, name: ts.Identifier): readonly Column[] {
  const row = method.type === undefined ? undefined : rowType(scope, method.type);
  if (row !== undefined && ts.isTypeLiteralNode(row)) return readColumns(reader, scope, row.members);
  if (row !== undefined && ts.isTypeReferenceNode(row)) {
    const found = findDeclaration(reader.scopes, scope, row.typeName.getText());
    const declaration = found?.declaration;
    if (found !== undefined && declaration !== undefined) {
      if (!ts.isTypeAliasDeclaration(declaration)) return readColumns(reader, found.scope, declaration.members);
      if (ts.isTypeLiteralNode(declaration.type)) return readColumns(reader, found.scope, declaration.type.members);
    }
  }
  if (row === undefined) report(reader, "rowsUntyped", method.type ?? name, { method: name.text });
  else report(reader, "rowTypeUnknown", row, { type: row.getText() });
  return [];
}

function rowType(scope: Scope, type: ts.TypeNode): ts.TypeNode | undefined {
  if (!ts.isTypeReferenceNode(type)) return undefined;
  const [inner] = type.typeArguments ?? [];
  const name = type.typeName.getText();
  if (inner === undefined) return undefined;
  if (name === "Promise") return rowType(scope, inner);
  return languageName(scope, name) === "Rows" ? inner : undefined;
}
