/** Goes on trying what fails for a reason outside: a store, a broker, a catalog that is on its way. Says why once, and that it is over. */
import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../values/failure.ts";
import type { FeedEvent } from "./contract.ts";

/** Why something fails for a reason outside, in words; undefined for what no waiting mends. */
export type Outside = (error: unknown) => string | undefined;

export interface Steady {
  /** The result of `act`, however long it takes; what `outside` has no words for is thrown, and everything once the signal is aborted. */
  persist<T>(act: () => Promise<T>, outside?: Outside): Promise<T>;
  /** Something does not work just now; resolves when it is time to try again. */
  trouble(reason: string): Promise<void>;
  /** It does. */
  well(): void;
}

const shortest = 100;
const longest = 2_000;

/** Tells its reasons to `tell`; stops waiting when `signal` is aborted. */
export function createSteady(tell: (event: FeedEvent) => void, signal: AbortSignal): Steady {
  let told: string | undefined;
  let pause = shortest;
  const steady: Steady = {
    async persist(act, outside = storeTrouble) {
      for (;;) {
        try {
          const result = await act();
          steady.well();
          return result;
        } catch (error) {
          const reason = outside(error);
          if (signal.aborted || reason === undefined) throw error;
          await steady.trouble(reason);
        }
      }
    },
    async trouble(reason) {
      if (told !== reason) tell({ kind: "waiting", reason });
      told = reason;
      await wait(pause, undefined, { signal }).catch(() => undefined);
      pause = Math.min(longest, pause * 2);
    },
    well() {
      if (told !== undefined) tell({ kind: "resumed" });
      [told, pause] = [undefined, shortest];
    },
  };
  return steady;
}

const storeTroubles: ReadonlySet<string> = new Set(["STORE_FAILED", "STORE_UNDECIDED", "STORE_UNDURABLE", "UNAVAILABLE"]);

/** What a store says that cannot be reached just now. */
export function isStoreTrouble(error: unknown): boolean {
  return storeTrouble(error) !== undefined;
}

function storeTrouble(error: unknown): string | undefined {
  return error instanceof Failure && storeTroubles.has(error.code) ? error.message : undefined;
}
