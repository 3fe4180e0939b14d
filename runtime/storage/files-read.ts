/** Files of a directory as objects: listed, looked at, read whole or in part; and which object a failure of the disk is about. */
import type { Dirent, Stats } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../values/failure.ts";
import { temporaryName } from "./leftovers.ts";
import type { ListOptions, StoredObject } from "./store.ts";

/** What the disk says of a file; undefined when there is none. */
export async function statIfThere(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

const largeBytes = 1024 * 1024;

/** The bytes of a file, or those of a range that are there. */
export async function readFileRange(file: string, range: { readonly offset: number; readonly length: number } | undefined): Promise<Uint8Array> {
  const handle = await open(file, "r");
  try {
    if (range === undefined) return await readWhole(handle);
    const { bytesRead, buffer } = await handle.read(new Uint8Array(range.length), 0, range.length, range.offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A large file in as few reads as the system gives it in; Node's own takes half a megabyte at a time. */
async function readWhole(handle: FileHandle): Promise<Uint8Array> {
  const { size } = await handle.stat();
  if (size < largeBytes) return await handle.readFile();
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

/** The object that a file is; undefined when there is none, or something else. */
export async function headFile(file: string, name: string): Promise<StoredObject | undefined> {
  const facts = await statIfThere(file);
  return facts?.isFile() === true ? { path: name, size: facts.size, modified: Math.floor(facts.mtimeMs) } : undefined;
}

/** Files that are looked at together: their order stays. */
const looksAtOnce = 64;

/** The objects of a directory, as a store lists them. */
export async function* listObjects(base: string, prefix: string, options: ListOptions): AsyncGenerator<StoredObject> {
  const directory = path.join(base, ...prefix.split("/"));
  const entries = await guard(prefix, async () => {
    try {
      return await readdir(directory, { withFileTypes: true });
    } catch (error) {
      if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
      throw error;
    }
  });
  const { wanted, links } = wantedOf(entries, prefix, options);
  const look = (name: string): StoredObject | Promise<StoredObject | undefined> | undefined => {
    if (name.endsWith("/")) return undefined;
    const known = links.has(name) ? undefined : options.known?.(name);
    return known === undefined ? guard(name, () => headFile(path.join(directory, name.slice(prefix.length)), name)) : { path: name, ...known };
  };
  for (let start = 0; start < wanted.length; start += looksAtOnce) {
    const some = wanted.slice(start, start + looksAtOnce);
    const found = await Promise.all(some.map(look));
    for (const [k, name] of some.entries()) {
      const file = found[k];
      if (name.endsWith("/")) yield* listObjects(base, name, options);
      else if (file !== undefined) yield file;
    }
  }
}

/** The paths of those entries that are wanted, in order, of directories with a slash behind; and which are neither files nor directories. */
function wantedOf(entries: readonly Dirent[], prefix: string, { recursive = false, startAfter, only }: ListOptions): { readonly wanted: readonly string[]; readonly links: ReadonlySet<string> } {
  const links = new Set<string>();
  const wanted: string[] = [];
  for (const entry of entries) {
    const isDirectory = entry.isDirectory();
    const name = `${prefix}${entry.name}${isDirectory ? "/" : ""}`;
    if (isDirectory ? !recursive : (startAfter !== undefined && name <= startAfter) || only?.(name) === false) continue;
    if (temporaryName.test(entry.name)) continue;
    if (!isDirectory && !entry.isFile()) links.add(name);
    wanted.push(name);
  }
  return { wanted: wanted.sort(), links };
}

/** Says which object an error of the disk is about; the codes in `absent` mean that there is none. */
export async function guard<T>(name: string, act: () => Promise<T>, absent: readonly string[] = ["ENOENT"]): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error;
    if (absent.some((code) => hasCode(error, code))) throw new Failure("FILE_NOT_FOUND", `There is no ${name} in the store.`, { cause: error });
    throw new Failure("STORE_FAILED", `The store cannot reach ${name}: ${error.message}`, { cause: error, retry: true });
  }
}

/** Whether an error is one of the system with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
