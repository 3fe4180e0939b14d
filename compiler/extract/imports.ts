/** What a catalog file may import: words of the language, other tables, and packages for its functions of rows. */
import { ts } from "ts-morph";
import { resolveRelative } from "./program.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import type { Scope } from "./scope.ts";

/** Reports the imports of a file that lead out of the catalog, and those of the language as a whole. */
export function checkImports(reader: Reader, scope: Scope): void {
  for (const statement of scope.source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const module = statement.moduleSpecifier.text;
    const bindings = statement.importClause?.namedBindings;
    if (module === "neuralake" && (bindings === undefined || ts.isNamespaceImport(bindings))) report(reader, "namespaceImport", statement, {});
    if (module.startsWith(".") && !reader.scopes.has(resolveRelative(scope.file.file, module))) report(reader, "importRefused", statement.moduleSpecifier, { module: JSON.stringify(module) });
  }
}
