/** Many objects of any store removed, some at a time, until they are gone or somebody stops it. */
import type { Store } from "./store.ts";

/** Objects between two looks at the signal: as many requests at once where each object is one, else few requests of many. */
const atOnce = 32;
const manyAtOnce = 4_000;

/** Removes objects in order, so that those that are left after a stop or a failure are the last, save some. Absent is fine. */
export async function removeAll(store: Store, paths: readonly string[], signal?: AbortSignal): Promise<void> {
  const size = store.removeAll === undefined ? atOnce : manyAtOnce;
  for (let start = 0; start < paths.length; start += size) {
    signal?.throwIfAborted();
    const some = paths.slice(start, start + size);
    await (store.removeAll === undefined ? Promise.all(some.map((path) => store.remove(path))) : store.removeAll(some));
  }
}
