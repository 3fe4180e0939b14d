/** What each version of a table says of itself: its commitInfo, newest first. */
import type { Store } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import type { CommitInfo } from "./actions.ts";
import { listLog, readCommit } from "./log.ts";

/** One version; `committed` is its file's time in milliseconds since 1970. What a writer left out is undefined. */
export interface CommitRecord { readonly version: number; readonly committed: number; readonly info: CommitInfo | undefined }

/** The versions still in the log. DELTA_TABLE_NOT_FOUND when there is none. */
export async function readHistory(store: Store, location: string): Promise<CommitRecord[]> {
  const { commits } = await listLog(store, location);
  if (commits.length === 0) throw new Failure("DELTA_TABLE_NOT_FOUND", `There is no Delta table at ${store.locate(location)}.`);
  const records: CommitRecord[] = [];
  for (const { version, modified } of commits.toReversed()) {
    const info = (await readCommit(store, location, version)).find((action) => action.commitInfo)?.commitInfo;
    records.push({ version, committed: modified, info });
  }
  return records;
}
