/** Which files of the catalog's folder hold what: `<database>/database.ts` and `<database>/<table>.ts`. */
import { readdirSync } from "node:fs";
import path from "node:path";

/** A TypeScript file of the catalog; `file` is relative to the project with forward slashes. */
export interface CatalogFile { readonly file: string; readonly database: string; readonly stem: string }

export interface CatalogFiles {
  /** The catalog's folder, relative to the project. */
  readonly folder: string;
  /** Whether the folder is there at all. */
  readonly exists: boolean;
  /** Sorted by path. */
  readonly files: readonly CatalogFile[];
  /** TypeScript files that are in no database's folder, or in a folder within one. */
  readonly outside: readonly string[];
}

/** Lists the catalog below `project`; declaration files, hidden files and anything but TypeScript are no part of it. */
export function listCatalog(project: string, catalogDir: string): CatalogFiles {
  const absolute = path.resolve(project, catalogDir);
  const folder = path.relative(project, absolute).split(path.sep).join("/");
  const names = readFolder(absolute);
  if (names === undefined) return { folder, exists: false, files: [], outside: [] };
  const files: CatalogFile[] = [];
  const outside: string[] = [];
  for (const name of names) {
    const parts = name.split(path.sep);
    const file = [folder, ...parts].filter((part) => part !== "").join("/");
    const [database = "", last] = parts;
    if (parts.length === 2 && last !== undefined) files.push({ file, database, stem: last.slice(0, -".ts".length) });
    else outside.push(file);
  }
  return { folder, exists: true, files, outside };
}

function readFolder(folder: string): string[] | undefined {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !name.split(path.sep).some((part) => part.startsWith(".")))
      .sort((left, right) => (left < right ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}
