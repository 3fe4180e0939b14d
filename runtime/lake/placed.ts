/** Delta tables by where they lie: the newest snapshot of each is kept, a commit's own too, so that the next look reads nothing twice. Tables of a catalog stand on it (tables.ts), and those that nobody declared (table/). */
import { appendFiles } from "../delta/commit/append.ts";
import type { AppendOptions } from "../delta/commit/append.ts";
import { standBack } from "../delta/commit/stand-back.ts";
import type { CommitOutcome } from "../delta/commit/transaction.ts";
import type { WrittenFile } from "../delta/engine.ts";
import { below } from "../delta/actions/file-paths.ts";
import { readSnapshot } from "../delta/snapshot/snapshot.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import type { AsOf } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import { openCheckpoints } from "./checkpoints.ts";
import type { Place } from "./places.ts";

export interface PlacedTables {
  /** The newest snapshot, or the one asked for. DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND. */
  readAt(place: Place, asOf?: AsOf): Promise<Snapshot>;
  /** The newest snapshot, or undefined when there is no table. */
  readIfThere(place: Place): Promise<Snapshot | undefined>;
  /** The snapshot that was read or made last, without a look at the store. */
  knownAt(place: Place): Snapshot | undefined;
  /**
   * The snapshot an append to a remote store may build on without a look, which costs a request there: read or made a moment ago. Whatever
   * came since is met by the commit. Undefined where a look is due.
   */
  heldAt(place: Place): Snapshot | undefined;
  /** The newest snapshot that rows may be written on, once nobody claims the table to change it. */
  readToWriteAt(place: Place): Promise<Snapshot>;
  /** Commits files, durable ones or such as the commit waits for. Unless the commit may stand after all, files that it did not take are removed, also when this throws. */
  commitAt(place: Place, base: Snapshot, files: readonly WrittenFile[], options?: AppendOptions): Promise<CommitOutcome>;
  /** Told of a version that was committed by other ways: its snapshot is the table's newest. */
  committed(place: Place, snapshot: Snapshot): void;
  /** Once what goes on beside the commits is over: checkpoints being written. */
  settled(): Promise<void>;
}

/** Long enough for the next append of a stream, too short for a table to be removed and made anew. */
const heldMs = 2_000;

/** Nothing is read yet. */
export function openPlacedTables(): PlacedTables {
  const newest = new Map<string, Snapshot>();
  const looked = new Map<string, number>();
  const checkpoints = openCheckpoints();
  // A lower version may follow a higher one: a table can be removed and made anew.
  const keep = (place: Place, snapshot: Snapshot): Snapshot => {
    newest.set(place.directory, snapshot);
    looked.set(place.directory, Date.now());
    return snapshot;
  };
  const readAt = async (place: Place, asOf?: AsOf): Promise<Snapshot> => {
    try {
      const snapshot = await readSnapshot(place.store, place.location, asOf, newest.get(place.directory));
      return asOf === undefined ? keep(place, snapshot) : snapshot;
    } catch (error) {
      if (isAbsent(error)) newest.delete(place.directory);
      throw error;
    }
  };
  return {
    readAt,
    readIfThere: async (place) => await readAt(place).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    }),
    knownAt: ({ directory }) => newest.get(directory),
    heldAt({ store, directory }) {
      const isRemote = store.local !== store.root;
      return isRemote && (looked.get(directory) ?? 0) > Date.now() - heldMs ? newest.get(directory) : undefined;
    },
    readToWriteAt: async (place) => await standBack(await readAt(place), async () => await readAt(place)),
    async commitAt(place, base, files, options = {}) {
      try {
        const outcome = await appendFiles(place.store, place.location, base, files, options);
        if (outcome.kind === "committed") checkpoints.committed(place, keep(place, outcome.snapshot));
        if (outcome.kind === "conflict" && (await isDone(options.after))) await removeFiles(place, files);
        return outcome;
      } catch (error) {
        // Of files that did not all become durable, none is left.
        if (await isDone(options.after)) await removeFiles(place, files);
        throw error;
      }
    },
    committed: (place, snapshot) => checkpoints.committed(place, keep(place, snapshot)),
    settled: checkpoints.settled,
  };
}

async function isDone(durable: Promise<unknown> | undefined): Promise<boolean> {
  const [settled] = await Promise.allSettled([durable]);
  return settled.status === "fulfilled";
}

/** Whether there is no table. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Failure && error.code === "DELTA_TABLE_NOT_FOUND";
}

/** Removes data files that no commit names. */
export async function removeFiles({ store, location }: Place, files: readonly WrittenFile[]): Promise<void> {
  for (const file of files) await store.remove(below(location, file.path));
}
