/** Directories of a disk in which nothing lies any more: no object is in them, but their names are those of partitions, and may tell of rows that are gone. */
import { readdir, rmdir } from "node:fs/promises";
import path from "node:path";
import { hasCode } from "./files-read.ts";

/** Removes those below a directory, and such as hold nothing but them. One that somebody writes to meanwhile stays, and so does the directory itself. */
export async function removeEmptyBelow(directory: string): Promise<void> {
  for (const name of await directoriesIn(directory)) {
    const below = path.join(directory, name);
    await removeEmptyBelow(below);
    await removeIfEmpty(below);
  }
}

async function directoriesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

async function removeIfEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    // POSIX has two codes for one that is not empty.
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].some((code) => hasCode(error, code))) throw error;
  }
}
