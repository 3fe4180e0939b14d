/** What each version of a table says of itself: its commitInfo, newest first (protocol, "Commit Provenance Information"). */
import { atMost } from "../../storage/at-most.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { CommitInfo } from "../actions/actions.ts";
import { listLog, newestOf, readCommitIfThere } from "./log.ts";
import { inCommitTime } from "../snapshot/time-travel.ts";

/** One version; `committed` is what it says of its time, else its file's, in milliseconds since 1970. What a writer left out is undefined. */
export interface CommitRecord { readonly version: number; readonly committed: number; readonly info: CommitInfo | undefined }

const readsAtOnce = 16;

/** The versions still in the log. DELTA_TABLE_NOT_FOUND when there is none. */
export async function readHistory(store: Store, location: string): Promise<CommitRecord[]> {
  const listing = await listLog(store, location);
  const { commits } = listing;
  if (newestOf(listing) === undefined) throw new Failure("DELTA_TABLE_NOT_FOUND", `There is no Delta table at ${store.locate(location)}.`);
  const turn = atMost(readsAtOnce);
  const records = await Promise.all(commits.toReversed().map(({ version, modified }) => turn(async () => {
    // One that was cleaned away since is no longer of the history.
    const actions = await readCommitIfThere(store, location, version);
    return actions && { version, committed: inCommitTime(actions) ?? modified, info: actions.find((action) => action.commitInfo)?.commitInfo };
  })));
  return records.filter((record) => record !== undefined);
}
