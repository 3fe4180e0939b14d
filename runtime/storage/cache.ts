/**
 * Local copies of objects that never change, in one directory that processes share: fetched once, held against their size, named when whole
 * by the mark (ETag) of the content they are copies of. A process that finds one asks the store once whether that is still the object's, and
 * then takes it as it is. A copy's access time says when it was last asked for; `cache-room.ts` takes away by it.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../values/failure.ts";
import { atMost } from "./at-most.ts";
import { copiesOf, copyName, makeRoom, removeOldWork, unlessAbsent } from "./cache-room.ts";

export interface CacheOptions {
  /** Absolute; made when the cache is opened. Nothing else should lie there, and nothing else is removed. */
  readonly directory: string;
  /** Bytes above which copies go that no query of the last hour asked for. */
  readonly bytesMax: number;
}

/** Where an object is copied from. A mark is undefined where the store gives none: then no other process takes the copy for the object. */
export interface CacheSource {
  /** The object as the store has it now. FILE_NOT_FOUND, STORE_FAILED. */
  look(): Promise<{ readonly mark: string | undefined; readonly size: number }>;
  /** Writes its bytes, all of one content, into a new file; the mark of that. FILE_NOT_FOUND, STORE_FAILED. */
  fetch(file: string): Promise<string | undefined>;
}

export interface Cache {
  readonly directory: string;
  /**
   * A local copy of the object of this URI. One that this process did not fetch costs a look at the store when it is first asked for, and is
   * fetched anew where the store has another content by now; what the look ends in is thrown. STORE_FAILED when the object is not `size` bytes long.
   */
  localize(uri: string, size: number, source: CacheSource): Promise<string>;
  /** A new path in the cache for what is on its way elsewhere; what a crash leaves of it goes after a day. */
  work(): string;
}

const fetchesAtOnce = 16;
/** A copy asked for within this time is not looked at again. */
const freshMs = 30_000;
/** Copies that are known to be the object's; those go first that were not asked for longest. */
const rememberedMax = 100_000;

/** The cache of a directory. STORE_FAILED when it cannot be made. */
export function openCache({ directory, bytesMax }: CacheOptions): Cache {
  const works = path.join(directory, "work");
  try {
    mkdirSync(works, { recursive: true });
  } catch (error) {
    throw cacheFailure(directory, error);
  }
  const asked = new Map<string, { readonly file: string; readonly at: number }>();
  const running = new Map<string, Promise<string>>();
  const turn = atMost(fetchesAtOnce);
  const bring = bringer(directory, works, bytesMax);
  return {
    directory,
    work: () => path.join(works, randomUUID()),
    async localize(uri, size, source) {
      const key = `${size} ${uri}`;
      const known = asked.get(key);
      if (known !== undefined && known.at > Date.now() - freshMs) return known.file;
      try {
        const file = await running.getOrInsertComputed(key, () => turn(() => bring(uri, size, source, known?.file)).finally(() => running.delete(key)));
        asked.delete(key);
        asked.set(key, { file, at: Date.now() });
        const [first] = asked.keys();
        if (asked.size > rememberedMax && first !== undefined) asked.delete(first);
        return file;
      } catch (error) {
        throw cacheFailure(directory, error);
      }
    },
  };
}

/** Gives the file of a copy that is whole and the object's, and counts as asked for now. `trusted` is one of which this process knows that it is, if it is still there. */
function bringer(directory: string, works: string, bytesMax: number): (uri: string, size: number, source: CacheSource, trusted: string | undefined) => Promise<string> {
  /** Bytes that may come in before it is looked whether they are too many. */
  let room = 0;

  async function fetch(uri: string, size: number, source: CacheSource, copies: string): Promise<string> {
    const draft = path.join(works, randomUUID());
    try {
      await mkdir(works, { recursive: true });
      const mark = await source.fetch(draft);
      requireSize(uri, size, (await stat(draft)).size);
      const file = path.join(copies, copyName(mark ?? randomUUID(), size));
      await name(draft, file);
      return file;
    } finally {
      await rm(draft, { force: true });
    }
  }

  return async (uri, size, source, trusted) => {
    if (trusted !== undefined && (await touch(trusted, size))) return trusted;
    const copies = path.join(directory, copiesOf(uri));
    const found = (await unlessAbsent(readdir(copies)))?.length ?? 0;
    const same = found === 0 ? undefined : await sameAsNow(uri, size, source, copies);
    if (same !== undefined) return same;
    const file = await fetch(uri, size, source, copies);
    room -= size;
    if (room <= 0) {
      room = bytesMax / 32;
      await makeRoom(directory, bytesMax);
      await removeOldWork(works);
    }
    return file;
  };
}

/** Of the copies that lie there the one of the object as the store has it. */
async function sameAsNow(uri: string, size: number, source: CacheSource, copies: string): Promise<string | undefined> {
  const now = await source.look();
  requireSize(uri, size, now.size);
  if (now.mark === undefined) return undefined;
  const file = path.join(copies, copyName(now.mark, size));
  return (await touch(file, size)) ? file : undefined;
}

/** Whoever makes room may just have removed the directory, which was empty. */
async function name(draft: string, file: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    await mkdir(path.dirname(file), { recursive: true });
    try {
      return await rename(draft, file);
    } catch (error) {
      if (tried === 3 || !(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
}

function requireSize(uri: string, size: number, found: number): void {
  if (found !== size) throw new Failure("STORE_FAILED", `${uri} has ${found} bytes where its table's log says ${size}.`, { hint: "Data files never change: somebody replaced it." });
}

/** Says of a copy that is there and whole that it was asked for. Its time of change stays: by it the engine knows the file again. */
async function touch(file: string, size: number): Promise<boolean> {
  const facts = await unlessAbsent(stat(file));
  if (facts?.size !== size) return false;
  return (await unlessAbsent(utimes(file, new Date(), facts.mtime).then(() => true))) === true;
}

function cacheFailure(directory: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("STORE_FAILED", `The cache ${directory} cannot be used: ${error instanceof Error ? error.message : String(error)}`, { hint: "neuralake.config.ts can name another: cache: { directory }.", cause: error });
}
