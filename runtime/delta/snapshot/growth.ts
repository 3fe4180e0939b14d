/** What became of a table's rows between a version and a later one, told by its log alone: nothing, new files, or more than that (protocol, "Add File and Remove File"). */
import type { Store } from "../../storage/store.ts";
import type { AddFile } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";
import { below, decodePath, isAbsolute } from "../actions/file-paths.ts";
import { liveKeys } from "../actions/live-files.ts";
import { readCommitIfThere } from "../log/log.ts";
import type { Snapshot } from "./snapshot.ts";

export type Growth =
  | { readonly kind: "same" }
  /** The files hold all rows that came, and those only; each can still be read. */
  | { readonly kind: "grown"; readonly files: readonly AddFile[] }
  /** `why` goes on after the name of the table. */
  | { readonly kind: "changed"; readonly why: string };

/** From the version `since` of the table that bore this id to `now`. Files that only lie otherwise are no change. */
export async function growthOf(store: Store, location: string, since: { readonly id: string; readonly version: number }, now: Snapshot): Promise<Growth> {
  if (now.metadata.id !== since.id || now.version < since.version) return { kind: "changed", why: "was made anew" };
  const came = new Map<string, AddFile>();
  for (let version = since.version + 1; version <= now.version; version += 1) {
    const actions = await readCommitIfThere(store, location, version);
    if (actions === undefined) return { kind: "changed", why: `has no commit ${version} in its log any more` };
    if (actions.some(({ metaData }) => metaData !== undefined)) return { kind: "changed", why: `was altered in version ${version}` };
    if (actions.some(({ remove }) => remove !== undefined && remove.dataChange !== false)) return { kind: "changed", why: `had rows changed or removed in version ${version}` };
    // One that is named again is that file still; of one that does not say so, rows are as new.
    for (const { add } of actions) if (add !== undefined && add.dataChange !== false) came.set(fileKey(add), add);
  }
  const files = [...came.values()];
  if (files.length === 0) return { kind: "same" };
  const gone = await firstGone(store, location, files, now);
  return gone === undefined ? { kind: "grown", files } : { kind: "changed", why: `no longer has ${gone.path}, which was put together with others and vacuumed` };
}

/** Of files that others may have taken the place of, one that was removed from the store. */
async function firstGone(store: Store, location: string, files: readonly AddFile[], now: Snapshot): Promise<AddFile | undefined> {
  const live = liveKeys(now.files, new Set(files.map(fileKey)));
  for (const file of files) {
    if (live.has(fileKey(file)) || isAbsolute(file.path)) continue;
    if ((await store.head(below(location, decodePath(file.path)))) === undefined) return file;
  }
  return undefined;
}
