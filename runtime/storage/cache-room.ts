/** What goes from a cache's directory when it holds too much, and what a crash left there. Any process may do it at any time, beside others. */
import { createHash } from "node:crypto";
import { readdir, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";

/** A query opens its files within this time of asking for them. */
const idleMs = 60 * 60 * 1_000;
const workMs = 24 * 60 * 60 * 1_000;

interface Found { readonly file: string; readonly size: number; readonly askedAt: number; readonly changedAt: number }

/** The directory, in the cache's, of the copies of one object. */
export function copiesOf(uri: string): string {
  return hashOf(uri);
}

/** The name of a copy by its size in bytes and by what the store calls the content that it is a copy of. */
export function copyName(mark: string, size: number): string {
  return `${hashOf(mark)}-${size}.parquet`;
}

const copyPattern = /^[0-9a-f]{32}-\d+\.parquet$/;
const copiesPattern = /^[0-9a-f]{32}$/;

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** Removes copies, longest unasked first, until they are within the bound; those of the last hour stay whatever they weigh. */
export async function makeRoom(directory: string, bytesMax: number): Promise<void> {
  const objects = (await found(directory)).filter(({ file }) => copiesPattern.test(path.basename(file)));
  const copies = (await Promise.all(objects.map(({ file }) => found(file)))).flat().filter(({ file }) => copyPattern.test(path.basename(file))).sort((left, right) => left.askedAt - right.askedAt);
  let bytes = copies.reduce((sum, { size }) => sum + size, 0);
  for (const copy of copies) {
    if (bytes <= bytesMax) return;
    // Another process may have asked for it since.
    const now = await look(copy.file);
    if (now !== undefined && now.askedAt > Date.now() - idleMs) continue;
    await rm(copy.file, { force: true });
    await removeEmpty(path.dirname(copy.file));
    bytes -= copy.size;
  }
}

/** Removes what nobody wrote to for more than a day. */
export async function removeOldWork(directory: string): Promise<void> {
  for (const { file, changedAt } of await found(directory)) if (changedAt < Date.now() - workMs) await rm(file, { recursive: true, force: true });
}

/** None where somebody else removed the directory. */
async function found(directory: string): Promise<readonly Found[]> {
  const looked = await Promise.all((await unlessAbsent(readdir(directory)) ?? []).map((name) => look(path.join(directory, name))));
  return looked.filter((file) => file !== undefined);
}

/** Other copies may lie there, and more may come. */
async function removeEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST" || error.code === "ENOENT"))) throw error;
  }
}

async function look(file: string): Promise<Found | undefined> {
  const facts = await unlessAbsent(stat(file));
  return facts && { file, size: facts.size, askedAt: facts.atimeMs, changedAt: facts.mtimeMs };
}

/** Undefined when there is no such file. */
export async function unlessAbsent<T>(act: Promise<T>): Promise<T | undefined> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
