/** When a materialized view that is kept fresh is to be refreshed again. */
import type { Lake } from "../runtime/lake.ts";

/** What a process tried: when it did last, in milliseconds since 1970 (0: never), and how often it failed since it last did not. */
export interface Tries { readonly last: number; readonly failed: number }

/** Wait after the first failure, and the longest for a view without rows of its query. */
const againMs = 60_000;

/**
 * In milliseconds since 1970: when its rows are as old as they may be (`ageMaxMs`), by its last refresh or a try that found nothing new; for a view without rows of its query, as soon as may be.
 * What failed is tried again before its time, each time after twice the wait.
 */
export function dueAt({ rows, refreshed }: Awaited<ReturnType<Lake["refreshed"]>>, ageMaxMs: number, { last, failed }: Tries): number {
  if (rows !== "current") return last + Math.min(ageMaxMs, againMs);
  if (failed > 0) return last + Math.min(ageMaxMs, againMs * 2 ** (failed - 1));
  return Math.max(refreshed ?? 0, last) + ageMaxMs;
}
