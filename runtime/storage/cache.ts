/**
 * Local copies of objects that never change, in one directory that processes share: fetched once, held against their size, named when
 * whole. A copy's access time says when it was last asked for; `cache-room.ts` takes away by it.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../values/failure.ts";
import { atMost } from "./at-most.ts";
import { copyName, makeRoom, removeOldWork } from "./cache-room.ts";

export interface CacheOptions {
  /** Absolute; made when the cache is opened. Nothing else should lie there, and nothing else is removed. */
  readonly directory: string;
  /** Bytes above which copies go that no query of the last hour asked for. */
  readonly bytesMax: number;
}

export interface Cache {
  readonly directory: string;
  /** A local copy of the object of this URI; `fetch` writes it when there is none. STORE_FAILED when it is not `size` bytes long. */
  localize(uri: string, size: number, fetch: (file: string) => Promise<void>): Promise<string>;
  /** A new path in the cache for what is on its way elsewhere; what a crash leaves of it goes after a day. */
  work(): string;
}

const fetchesAtOnce = 16;
/** A copy asked for within this time is not looked at again. */
const freshMs = 30_000;
/** Copies whose time is remembered. */
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
  /** Bytes that may come in before it is looked whether they are too many. */
  let room = 0;

  /** The file of a copy that is whole, and counts as asked for now. */
  async function bring(uri: string, size: number, fetch: (file: string) => Promise<void>): Promise<string> {
    const file = path.join(directory, copyName(createHash("sha256").update(uri).digest("hex"), size));
    if (await touch(file, size)) return file;
    const draft = path.join(works, randomUUID());
    try {
      await mkdir(works, { recursive: true });
      await fetch(draft);
      const found = (await stat(draft)).size;
      if (found !== size) throw new Failure("STORE_FAILED", `${uri} has ${found} bytes where its table's log says ${size}.`, { hint: "Data files never change: somebody replaced it." });
      await rename(draft, file);
    } finally {
      await rm(draft, { force: true });
    }
    room -= size;
    if (room <= 0) {
      room = bytesMax / 32;
      await makeRoom(directory, bytesMax);
      await removeOldWork(works);
    }
    return file;
  }

  return {
    directory,
    work: () => path.join(works, randomUUID()),
    async localize(uri, size, fetch) {
      const key = `${size} ${uri}`;
      const known = asked.get(key);
      if (known !== undefined && known.at > Date.now() - freshMs) return known.file;
      try {
        const file = await running.getOrInsertComputed(key, () => turn(() => bring(uri, size, fetch)).finally(() => running.delete(key)));
        if (asked.size >= rememberedMax) asked.clear();
        asked.set(key, { file, at: Date.now() });
        return file;
      } catch (error) {
        throw cacheFailure(directory, error);
      }
    },
  };
}

/** Says of a copy that is there and whole that it was asked for. Its time of change stays: by it the engine knows the file again. */
async function touch(file: string, size: number): Promise<boolean> {
  try {
    const facts = await stat(file);
    if (facts.size !== size) return false;
    await utimes(file, new Date(), facts.mtime);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

function cacheFailure(directory: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("STORE_FAILED", `The cache ${directory} cannot be used: ${error instanceof Error ? error.message : String(error)}`, { hint: "neuralake.config.ts can name another: cache: { directory }.", cause: error });
}
