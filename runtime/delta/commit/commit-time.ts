/** The time that a commit tells (protocol, "In-Commit Timestamps"): our clock's, and later than the commit before in a table that promises so. */
import type { Action } from "../actions/actions.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { inCommitTime, keepsCommitTimes } from "../snapshot/time-travel.ts";

/** The time a commit behind `base` must tell, in milliseconds since 1970; undefined where it must tell none. */
export function timeBehind(base: Snapshot): number | undefined {
  return keepsCommitTimes(base.protocol, base.metadata) ? Math.max(Date.now(), base.committed + 1) : undefined;
}

/** When a commit of somebody else, read behind `base`, was made: as it says where commits do, else about now. */
export function timeOf(winner: readonly Action[], base: Snapshot): number {
  const told = keepsCommitTimes(base.protocol, base.metadata) ? inCommitTime(winner) : undefined;
  return told ?? Date.now();
}
