/**
 * What tests need and this machine lacks, made once: a folder of the cache, named by what it is and a hash of all that decides what is
 * in it. `NEURALAKE_TEST_CACHE` says where (else `~/.cache/neuralake-tests`). Other processes wait for the one that makes a folder, and
 * none ever sees half of one.
 */
import { createHash } from "node:crypto";
import { access, mkdir, readlink, rename, rm, symlink, unlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The folder `name-<hash of inputs>` of the cache, absolute; `fill` makes it first where it is not there yet. */
export async function cached(name: string, inputs: readonly (string | Uint8Array)[], fill: (folder: string) => Promise<void>): Promise<string> {
  const root = process.env["NEURALAKE_TEST_CACHE"] ?? path.join(os.homedir(), ".cache/neuralake-tests");
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(input);
  const folder = path.join(root, `${name}-${hash.digest("hex").slice(0, 16)}`);
  if (await exists(folder)) return folder;
  await mkdir(root, { recursive: true });
  await whileLocked(`${folder}.lock`, async () => {
    if (!await exists(folder)) await fillWhole(folder, fill);
  });
  return folder;
}

/** Made under another name and moved, so that what stands under its own name is whole. */
async function fillWhole(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part);
  try {
    await fill(part);
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** A lock is a link to the number of the process that holds it: made in one step, and void once that process is gone. */
async function whileLocked(lock: string, work: () => Promise<void>): Promise<void> {
  while (!await taken(lock)) {
    const holder = await readlink(lock).catch(unlessMissing);
    if (holder !== undefined && !alive(Number(holder))) await unlink(lock).catch(unlessMissing);
    else await sleep(250);
  }
  try {
    await work();
  } finally {
    await unlink(lock);
  }
}

const taken = (lock: string) => symlink(String(process.pid), lock).then(() => true, (error: NodeJS.ErrnoException) => {
  if (error.code === "EEXIST") return false;
  throw error;
});

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const exists = (file: string) => access(file).then(() => true, () => false);
