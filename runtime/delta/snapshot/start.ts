/** Where the replay of a version begins: behind the newest checkpoint that can be read and has all commits behind it, else at the first commit (protocol, "Checkpoints"). */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { applyPart, emptyState } from "../actions/replay.ts";
import type { ReplayState } from "../actions/replay.ts";
import { loadCheckpoint, placeOf } from "../checkpoints/checkpoint.ts";
import { sourceAt } from "../checkpoints/late-damage.ts";
import { checkpointBefore, hasCommits, listLog } from "../log/log.ts";
import type { LogListing, LoggedCheckpoint } from "../log/log.ts";

export interface Start {
  readonly state: ReplayState;
  /** The checkpoint that the state is of; undefined when it is empty. */
  readonly checkpoint: LoggedCheckpoint | undefined;
  /** Has the commits that are to be replayed; a damaged checkpoint may need older ones than those that were listed. */
  readonly listing: LogListing;
}

/** The start for a version; a checkpoint that was found damaged after it was opened is passed over where there is another way. DELTA_LOG_BROKEN, about the newest checkpoint, when that is damaged and there is no way around it. */
export async function startFor(store: Store, location: string, version: number, listing: LogListing): Promise<Start> {
  const newest = checkpointBefore(listing, version);
  if (newest === undefined) return { state: emptyState(), checkpoint: undefined, listing };
  const known = sourceAt(placeOf(store, location, newest));
  if (known?.state === "damaged") {
    const other = await startBefore(store, location, version, newest);
    if (other !== undefined) return other;
    known.state = "only";
  }
  try {
    return { state: await load(store, location, newest), checkpoint: newest, listing };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const other = await startBefore(store, location, version, newest);
    if (other === undefined) throw error;
    return other;
  }
}

async function startBefore(store: Store, location: string, version: number, damaged: LoggedCheckpoint): Promise<Start | undefined> {
  const listing = await listLog(store, location);
  const others = listing.checkpoints.filter((one) => one.version <= version && one.names[0] !== damaged.names[0] && sourceAt(placeOf(store, location, one)) === undefined && hasCommits(listing, one.version + 1, version));
  for (const checkpoint of others.toReversed()) {
    try {
      return { state: await load(store, location, checkpoint), checkpoint, listing };
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
  return hasCommits(listing, 0, version) ? { state: emptyState(), checkpoint: undefined, listing } : undefined;
}

async function load(store: Store, location: string, checkpoint: LoggedCheckpoint): Promise<ReplayState> {
  const state = emptyState();
  for await (const part of loadCheckpoint(store, location, checkpoint)) applyPart(state, part);
  return state;
}

function isDamage(error: unknown): boolean {
  return error instanceof Failure && error.code === "DELTA_LOG_BROKEN";
}
