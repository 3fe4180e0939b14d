/** A project's configuration as the module it is, loaded anew whenever its text, or that of a file it imports by a path, is another. Packages are loaded once, as Node does. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** By configuration: itself, and the files that it was seen to import, also when it could not be loaded. */
const seen = new Map<string, Set<string>>();
/** By the mark that its address bore: which configuration a module is part of. */
const marks = new Map<string, string>();
let hooked = false;

/** The files that the configuration at `file` is made of; itself alone before it was loaded. */
export function configFiles(file: string): readonly string[] {
  return [...filesOf(file)].toSorted();
}

/** The default export; throws what importing it throws. */
export async function loadConfig(file: string): Promise<unknown> {
  hook();
  // Node keeps what it loaded by address; another text is another address, and what a module imports bears its mark.
  const mark = markOf(file);
  marks.set(mark, file);
  const loaded = (await import(`${pathToFileURL(file).href}?text=${mark}`)) as { default?: unknown };
  return loaded.default;
}

function filesOf(file: string): Set<string> {
  return seen.getOrInsertComputed(file, () => new Set([file]));
}

function markOf(file: string): string {
  const hash = createHash("sha256");
  for (const each of configFiles(file)) hash.update(`${each}\0`).update(existsSync(each) ? readFileSync(each) : "").update("\0");
  return hash.digest("hex").slice(0, 16);
}

function hook(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const mark = /\?text=([0-9a-f]{16})$/.exec(context.parentURL ?? "")?.[1] ?? "";
      const config = marks.get(mark);
      if (config === undefined || !/^\.{0,2}\/|^file:/.test(specifier)) return next(specifier, context);
      // Also one that is not there yet.
      filesOf(config).add(fileURLToPath(new URL(specifier, context.parentURL)));
      const found = next(specifier, context);
      if (!found.url.startsWith("file:") || found.url.includes("?")) return found;
      filesOf(config).add(fileURLToPath(found.url));
      return { ...found, url: `${found.url}?text=${mark}` };
    },
  });
}
