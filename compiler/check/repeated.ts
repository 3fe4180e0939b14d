/** Names that are one without regard to case. */
import type { Place } from "../ir/catalog.ts";

/** A name, what its bearer is called in the author's file, and where. */
export interface Named { readonly name: string; readonly said: string; readonly place: Place }

/** Each that bears a name another bore before, with that one; files are taken in order of name. */
export function repeated(all: readonly Named[]): [second: Named, first: Named][] {
  const firsts = new Map<string, Named>();
  return all.toSorted((left, right) => (left.place.file === right.place.file ? 0 : left.place.file < right.place.file ? -1 : 1)).flatMap((item) => {
    const first = firsts.get(item.name.toLowerCase());
    if (first === undefined) firsts.set(item.name.toLowerCase(), item);
    return first === undefined ? [] : [[item, first] as [Named, Named]];
  });
}
