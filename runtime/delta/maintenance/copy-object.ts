/** A file of a table copied into a store, a piece at a time, so that memory does not depend on its size (protocol, "Data Files"). */
import { open } from "node:fs/promises";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { below, decodePath, isAbsolute } from "../actions/file-paths.ts";
import { outsidePlace } from "../actions/outside.ts";

/** Bytes that are read at once. */
const pieceBytes = 16 * 1024 * 1024;

/** Copies what the log of the table at `from` calls `source` to `name`, whole or not at all. FILE_NOT_FOUND; STORE_FAILED when something is there already, or the source is cut short. */
export async function copyObject(from: { readonly store: Store; readonly location: string }, source: string, to: Store, name: string, signal: AbortSignal): Promise<void> {
  const place = isAbsolute(source) ? outsidePlace(from.store, source) : { store: from.store, path: below(from.location, decodePath(source)) };
  const there = await place.store.head(place.path);
  if (there === undefined) throw new Failure("FILE_NOT_FOUND", `There is no ${place.store.locate(place.path)}.`, { place: { file: place.store.locate(place.path) } });
  const staged = await to.stage(name);
  let finished = false;
  try {
    const file = await onDisk(to, name, async () => await open(staged.file, "wx"));
    try {
      for (let offset = 0; offset < there.size; offset += pieceBytes) {
        signal.throwIfAborted();
        const length = Math.min(pieceBytes, there.size - offset);
        const piece = await place.store.read(place.path, { offset, length });
        if (piece.length !== length) throw new Failure("STORE_FAILED", `${place.store.locate(place.path)} ended at ${offset + piece.length} of ${there.size} bytes.`, { retry: true });
        await onDisk(to, name, async () => await file.writeFile(piece));
      }
    } finally {
      await onDisk(to, name, async () => await file.close());
    }
    await staged.finish();
    finished = true;
  } finally {
    if (!finished) await staged.discard();
  }
}

/** STORE_FAILED for what the disk does not do. */
async function onDisk<T>(store: Store, name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new Failure("STORE_FAILED", `${store.locate(name)} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause, retry: true });
  }
}
