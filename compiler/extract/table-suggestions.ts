/** What an author most likely meant who named a table that is not there. */
import path from "node:path";
import { ts } from "ts-morph";
import { suggest } from "../ir/nearest.ts";
import { resolveRelative } from "./program.ts";
import { findStatement } from "./scope.ts";
import type { Scope, Scopes } from "./scope.ts";

/** A hint for the class `name`, which `scope` does not know; undefined when its import was reported already. */
export function suggestTable(scopes: Scopes, scope: Scope, name: string): string | undefined {
  const imported = scope.imports.get(name);
  if (imported?.from.startsWith(".") === true) {
    const other = scopes.get(resolveRelative(scope.file.file, imported.from));
    return other === undefined ? undefined : `${other.file.file} has no class ${imported.name}. ${suggest(imported.name, classes(other))}`;
  }
  const statement = findStatement(scope, name);
  if (imported === undefined && statement !== undefined && ts.isImportDeclaration(statement)) return undefined;
  const [home] = modulesOf(scopes, scope, name);
  return imported !== undefined || home === undefined ? "" : `Write \`import { ${name} } from "${home}"\`.`;
}

/** The one module of the catalog that has a class `name`, as `scope` would import it; undefined when there are several, or it is imported already. */
export function homeOf(scopes: Scopes, scope: Scope, name: string): string | undefined {
  const [home, second] = findStatement(scope, name) !== undefined ? [] : modulesOf(scopes, scope, name);
  return second === undefined ? home : undefined;
}

function modulesOf(scopes: Scopes, scope: Scope, name: string): string[] {
  return [...scopes.values()].filter((other) => classes(other).includes(name)).map((home) => {
    const relative = path.posix.relative(path.posix.dirname(scope.file.file), home.file.file);
    return relative.startsWith(".") ? relative : `./${relative}`;
  });
}

function classes(scope: Scope): string[] {
  return [...scope.declarations].filter(([, declaration]) => ts.isClassDeclaration(declaration)).map(([name]) => name);
}
