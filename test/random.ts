/** What chance decides in tests: the same for the same seed, so that a failure can be had again. */

/** Gives numbers from 0 to below 1. */
export type Random = () => number;

/** Numbers that follow from a seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const below = (random: Random, end: number): number => Math.floor(random() * end);
export const oneOf = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)] as T;
export const chance = (random: Random, of: number): boolean => random() < of;

/** Each in an order of chance. */
export function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  return items.map((item) => [random(), item] as const).toSorted(([left], [right]) => left - right).map(([, item]) => item);
}
