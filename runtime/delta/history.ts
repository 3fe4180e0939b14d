/** What each version of a table says of itself: its commitInfo, newest first. */
import type { Store } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import type { CommitInfo } from "./actions.ts";
import { listLog, newestOf, readCommit } from "./log.ts";
import { inCommitTime } from "./time-travel.ts";

/** One version; `committed` is what it says of its time, else its file's, in milliseconds since 1970. What a writer left out is undefined. */
export interface CommitRecord { readonly version: number; readonly committed: number; readonly info: CommitInfo | undefined }

/** The versions still in the log. DELTA_TABLE_NOT_FOUND when there is none. */
export async function readHistory(store: Store, location: string): Promise<CommitRecord[]> {
  const listing = await listLog(store, location);
  const { commits } = listing;
  if (newestOf(listing) === undefined) throw new Failure("DELTA_TABLE_NOT_FOUND", `There is no Delta table at ${store.locate(location)}.`);
  const records: CommitRecord[] = [];
  for (const { version, modified } of commits.toReversed()) {
    const actions = await readCommit(store, location, version);
    records.push({ version, committed: inCommitTime(actions) ?? modified, info: actions.find((action) => action.commitInfo)?.commitInfo });
  }
  return records;
}
