/** One file of the catalog, read: the table its class is, or its database with the tables of its methods. */
import { ts } from "ts-morph";
import type { Table } from "../ir/catalog.ts";
import { snakeCase } from "../ir/names.ts";
import { readDatabase } from "./databases.ts";
import type { ReadDatabase } from "./databases.ts";
import type { CatalogFile } from "./files.ts";
import { exportByName } from "./fixes.ts";
import { checkImports } from "./imports.ts";
import { hasModifier } from "./members.ts";
import { placeAt } from "./place.ts";
import { report, reportAt } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { readFunctions } from "./row-functions.ts";
import type { FunctionModule } from "./row-functions.ts";
import type { Scope } from "./scope.ts";
import { kindWords, readTable } from "./tables.ts";
import { readWords } from "./words.ts";

export interface ReadFile { readonly file: CatalogFile; readonly tables: readonly Table[]; readonly database: Omit<ReadDatabase, "rowMethods"> | undefined; readonly functions: FunctionModule | undefined }

/** Reads the file of `scope`; what is wrong with it is reported. */
export function readFile(reader: Reader, scope: Scope): ReadFile {
  checkImports(reader, scope);
  const tables: Table[] = [];
  let database: ReadDatabase | undefined;
  let first: string | undefined;
  for (const statement of scope.source.statements) {
    if (!ts.isClassDeclaration(statement) || statement.name === undefined || !isTable(statement)) continue;
    const symbol = statement.name.text;
    if (first !== undefined) report(reader, "severalInFile", statement.name, { symbol, first });
    first ??= symbol;
    const read = readClass(reader, scope, statement, symbol);
    if (read === undefined) continue;
    if ("tables" in read) database = read;
    else tables.push(read);
  }
  if (first === undefined) reportAt(reader, "exportsNothing", placeAt(scope.source, 0, 0), { file: scope.file.file });
  if (database === undefined) return { file: scope.file, tables, database, functions: undefined };
  const { rowMethods, ...facts } = database;
  return { file: scope.file, tables, database: facts, functions: readFunctions(reader, scope, rowMethods) };
}

/** A class that is decorated or exported is meant as a table; another is the file's own affair. */
function isTable(node: ts.ClassDeclaration): boolean {
  return ts.getDecorators(node) !== undefined || isExported(node);
}

function isExported(node: ts.ClassDeclaration): boolean {
  return hasModifier(node, ts.SyntaxKind.ExportKeyword) && !hasModifier(node, ts.SyntaxKind.DefaultKeyword);
}

function readClass(reader: Reader, scope: Scope, node: ts.ClassDeclaration, symbol: string): Table | ReadDatabase | undefined {
  const name = node.name ?? node;
  const words = readWords(reader, scope, node, "class");
  const kinds = words.filter((word) => word.name === "database" || kindWords.some((kind) => kind === word.name));
  if (!isExported(node)) report(reader, "notExported", name, { symbol }, exportByName(node));
  if (node.heritageClauses?.some((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)) report(reader, "inheritance", name, { symbol });
  const [kind, second] = kinds;
  if (kind === undefined) {
    if ((ts.getDecorators(node) ?? []).length === words.length) report(reader, "noKind", name, { symbol });
    // Its word could not be read; what is wrong within is told all the same.
    else if (scope.file.stem === "database") readDatabase(reader, scope, node, symbol, words);
    else readTable(reader, scope, node, symbol, words);
    return undefined;
  }
  if (second !== undefined) report(reader, "twoKinds", name, { symbol, words: kinds.map((word) => `@${word.name}`).join(" and ") });
  if (kinds.length > 1 && kinds.some((word) => word.name === "database")) return undefined;
  const inDatabaseFile = scope.file.stem === "database";
  if (kind.name === "database") {
    if (!inDatabaseFile) report(reader, "databaseFile", name, { symbol });
    return readDatabase(reader, scope, node, symbol, words);
  }
  if (inDatabaseFile) report(reader, "tableInDatabaseFile", name, { symbol });
  else if (snakeCase(symbol) !== scope.file.stem) report(reader, "fileName", name, { symbol, file: scope.file.file, expected: `${snakeCase(symbol)}.ts` });
  return readTable(reader, scope, node, symbol, words);
}
