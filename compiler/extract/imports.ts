/** What a catalog file may import: words of the language, other tables, and packages for its functions of rows. */
import path from "node:path";
import { ts } from "ts-morph";
import type { Fix } from "../diagnostics/diagnostic.ts";
import { nearest, onlySlip } from "../ir/nearest.ts";
import { quoted, replaceNode } from "./fixes.ts";
import { resolveRelative } from "./program.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import type { Scope } from "./scope.ts";

/** Reports the imports of a file that lead out of the catalog or to no file in it, and those of the language or of a table as a whole. */
export function checkImports(reader: Reader, scope: Scope): void {
  for (const statement of scope.source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const module = statement.moduleSpecifier.text;
    const bindings = statement.importClause?.namedBindings;
    const byName = statement.importClause?.name === undefined && bindings !== undefined && ts.isNamedImports(bindings);
    if (module === "neuralake" && !byName) report(reader, "namespaceImport", statement, {});
    if (!module.startsWith(".")) continue;
    const file = resolveRelative(scope.file.file, module);
    if (!reader.scopes.has(file)) reportFile(reader, scope, statement.moduleSpecifier, file, module);
    else if (!byName) report(reader, "tableImport", statement, { module, name: named(reader, file) }, byDefault(statement, reader, file));
  }
}

/** The class that a file is about. */
function named(reader: Reader, file: string): string {
  return [...reader.scopes.get(file)?.declarations.keys() ?? []][0] ?? "SomeTable";
}

/** `import Trips` becomes `import { Trips }`, where the file has a class of that name. */
function byDefault(statement: ts.ImportDeclaration, reader: Reader, file: string): Fix | undefined {
  const { name, namedBindings } = statement.importClause ?? {};
  if (name === undefined || namedBindings !== undefined || reader.scopes.get(file)?.declarations.has(name.text) !== true) return undefined;
  return replaceNode(name, `{ ${name.text} }`);
}

/** Says that `file` is none of the catalog's, and which one may be meant. */
function reportFile(reader: Reader, scope: Scope, node: ts.StringLiteral, file: string, module: string): void {
  const folder = path.posix.dirname(scope.file.file);
  const catalog = `${path.posix.dirname(folder)}/`;
  if (!file.startsWith(catalog)) return report(reader, "importRefused", node, { module: JSON.stringify(module) });
  const others = [...reader.scopes.keys()].filter((other) => other !== scope.file.file);
  const near = nearest(file, others);
  const meant = near === undefined ? "" : path.posix.relative(folder, near);
  const relative = meant.startsWith(".") ? meant : `./${meant}`;
  const suggestion = near === undefined ? "A table's file is <database>/<table>.ts." : `Did you mean "${relative}"?`;
  return report(reader, "importMissing", node, { file, suggestion }, onlySlip(file, others) === undefined ? undefined : replaceNode(node, quoted(node, relative)));
}
