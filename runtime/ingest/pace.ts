/** How often a fed table is committed to, from the freshness its author declared. */
import { durationMs } from "../values/duration.ts";

export interface Pace {
  /** A message waits no longer than this for others before its commit begins. */
  readonly waitMs: number;
  /** A commit begins at once when so many wait, or so many bytes of them. */
  readonly messagesMax: number;
  readonly bytesMax: number;
}

/** For a table that declares no freshness. */
const usual = "5s";

/** Who declares hours still sees a message within minutes. */
const waitMsMax = 60_000;

/** Half of the freshness is for waiting; the rest is for judging, writing and committing. */
export function paceOf(freshness: string | undefined): Pace {
  return { waitMs: Math.min(waitMsMax, (durationMs(freshness ?? usual) ?? 0) / 2), messagesMax: 100_000, bytesMax: 32 * 1024 * 1024 };
}
