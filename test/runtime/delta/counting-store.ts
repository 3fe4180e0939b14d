/** A store that counts the requests it passes on, and can be told to fail. */
import { putFresh } from "../../../runtime/storage/put-fresh.ts";
import type { Store } from "../../../runtime/storage/store.ts";

export interface Counts { list: number; read: number; head: number; put: number }

/** `counts` goes up with each request; set it back to zero by `reset`. */
export function countRequests(store: Store): { readonly store: Store; readonly counts: Counts; reset(): void } {
  const counts: Counts = { list: 0, read: 0, head: 0, put: 0 };
  return {
    counts,
    reset: () => Object.assign(counts, { list: 0, read: 0, head: 0, put: 0 }),
    store: {
      ...store,
      list: (prefix, options) => {
        counts.list++;
        return store.list(prefix, options);
      },
      read: (path, range) => {
        counts.read++;
        return store.read(path, range);
      },
      head: (path) => {
        counts.head++;
        return store.head(path);
      },
      putIfAbsent: (path, bytes) => {
        counts.put++;
        return store.putIfAbsent(path, bytes);
      },
      putFresh: (path, bytes) => {
        counts.put++;
        return putFresh(store, path, bytes);
      },
    },
  };
}
