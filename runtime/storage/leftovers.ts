/** What a process that was killed left on a disk beside the objects it wrote: temporary files, and directories of them, under names of ours. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../values/failure.ts";
import type { Leftover } from "./store.ts";

/** The name of a temporary place: no object, though a crash may leave one. */
export const temporaryName = /^\..+\.[0-9a-f-]{36}\.tmp$/;

/** All of them at and below the directory that is `prefix` in `base`. What vanishes meanwhile, by its owner's hand, is passed over. */
export async function* leftoversBelow(base: string, prefix: string): AsyncGenerator<Leftover> {
  const directory = path.join(base, ...prefix.split("/"));
  const entries = await ifThere(readdir(directory, { withFileTypes: true })) ?? [];
  for (const entry of entries) {
    if (!temporaryName.test(entry.name)) {
      if (entry.isDirectory()) yield* leftoversBelow(base, `${prefix}${entry.name}/`);
      continue;
    }
    const name = `${prefix}${entry.name}`;
    const place = path.join(directory, entry.name);
    const facts = await weigh(place, entry.isDirectory());
    if (facts !== undefined) yield { path: name, ...facts, remove: () => rm(place, { recursive: true, force: true }) };
  }
}

/** Bytes, and the time of the last change: of a directory that of anything in it. */
async function weigh(place: string, isDirectory: boolean): Promise<{ readonly size: number; readonly modified: number } | undefined> {
  const own = await ifThere(stat(place));
  if (own === undefined) return undefined;
  const inside = isDirectory ? (await ifThere(readdir(place, { withFileTypes: true }))) ?? [] : [];
  const weighed = await Promise.all(inside.map((entry) => weigh(path.join(place, entry.name), entry.isDirectory())));
  const parts = [{ size: own.isFile() ? own.size : 0, modified: Math.floor(own.mtimeMs) }, ...weighed.filter((part) => part !== undefined)];
  return { size: parts.reduce((sum, part) => sum + part.size, 0), modified: Math.max(...parts.map((part) => part.modified)) };
}

async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw new Failure("STORE_FAILED", `The store cannot be looked through for what was left in it: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
