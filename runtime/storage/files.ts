/**
 * A store in a directory of the local disk. An object is written to a temporary file beside its place, made durable, and linked
 * to its name: `link` never replaces, so of two writers one wins, and a crash leaves either nothing or the whole object.
 */
import { randomUUID } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { link, mkdir, open, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../values/failure.ts";
import { diskTime } from "./disk-time.ts";
import { removeEmptyBelow } from "./empty-directories.ts";
import { guard, hasCode, headFile, listObjects, readFileRange, statIfThere } from "./files-read.ts";
import { holdFile } from "./held-object.ts";
import { leftoversBelow } from "./leftovers.ts";
import type { StagedFile, Store } from "./store.ts";

/** The store of the directory `root`, which is made when the first object is. */
export function openFiles(root: string): Store {
  const base = path.resolve(root);
  const directories = durableDirectories(base);
  const locate = (name: string): string => path.join(base, ...name.split("/"));

  /** A new file to write to. Its directory may be one that somebody removed since it was made: then it is made again. */
  async function create(temporary: string): Promise<Opened> {
    await directories.make(path.dirname(temporary));
    try {
      return await openBoth(temporary, "wx");
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      await directories.makeAgain(path.dirname(temporary));
      return await openBoth(temporary, "wx");
    }
  }

  async function put(name: string, bytes: Uint8Array, after?: Promise<unknown>): Promise<"written" | "exists"> {
    const file = locate(name);
    // It may fail before it is waited for.
    after?.catch(() => undefined);
    return guard(name, async () => {
      const temporary = temporaryOf(file);
      let opened: Opened | undefined;
      try {
        opened = await create(temporary);
        await opened.file.writeFile(bytes);
        await opened.file.datasync();
        await after;
      } catch (error) {
        await Promise.allSettled([removeFile(temporary), opened?.file.close(), opened?.above.close()]);
        throw error;
      }
      return await nameDurably(temporary, file, opened);
    });
  }

  /** Under its name from the start, so that the name and the bytes become durable at once. */
  async function putFresh(name: string, bytes: Uint8Array): Promise<void> {
    const file = locate(name);
    await guard(name, async () => {
      let opened: Opened | undefined;
      try {
        opened = await create(file);
        await written(opened, bytes);
      } catch (error) {
        const isTaken = hasCode(error, "EEXIST");
        await Promise.allSettled([isTaken ? undefined : removeFile(file), opened?.file.close(), opened?.above.close()]);
        throw isTaken ? taken(file) : error;
      }
      await closed(opened, false);
    });
  }

  return {
    root: base,
    local: base,
    locate,
    localize: async (name) => locate(name),
    scratch: (name) => path.join(path.dirname(locate(name)), `.scratch.${randomUUID()}.tmp`),
    list: (prefix, options) => listObjects(base, prefix, options ?? {}),
    read: (name, range) => guard(name, () => readFileRange(locate(name), range), ["ENOENT", "ENOTDIR"]),
    hold: (name) => guard(name, async () => holdFile(locate(name)), ["ENOENT", "ENOTDIR"]),
    head: (name) => guard(name, () => headFile(locate(name), name)),
    putIfAbsent: put,
    putAfter: put,
    putFresh,
    async stage(name) {
      const file = locate(name);
      await guard(name, () => directories.makeAgain(path.dirname(file)));
      return stagedFile(name, temporaryOf(file), file);
    },
    now: () => guard("clock", () => diskTime(base, temporaryOf(path.join(base, "clock")))),
    remove: (name) => guard(name, () => removeFile(locate(name))),
    removeEmpty: (prefix) => guard(prefix, () => removeEmptyBelow(locate(prefix))),
    leftovers: (prefix) => leftoversBelow(base, prefix),
  };
}

/** Makes directories in `base`, each durable by a sync of its parent: also one that is there, since whoever made it may not have come to that yet. */
function durableDirectories(base: string): { make(directory: string): Promise<void>; makeAgain(directory: string): Promise<void> } {
  const known = new Set<string>();
  /** Makes it even when it was made before: somebody may have removed it. */
  async function makeAgain(directory: string): Promise<void> {
    const first = await mkdir(directory, { recursive: true });
    const shortest = Math.min(first?.length ?? Number.POSITIVE_INFINITY, base.length + 1);
    for (let made = directory; made.length >= shortest; made = path.dirname(made)) {
      const isNew = first !== undefined && made.length >= first.length;
      if (!isNew && known.has(made)) break;
      await syncFile(path.dirname(made));
      known.add(made);
    }
  }
  return { makeAgain, make: async (directory) => (known.has(directory) ? undefined : makeAgain(directory)) };
}

/** A place of its own beside the object's. */
function temporaryOf(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`);
}

function stagedFile(name: string, temporary: string, file: string): StagedFile {
  return {
    file: temporary,
    finish: () => guard(name, async () => {
      await syncFile(temporary);
      const { size } = await stat(temporary);
      if ((await nameDurably(temporary, file, await openBoth(temporary, "r"))) === "exists") throw taken(file);
      return size;
    }),
    discard: () => guard(name, () => removeFile(temporary)),
  };
}

/** A file and its directory: opened before there is anything to sync there, so that nobody waits for that later. */
interface Opened { readonly file: FileHandle; readonly above: FileHandle }

async function openBoth(name: string, flags: "wx" | "r"): Promise<Opened> {
  const [file, above] = await Promise.allSettled([open(name, flags), open(path.dirname(name), "r")]);
  if (file.status === "fulfilled" && above.status === "fulfilled") return { file: file.value, above: above.value };
  const failed: unknown[] = [file, above].flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  await Promise.all([file, above].map((each) => (each.status === "fulfilled" ? each.value.close() : undefined)));
  throw failed[0];
}

/** Removes a file; that there is none is fine. */
async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/**
 * Gives the file its name, unless the name is taken, and makes that durable. The temporary name goes meanwhile; where it cannot, it is one of the
 * leftovers. STORE_UNDURABLE when the object has its name and the disk does not say that it keeps it: a second sync would say so of a name that was lost.
 */
async function nameDurably(temporary: string, file: string, opened: Opened): Promise<"written" | "exists"> {
  const [linked] = await Promise.allSettled([linkOnce(temporary, file)]);
  const isWritten = linked.status === "fulfilled" && linked.value === "written";
  const [synced] = await Promise.allSettled([closed(opened, isWritten), removeFile(temporary)]);
  if (linked.status === "rejected") throw linked.reason;
  if (synced.status === "rejected") throw undurable(file, synced.reason);
  return linked.value;
}

/** A file system may fail at what it has done, and one of a network repeats its own success as EEXIST: then both are one inode. */
async function linkOnce(temporary: string, file: string): Promise<"written" | "exists"> {
  try {
    await link(temporary, file);
  } catch (error) {
    if (await isSameFile(temporary, file)) return "written";
    if (hasCode(error, "EEXIST")) return "exists";
    throw error;
  }
  return "written";
}

async function isSameFile(temporary: string, file: string): Promise<boolean> {
  try {
    const [ours, theirs] = await Promise.all([statIfThere(temporary), statIfThere(file)]);
    return ours !== undefined && ours.ino === theirs?.ino && ours.dev === theirs.dev;
  } catch (error) {
    throw undurable(file, error);
  }
}

function taken(file: string): Failure {
  return new Failure("STORE_FAILED", `${file} is there already, and no object is ever replaced.`);
}

function undurable(file: string, error: unknown): Failure {
  return new Failure("STORE_UNDURABLE", `It is not known whether ${file} would outlast a crash: ${error instanceof Error ? error.message : String(error)}`, { retry: true, cause: error, hint: "The disk fails, or its mount: see to that before anything else is written." });
}

/** The bytes in the file, and both of them durable. */
async function written({ file, above }: Opened, bytes: Uint8Array): Promise<void> {
  const done = await Promise.allSettled([file.writeFile(bytes).then(() => file.datasync()), above.sync()]);
  for (const each of done) if (each.status === "rejected") throw each.reason;
}

/** Closes both, the directory once its names are durable where they are to be. */
async function closed({ file, above }: Opened, isNamed: boolean): Promise<void> {
  const [sync, close] = await Promise.allSettled([isNamed ? syncAndClose(above) : above.close(), file.close()]);
  for (const each of [sync, close]) if (each.status === "rejected") throw each.reason;
}

/** Makes a file's bytes, or a directory's names, durable. */
async function syncFile(file: string): Promise<void> {
  await syncAndClose(await open(file, "r"));
}

async function syncAndClose(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
