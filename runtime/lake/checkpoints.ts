/**
 * Checkpoints as commits make them due, so that who opens the table next need not read each commit, and the clean-up of the log behind them. They are written beside the
 * commits and not in their way: one at a time for a table, and what goes wrong is a warning of the process, since the rows are in the table.
 */
import { checkpointInterval, checkpointWhenDue } from "../delta/checkpoints/checkpoint-writer.ts";
import { cleanLogWhenDue } from "../delta/maintenance/log-cleanup.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { Failure } from "../values/failure.ts";
import type { Place } from "./places.ts";

export interface Checkpoints {
  /** Told of each version that was committed; returns at once. */
  committed(place: Place, snapshot: Snapshot): void;
  /** Once nothing is being written any more. */
  settled(): Promise<void>;
}

/** Of the tables of one lake. */
export function openCheckpoints(): Checkpoints {
  /** The version that a table was last looked at for a checkpoint, by its directory. */
  const looked = new Map<string, number>();
  const writing = new Map<string, Promise<void>>();
  /** Tables of which the process has been warned. */
  const warned = new Set<string>();

  async function look({ store, location, directory }: Place, snapshot: Snapshot): Promise<void> {
    try {
      const made = await orWarn(directory, `There is no checkpoint of version ${snapshot.version} of ${directory}, and reading it takes longer`, async () => await checkpointWhenDue(store, location, snapshot));
      if (made?.written === true) await orWarn(directory, `The log of ${directory} was not cleaned up`, async () => await cleanLogWhenDue(store, location, snapshot));
    } finally {
      writing.delete(directory);
    }
  }

  /** Of one table the process is warned once. */
  async function orWarn<T>(directory: string, told: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (warned.has(directory)) return undefined;
      warned.add(directory);
      const [message, code] = error instanceof Failure ? [error.message, error.code] : [String(error), undefined];
      process.emitWarning(`${told}: ${message}`, code === undefined ? {} : { code });
      return undefined;
    }
  }

  return {
    committed(place, snapshot) {
      const { directory } = place;
      const last = looked.get(directory) ?? 0;
      // A lower version is of a table that was removed and made anew.
      const since = Math.max(last > snapshot.version ? 0 : last, snapshot.checkpoint ?? 0);
      if (writing.has(directory) || snapshot.version - since < checkpointInterval(snapshot)) return;
      looked.set(directory, snapshot.version);
      writing.set(directory, look(place, snapshot));
    },
    async settled() {
      await Promise.all(writing.values());
    },
  };
}
