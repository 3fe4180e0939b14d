/**
 * The functions that return rows, as plain JavaScript modules: the method's own code, the declarations of its file it uses, and the
 * packages it imports. Words of the language and other tables do not exist where these run, so using them is reported.
 */
import { ts } from "ts-morph";
import type { RowMethod } from "./databases.ts";
import { readHandedLake } from "./handed-lake.ts";
import { hasModifier } from "./members.ts";
import { resolveRelative } from "./program.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { boundNames, findStatement } from "./scope.ts";
import type { Scope } from "./scope.ts";

/** A module of generated/functions: plain JavaScript that exports each function under its name in the Catalog. */
export interface FunctionModule { readonly module: string; readonly code: string }

/** By the identifier of a class that is named to the lake, the table it is. */
type NamedTables = ReadonlyMap<ts.Identifier, string>;

/** The module of one database's row functions; undefined when it has none. */
export function readFunctions(reader: Reader, scope: Scope, methods: readonly RowMethod[]): FunctionModule | undefined {
  if (methods.length === 0) return undefined;
  const used = new Set<ts.Statement>();
  for (const { method, table } of methods) {
    follow(reader, scope, method, table.symbol, used, readHandedLake(reader.scopes, scope, method)?.tables);
    reportThis(reader, method, table.symbol);
  }
  const kept = scope.source.statements.filter((statement) => used.has(statement)).map((statement) => statement.getText());
  const functions = methods.map(({ method, table }) => functionText(method, table.symbol, readHandedLake(reader.scopes, scope, method)?.tables));
  return { module: `${scope.file.database}.js`, code: transpile([...kept, ...functions].join("\n\n")) };
}

/** Adds to `used` every statement of the file that `node` needs, and what those need. */
function follow(reader: Reader, scope: Scope, node: ts.Node, method: string, used: Set<ts.Statement>, handed: NamedTables = new Map()): void {
  const inner = declaredWithin(node);
  for (const identifier of valueNames(node)) {
    if (handed.has(identifier)) continue;
    const statement = findStatement(scope, identifier.text);
    if (statement === undefined || statement === node || used.has(statement)) continue;
    if (isRefused(reader, scope, statement)) continue;
    if (isOfCatalog(statement)) {
      if (!inner.has(identifier.text)) report(reader, "rowsUseWord", identifier, { name: identifier.text, method });
      continue;
    }
    used.add(statement);
    if (!ts.isImportDeclaration(statement)) follow(reader, scope, statement, method, used);
  }
}

/** An import that leads to no file of the catalog: it was told where it stands. */
function isRefused(reader: Reader, scope: Scope, statement: ts.Statement): boolean {
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return false;
  const { text } = statement.moduleSpecifier;
  return text.startsWith(".") && !reader.scopes.has(resolveRelative(scope.file.file, text));
}

/** A table's class, or an import of words or of tables. */
function isOfCatalog(statement: ts.Statement): boolean {
  if (ts.isClassDeclaration(statement)) return ts.getDecorators(statement) !== undefined;
  return ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier) && /^(?:neuralake$|\.)/.test(statement.moduleSpecifier.text);
}

/** The names that variables and parameters within `node` bind: they may hide a name of the file. */
function declaredWithin(node: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (ts.isVariableDeclaration(child) || ts.isParameter(child)) for (const name of boundNames(child.name)) names.add(name);
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return names;
}

/** The identifiers in `node` that stand for values: no types, no names of properties. */
function valueNames(node: ts.Node): ts.Identifier[] {
  const names: ts.Identifier[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isTypeNode(child) || ts.isDecorator(child)) return;
    if (ts.isIdentifier(child)) {
      const parent = child.parent;
      const isMember = (ts.isPropertyAccessExpression(parent) && parent.name === child)
        || (ts.isPropertyAssignment(parent) && parent.name === child)
        || (ts.isMethodDeclaration(parent) && parent.name === child);
      if (!isMember) names.push(child);
    }
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return names;
}

/** `this` of the method itself; a function within has its own. */
function reportThis(reader: Reader, method: ts.MethodDeclaration, name: string): void {
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.ThisKeyword) report(reader, "rowsUseThis", node, { method: name });
    if (!bindsThis(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(method, visit);
}

function bindsThis(node: ts.Node): boolean {
  return ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node) || ts.isClassLike(node);
}

/** The method as a function of its own: its comment, its modifiers, its parameters and its body. */
function functionText(method: ts.MethodDeclaration, name: string, handed: NamedTables = new Map()): string {
  const comment = ts.getJSDocCommentsAndTags(method).filter(ts.isJSDoc).at(-1)?.getText() ?? "";
  const before = hasModifier(method, ts.SyntaxKind.AsyncKeyword) ? "async function" : "function";
  const star = method.asteriskToken === undefined ? "" : "*";
  const { text } = method.getSourceFile();
  let [rest, from] = ["", method.name.getEnd()];
  for (const [identifier, table] of handed) {
    rest += text.slice(from, identifier.getStart()) + JSON.stringify(table);
    from = identifier.getEnd();
  }
  rest += text.slice(from, method.getEnd());
  return `${comment.replace(/\n\s*\*/g, "\n *")}\nexport ${before}${star} ${name}${rest}`;
}

function transpile(code: string): string {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: false, newLine: ts.NewLineKind.LineFeed },
  });
  return outputText;
}
