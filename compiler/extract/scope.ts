/** What a name in a catalog file means: a word of the language, something declared here, or something of another catalog file. */
import { ts } from "ts-morph";
import { snakeCase } from "../ir/names.ts";
import { howImported } from "./language-names.ts";
import { resolveRelative } from "./program.ts";
import type { CatalogFile } from "./files.ts";

export type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration;

interface Import { readonly from: string; readonly name: string; readonly node: ts.ImportSpecifier }

/** One file's names. */
export interface Scope {
  readonly file: CatalogFile;
  readonly source: ts.SourceFile;
  readonly imports: ReadonlyMap<string, Import>;
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/** All files' names, by path. */
export type Scopes = Pick<ReadonlyMap<string, Scope>, "get" | "has" | "keys" | "values">;

/** A declaration with the scope its own names are looked up in. */
export interface Found<D extends Declaration = Declaration> { readonly declaration: D; readonly scope: Scope }

/** Reads which names a file imports and declares. */
export function scopeOf(file: CatalogFile, source: ts.SourceFile): Scope {
  const imports = new Map<string, Import>();
  const declarations = new Map<string, Declaration>();
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const [local, imported] of importsOf(statement)) imports.set(local, imported);
    } else if (isDeclaration(statement) && statement.name !== undefined) {
      declarations.set(statement.name.text, statement);
    }
  }
  return { file, source, imports, declarations };
}

/**
 * The word or type of the language that `name` stands for in `scope`: its own name, whatever it was imported as. One that nobody
 * imported is understood all the same; TypeScript reports it, and nothing else should follow from it.
 */
export function languageName(scope: Scope, name: string): string | undefined {
  const imported = scope.imports.get(name);
  if (imported !== undefined) return imported.from === "neuralake" ? imported.name : undefined;
  const own = scope.declarations.has(name) || findStatement(scope, name) !== undefined;
  return own || howImported(name) === undefined ? undefined : name;
}

/** The statement of the file that declares or imports the value `name`. */
export function findStatement(scope: Scope, name: string): ts.Statement | undefined {
  return scope.source.statements.find((statement) => {
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.some(({ name: bound }) => boundNames(bound).includes(name));
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) return statement.name?.text === name;
    if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) return false;
    const { name: whole, namedBindings } = statement.importClause;
    if (whole?.text === name) return true;
    if (namedBindings === undefined) return false;
    return ts.isNamespaceImport(namedBindings) ? namedBindings.name.text === name : namedBindings.elements.some((element) => element.name.text === name);
  });
}

/** The names that a variable or a parameter binds. */
export function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

/** The declaration `name` stands for in `scope`: its own, or one imported from another catalog file. */
export function findDeclaration(scopes: Scopes, scope: Scope, name: string): Found | undefined {
  const own = scope.declarations.get(name);
  if (own !== undefined) return { declaration: own, scope };
  const imported = scope.imports.get(name);
  if (imported === undefined || !imported.from.startsWith(".")) return undefined;
  const other = scopes.get(resolveRelative(scope.file.file, imported.from));
  const declaration = other?.declarations.get(imported.name);
  return other === undefined || declaration === undefined ? undefined : { declaration, scope: other };
}

/** The table class that `name` stands for in `scope`. */
export function findClass(scopes: Scopes, scope: Scope, name: string): Found<ts.ClassDeclaration> | undefined {
  const found = findDeclaration(scopes, scope, name);
  return found !== undefined && ts.isClassDeclaration(found.declaration) ? { declaration: found.declaration, scope: found.scope } : undefined;
}

/** `rides.trips`, for the class `Trips` in a file of `rides`. */
export function tableName(found: Found<ts.ClassDeclaration>): string {
  return `${found.scope.file.database}.${snakeCase(found.declaration.name?.text ?? "")}`;
}

function isDeclaration(node: ts.Node): node is Declaration {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node);
}

function importsOf(statement: ts.ImportDeclaration): [string, Import][] {
  const bindings = statement.importClause?.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
  const from = statement.moduleSpecifier.text;
  return bindings.elements.map((element) => [element.name.text, { from, name: (element.propertyName ?? element.name).text, node: element }]);
}
