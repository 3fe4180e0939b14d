/** Puts emitted files on disk, and takes away those that are emitted no more. Nothing else in the compiler writes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import type { Dirent } from "node:fs";
import path from "node:path";
import type { PrintedFile } from "./emitter.ts";

/** What differs between the files and the folder: paths relative to the folder, sorted. */
export interface Differences { readonly changed: readonly PrintedFile[]; readonly unknown: readonly string[] }

/** What only history may change: never compared, never removed. */
const kept = new Set(["migrations"]);

/** Compares emitted files with a folder, which need not be there. */
export function compareFiles(folder: string, files: readonly PrintedFile[]): Differences {
  const present = listFiles(folder);
  const emitted = new Set(files.map((file) => file.path));
  return {
    changed: files.filter((file) => !present.has(file.path) || !readFileSync(path.join(folder, file.path)).equals(file.bytes)),
    unknown: [...present].filter((name) => !emitted.has(name)).sort(),
  };
}

/** What a running process looks at to see that the rest is there. */
const seal = "catalog.json";

/**
 * Writes what changed and removes what is unknown, with the folders it leaves empty. Each file is whole at any moment, and catalog.json
 * comes last (as it was, when only others changed), so that a process that takes the files up never takes half of them for all.
 */
export function writeFiles(folder: string, { changed, unknown }: Differences): void {
  for (const name of new Set(changed.map((file) => path.dirname(path.join(folder, file.path))))) mkdirSync(name, { recursive: true });
  for (const file of changed.toSorted((a, b) => Number(a.path === seal) - Number(b.path === seal))) writeWhole(path.join(folder, file.path), file.bytes);
  if (changed.length > 0 && !changed.some((file) => file.path === seal) && existsSync(path.join(folder, seal))) writeWhole(path.join(folder, seal), readFileSync(path.join(folder, seal)));
  for (const name of unknown) rmSync(path.join(folder, name));
  for (const name of unknown) removeEmptyFolders(folder, path.posix.dirname(name));
}

function writeWhole(file: string, bytes: Uint8Array): void {
  const draft = `${file}.${process.pid}.part`;
  writeFileSync(draft, bytes);
  renameSync(draft, file);
}

function listFiles(folder: string): Set<string> {
  const names = readFolder(folder)
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  return new Set(names.filter((name) => !kept.has(name.split("/")[0] ?? "")));
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** The folder `name` when nothing is left in it, and then the one it is in; never the generated folder itself. */
function removeEmptyFolders(folder: string, name: string): void {
  const target = path.join(folder, name);
  if (name === "." || !existsSync(target) || readdirSync(target).length > 0) return;
  rmdirSync(target);
  removeEmptyFolders(folder, path.posix.dirname(name));
}
