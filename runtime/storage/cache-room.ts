/** What goes from a cache's directory when it holds too much, and what a crash left there. Any process may do it at any time, beside others. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

/** A query opens its files within this time of asking for them. */
const idleMs = 60 * 60 * 1_000;
const workMs = 24 * 60 * 60 * 1_000;

interface Found { readonly file: string; readonly size: number; readonly askedAt: number; readonly changedAt: number }

/** The name of a copy, by the hash of what it is a copy of and its size in bytes. */
export function copyName(hash: string, size: number): string {
  return `${hash.slice(0, 32)}-${size}.parquet`;
}

const copyPattern = /^[0-9a-f]{32}-\d+\.parquet$/;

/** Removes copies, longest unasked first, until they are within the bound; those of the last hour stay whatever they weigh. */
export async function makeRoom(directory: string, bytesMax: number): Promise<void> {
  const copies = (await found(directory)).filter(({ file }) => copyPattern.test(path.basename(file))).sort((left, right) => left.askedAt - right.askedAt);
  let bytes = copies.reduce((sum, { size }) => sum + size, 0);
  for (const copy of copies) {
    if (bytes <= bytesMax) return;
    // Another process may have asked for it since.
    const now = await look(copy.file);
    if (now !== undefined && now.askedAt > Date.now() - idleMs) continue;
    await rm(copy.file, { force: true });
    bytes -= copy.size;
  }
}

/** Removes what nobody wrote to for more than a day. */
export async function removeOldWork(directory: string): Promise<void> {
  for (const { file, changedAt } of await found(directory)) if (changedAt < Date.now() - workMs) await rm(file, { recursive: true, force: true });
}

async function found(directory: string): Promise<readonly Found[]> {
  const looked = await Promise.all((await readdir(directory)).map((name) => look(path.join(directory, name))));
  return looked.filter((file) => file !== undefined);
}

/** Undefined when somebody else removed it. */
async function look(file: string): Promise<Found | undefined> {
  try {
    const { size, atimeMs, mtimeMs } = await stat(file);
    return { file, size, askedAt: atimeMs, changedAt: mtimeMs };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
