/**
 * What a table knows of its shallow clones (the protocol knows nothing of them): a clone of ours leaves a small file in `_delta_log/_clones` that names it, in a folder that no reader of the
 * log looks at, and vacuum keeps what the clones need that are still there. Clones that others make leave no mark, and are protected by age alone.
 */
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { schemeOf } from "../../storage/open-store.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { isAbsolute } from "../actions/file-paths.ts";
import { outsidePlace } from "../actions/outside.ts";
import { reconciledActions } from "../checkpoints/reconcile.ts";
import { logDirectory } from "../log/log.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { keepNamed, pathsOf } from "./needed-files.ts";
import { retentionMs } from "./retention.ts";

interface Place { readonly store: Store; readonly location: string }

const directoryOf = (location: string): string => `${logDirectory(location)}_clones/`;

/** Notes a clone at its source, before it has its first commit; what takes the note back. STORE_FAILED where nothing may be written there. */
export async function markClone(from: Place, clone: Place): Promise<() => Promise<void>> {
  const located = clone.store.locate(clone.location);
  const address = schemeOf(located) === undefined ? pathToFileURL(located).href : located.replace(/^s3:/, "s3a:");
  const path = `${directoryOf(from.location)}${randomUUID()}.json`;
  await from.store.putIfAbsent(path, new TextEncoder().encode(`${JSON.stringify({ clone: address })}\n`));
  return async () => await from.store.remove(path);
}

/** A clone that is there, as far as it has come. */
export interface MarkedClone extends Place { readonly snapshot: Snapshot }

/** The files of a table that its marked clones need, those of their clones too: paths as `neededFiles` gives them. As `clonesOf`. */
export async function clonedFiles(store: Store, location: string): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  for await (const clone of clonesOf(store, location)) await keepCloned({ store, location }, clone, needed);
  return needed;
}

/** Adds the files of a table that a clone's versions need which are still kept. */
export async function keepCloned(source: Place, { store, location, snapshot }: MarkedClone, needed: Set<string>): Promise<void> {
  for await (const actions of reconciledActions(store, location, snapshot.version, Date.now() - retentionMs(snapshot.metadata))) {
    for (const action of actions) if (pathsOf(action).some(isAbsolute)) keepNamed(needed, source.store, source.location, action);
  }
}

/** The marked clones of a table that are there, and theirs. DELTA_LOG_BROKEN for a mark that says nothing; what stops a clone from being read is passed on, since nobody knows what it needs. */
export async function* clonesOf(store: Store, location: string, seen: Set<string> = new Set([store.locate(location)])): AsyncGenerator<MarkedClone> {
  for await (const { path } of store.list(directoryOf(location))) {
    const address = addressIn(await store.read(path), store.locate(path));
    const place = outsidePlace(store, address);
    const clone = { store: place.store, location: place.path };
    if (seen.has(clone.store.locate(clone.location))) continue;
    seen.add(clone.store.locate(clone.location));
    const snapshot = await readSnapshot(clone.store, clone.location).catch((error: unknown) => {
      // It is gone, or has no first commit yet: whoever makes it looks for its files behind that.
      if (error instanceof Failure && error.code === "DELTA_TABLE_NOT_FOUND") return undefined;
      throw unknownNeed(address, store.locate(path), error);
    });
    if (snapshot === undefined) continue;
    yield { ...clone, snapshot };
    yield* clonesOf(clone.store, clone.location, seen);
  }
}

function addressIn(bytes: Uint8Array, where: string): string {
  let cause: unknown;
  try {
    const { clone } = (JSON.parse(new TextDecoder().decode(bytes)) ?? {}) as { readonly clone?: unknown };
    if (typeof clone === "string") return clone;
  } catch (error) {
    cause = error;
  }
  throw new Failure("DELTA_LOG_BROKEN", `${where} does not say which clone of the table it is about.`, { hint: "Remove the file, if no shallow clone of the table is left.", place: { file: where }, ...(cause === undefined ? {} : { cause }) });
}

function unknownNeed(address: string, mark: string, error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  return new Failure(error.code, `Nothing was removed: the shallow clone at ${address} may need files of the table, and cannot be read. ${error.message}`, { hint: `Make it readable; or, if it is given up, remove ${mark}.`, place: { file: mark }, retry: error.retry, cause: error });
}
