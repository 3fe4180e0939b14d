/** What a part of this room remembers between queries of one engine; it goes when the engine closes. */
import type { Engine } from "./engine.ts";
import { leastRecent } from "./least-recent.ts";
import type { LeastRecent } from "./least-recent.ts";

/** A memory of `most` things for each engine; `release` is called once for each that falls out, and when the engine closes. */
export function engineMemory<Thing>(most: number, release: (thing: Thing) => Promise<void> = async () => {}): (engine: Engine) => LeastRecent<Thing> {
  const memories = new WeakMap<Engine, LeastRecent<Thing>>();
  return (engine) => {
    const known = memories.get(engine);
    if (known !== undefined) return known;
    const memory = leastRecent(most, release);
    memories.set(engine, memory);
    engine.whenClosing(() => memory.clear());
    return memory;
  };
}
