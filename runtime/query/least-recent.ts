/** A memory of the last few things asked for, by key; what was asked for longest ago falls out first and is let go. */

export interface LeastRecent<Thing> {
  get(key: string): Thing | undefined;
  set(key: string, thing: Thing): void;
  /** Forgets one without letting it go. */
  delete(key: string): void;
  /** Lets go of all. */
  clear(): Promise<void>;
}

/** Keeps `most` things; `release` is called once for each that falls out or is cleared, and must not fail. */
export function leastRecent<Thing>(most: number, release: (thing: Thing) => Promise<void>): LeastRecent<Thing> {
  const things = new Map<string, Thing>();
  return {
    get(key) {
      const thing = things.get(key);
      if (thing === undefined) return undefined;
      things.delete(key);
      things.set(key, thing);
      return thing;
    },
    set(key, thing) {
      things.set(key, thing);
      if (things.size <= most) return;
      const [oldest] = things;
      if (oldest === undefined) return;
      things.delete(oldest[0]);
      void release(oldest[1]);
    },
    delete: (key) => void things.delete(key),
    async clear() {
      const all = [...things.values()];
      things.clear();
      for (const thing of all) await release(thing);
    },
  };
}
