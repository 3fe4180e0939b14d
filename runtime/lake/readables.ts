/** What queries read of the tables' snapshots, worked out once while a snapshot stands. Now and then it is asked for anew, so that local copies are known to be in use. */
import type { ReadableSnapshot } from "../delta/engine.ts";
import { readable } from "../delta/read.ts";
import type { Snapshot } from "../delta/snapshot.ts";
import type { Place } from "./places.ts";

/** Far below the time for which the cache of a store keeps what was asked for. */
const freshMs = 60_000;

/** Gives each snapshot as the engine reads it. */
export function openReadables(): (place: Place, snapshot: Snapshot) => Promise<ReadableSnapshot> {
  const known = new WeakMap<Snapshot, { readonly at: number; readonly asked: Promise<ReadableSnapshot> }>();
  return async ({ store, location }, snapshot) => {
    const last = known.get(snapshot);
    if (last !== undefined && last.at > Date.now() - freshMs) return await last.asked;
    const asked = readable(store, location, snapshot);
    known.set(snapshot, { at: Date.now(), asked });
    try {
      return await asked;
    } catch (error) {
      known.delete(snapshot);
      throw error;
    }
  };
}
