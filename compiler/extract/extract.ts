/**
 * The author's TypeScript in, a Catalog out, with everything that is wrong with the source. Nothing of the author's runs here: the
 * files are parsed, their classes read by name, and TypeScript's own checker asked for its errors.
 */
import { ts } from "ts-morph";
import { catalogFormat } from "../ir/catalog.ts";
import type { Catalog, Database, Table } from "../ir/catalog.ts";
import { snakeCase } from "../ir/names.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { readDatabase } from "./databases.ts";
import type { ReadDatabase } from "./databases.ts";
import { listCatalog } from "./files.ts";
import type { CatalogFile, CatalogFiles } from "./files.ts";
import { checkImports } from "./imports.ts";
import { hasModifier } from "./members.ts";
import { placeAt } from "./place.ts";
import { parseFile } from "./program.ts";
import { report, reportAt } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { readFunctions } from "./row-functions.ts";
import type { FunctionModule } from "./row-functions.ts";
import { scopeOf } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { kindWords, readTable } from "./tables.ts";
import { findTypeErrors, semanticErrors, syntaxErrors } from "./typescript-errors.ts";
import { readWords } from "./words.ts";

export interface Extracted {
  /** As far as it could be read. */
  readonly catalog: Catalog;
  readonly diagnostics: readonly Diagnostic[];
  readonly functions: readonly FunctionModule[];
}
export type { FunctionModule } from "./row-functions.ts";

/** A catalog that was read and not yet checked by TypeScript. */
export interface Reading extends Extracted {
  /** Every file, and what was said about it. */
  readonly sources: readonly { readonly source: ts.SourceFile; readonly said: readonly Diagnostic[] }[];
}

/** Reads the catalog in `catalogDir` of `project`, and has TypeScript check it; places are relative to `project`. */
export function extract(options: { readonly project: string; readonly catalogDir: string }): Extracted {
  const { sources, ...extracted } = read(options);
  return { ...extracted, diagnostics: [...extracted.diagnostics, ...typeDiagnostics(options.project, sources)] };
}

/** The same without TypeScript's check, which takes most of the time: see `typeDiagnostics`. */
export function read(options: { readonly project: string; readonly catalogDir: string }): Reading {
  const listed = listCatalog(options.project, options.catalogDir);
  const diagnostics: Diagnostic[] = [];
  const scopes = new Map<string, Scope>();
  for (const file of listed.files) {
    const source = parseFile(options.project, file.file);
    if (source === undefined) diagnostics.push(diagnose("fileUnreadable", { file: file.file, line: 1, column: 1, length: 0 }, { file: file.file }));
    else scopes.set(file.file, scopeOf(file, source));
  }
  const sources: Reading["sources"][number][] = [];
  const files: ReadFile[] = [...scopes.values()].map((scope) => {
    const said: Diagnostic[] = [];
    const read = readFile({ scopes, diagnostics: said }, scope);
    const syntax = syntaxErrors(scope.source);
    // What else seems wrong in a file that does not parse is most likely a consequence.
    diagnostics.push(...(syntax.length > 0 ? syntax : said));
    sources.push({ source: scope.source, said });
    return read;
  });
  const reader: Reader = { scopes, diagnostics };
  reportFolder(reader, listed);
  return {
    catalog: { format: catalogFormat, databases: assemble(reader, files) },
    diagnostics,
    functions: files.flatMap((file) => file.functions ?? []).sort((left, right) => (left.module < right.module ? -1 : 1)),
    sources,
  };
}

/** What TypeScript's check says of the files that parse, without what reading said better. */
export function typeDiagnostics(project: string, sources: Reading["sources"]): Diagnostic[] {
  const errors = findTypeErrors(project, sources.map(({ source }) => source));
  return sources.flatMap(({ source, said }) => semanticErrors(source, errors.get(source) ?? [], said));
}

interface ReadFile { readonly file: CatalogFile; readonly tables: readonly Table[]; readonly database: ReadDatabase | undefined; readonly functions: FunctionModule | undefined }

function reportFolder(reader: Reader, listed: CatalogFiles): void {
  const { folder } = listed;
  const place = (file: string): Parameters<typeof reportAt>[2] => ({ file, line: 1, column: 1, length: 0 });
  if (!listed.exists) reportAt(reader, "catalogMissing", place(folder), { folder });
  else if (listed.files.length === 0) reportAt(reader, "catalogEmpty", place(folder), { folder });
  for (const file of listed.outside) reportAt(reader, "fileOutside", place(file), { file, folder });
}

function readFile(reader: Reader, scope: Scope): ReadFile {
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
  const functions = database === undefined ? undefined : readFunctions(reader, scope, database.rowMethods);
  return { file: scope.file, tables, database, functions };
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
  if (!isExported(node)) report(reader, "notExported", name, { symbol });
  if (node.heritageClauses?.some((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)) report(reader, "inheritance", name, { symbol });
  const [kind, second] = kinds;
  if (kind === undefined) {
    if ((ts.getDecorators(node) ?? []).length === words.length) report(reader, "noKind", name, { symbol });
    return undefined;
  }
  if (second !== undefined) report(reader, "twoKinds", name, { symbol, words: kinds.map((word) => `@${word.name}`).join(" and ") });
  const inDatabaseFile = scope.file.stem === "database";
  if (kind.name === "database") {
    if (!inDatabaseFile) report(reader, "databaseFile", name, { symbol });
    return readDatabase(reader, scope, node, symbol, words);
  }
  if (inDatabaseFile) report(reader, "tableInDatabaseFile", name, { symbol });
  else if (snakeCase(symbol) !== scope.file.stem) report(reader, "fileName", name, { symbol, file: scope.file.file, expected: `${snakeCase(symbol)}.ts` });
  return readTable(reader, scope, node, symbol, words);
}

/** Puts the files' tables into their databases, everything in order of name; a table without an owner has its database's. */
function assemble(reader: Reader, files: readonly ReadFile[]): Database[] {
  const byDatabase = Map.groupBy(files, (file) => file.file.database);
  return [...byDatabase].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, own]) => {
    const [first, second] = own.flatMap((file) => file.database ?? []);
    if (second?.place !== undefined) reportAt(reader, "twoDatabases", second.place, { symbol: name });
    const { owner, doc = "", place } = first ?? {};
    const tables = own.flatMap((file) => [...file.tables, ...(file.database?.tables ?? [])])
      .map((table) => (table.owner !== undefined || owner === undefined ? table : { ...table, owner }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    return { name, doc, ...(owner === undefined ? {} : { owner }), ...(place === undefined ? {} : { place }), tables };
  });
}
