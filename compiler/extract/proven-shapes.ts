/**
 * Which files TypeScript need not be shown, since it found the like of all their parts right before. In a catalog of many tables nearly all
 * columns are like some other, and what they are like is checked once.
 */
import type { ts } from "ts-morph";
import { shapesOf } from "./table-shapes.ts";

export interface Proof {
  /** The errors of `sources` by name of file, of those that have some; `ask` says what those of its own are, and is not asked about what must be right. */
  judge<Error>(sources: readonly ts.SourceFile[], ask: Ask<Error>): ReadonlyMap<string, Error>;
}

type Ask<Error> = (sources: readonly ts.SourceFile[]) => ReadonlyMap<string, Error>;

/** Nothing is known to be right yet. */
export function openProof(): Proof {
  const proven = new Set<string>();
  return {
    judge(sources, ask) {
      const shapes = new Map(sources.map((source) => [source, shapesOf(source)]));
      const askAndLearn: typeof ask = (asked) => {
        const errors = ask(asked);
        for (const source of asked) if (!errors.has(source.fileName)) for (const shape of shapes.get(source) ?? []) proven.add(shape);
        return errors;
      };
      // One file for each shape; where that one has errors, whichever of its parts they are of, all others of its shapes as well.
      const hoped = new Set(proven);
      const first = sources.filter((source) => {
        const own = shapes.get(source);
        const isNew = own?.isSubsetOf(hoped) !== true;
        for (const shape of own ?? []) hoped.add(shape);
        return isNew;
      });
      const found = askAndLearn(first);
      const asked = new Set(first);
      const rest = sources.filter((source) => !asked.has(source) && shapes.get(source)?.isSubsetOf(proven) !== true);
      return new Map([...found, ...askAndLearn(rest)]);
    },
  };
}
