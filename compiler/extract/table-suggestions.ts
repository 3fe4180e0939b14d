/** What an author most likely meant who named a table that is not there. */
import path from "node:path";
import { ts } from "ts-morph";
import { suggest } from "../ir/nearest.ts";
import { resolveRelative } from "./program.ts";
import type { Scope, Scopes } from "./scope.ts";

/** A hint for the class `name`, which `scope` does not know; undefined when its import was reported already. */
export function suggestTable(scopes: Scopes, scope: Scope, name: string): string | undefined {
  const imported = scope.imports.get(name);
  if (imported?.from.startsWith(".") === true) {
    const other = scopes.get(resolveRelative(scope.file.file, imported.from));
    return other === undefined ? undefined : `${other.file.file} has no class ${imported.name}. ${suggest(imported.name, classes(other))}`;
  }
  const home = [...scopes.values()].find((other) => classes(other).includes(name));
  if (imported !== undefined || home === undefined) return "";
  const relative = path.posix.relative(path.posix.dirname(scope.file.file), home.file.file);
  return `Write \`import { ${name} } from "${relative.startsWith(".") ? relative : `./${relative}`}"\`.`;
}

function classes(scope: Scope): string[] {
  return [...scope.declarations].filter(([, declaration]) => ts.isClassDeclaration(declaration)).map(([name]) => name);
}
