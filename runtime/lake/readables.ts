/**
 * What queries read of the tables' snapshots, worked out once while a snapshot stands. Now and then it is asked for anew, so that local copies are
 * known to be in use. For a query that wants few of the files these alone are looked for, fetched and opened.
 */
import { createHash } from "node:crypto";
import type { AddFile } from "../delta/actions/actions.ts";
import type { ColumnTest, ReadableSnapshot } from "../delta/engine.ts";
import { readable } from "../delta/snapshot/read.ts";
import { throughDamage } from "../delta/snapshot/through-damage.ts";
import { filesFor } from "../delta/statistics/skipping.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { fileKey } from "../delta/actions/file-keys.ts";
import type { Engine } from "../query/engine.ts";
import type { Place } from "./places.ts";

/** Far below the time for which the cache of a store keeps what was asked for. */
const freshMs = 60_000;

/** `kept` stands for the files, where not all of them are there. */
type Readable = ReadableSnapshot & { readonly kept?: string };

/** Gives each snapshot as the engine reads it, for rows that meet the tests. */
export function openReadables(engine: () => Promise<Engine>): (place: Place, snapshot: Snapshot, tests: readonly ColumnTest[]) => Promise<Readable> {
  const known = new WeakMap<Snapshot, { readonly at: number; readonly asked: Promise<ReadableSnapshot> }>();
  const read = async ({ store, location }: Place, snapshot: Snapshot, tests: readonly ColumnTest[]): Promise<Readable> => {
    const afar = store.remote !== undefined && (await (await engine()).admit(store.remote));
    const files = filesFor(snapshot, tests);
    // Queries of most of the files share what is declared of all.
    if (files !== undefined && files.length * 2 <= snapshot.files.length && snapshot.files.length > 1) return { ...(await readable(store, location, snapshot, files, afar)), kept: keyOf(files) };
    const last = known.get(snapshot);
    if (last !== undefined && last.at > Date.now() - freshMs) return await last.asked;
    const asked = readable(store, location, snapshot, undefined, afar);
    known.set(snapshot, { at: Date.now(), asked });
    try {
      return await asked;
    } catch (error) {
      known.delete(snapshot);
      throw error;
    }
  };
  return (place, snapshot, tests) => throughDamage(place.store, place.location, snapshot, (own) => read(place, own, tests));
}

function keyOf(files: readonly AddFile[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(fileKey(file)).update("\0");
  return hash.digest("base64");
}
