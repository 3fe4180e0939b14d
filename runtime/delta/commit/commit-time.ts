/** The time that a commit tells (protocol, "In-Commit Timestamps"): our clock's, and later than the commit before in a table that promises so. */
import type { Action } from "../actions/actions.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { inCommitTime, keepsCommitTimes } from "../snapshot/time-travel.ts";

/** A commit's actions, and the time that it must tell, in milliseconds since 1970; undefined where it must tell none. */
export interface Timed { readonly actions: readonly Action[]; readonly time: number | undefined }

/** The actions as a commit behind `base`: one that makes the table keep commit times tells its own, and notes since when they are kept. */
export function timedBehind(base: Snapshot, actions: readonly Action[]): Timed {
  const before = keepsCommitTimes(base.protocol, base.metadata);
  const after = actions.some(({ metaData }) => metaData !== undefined) && keepsCommitTimes(actions.find(({ protocol }) => protocol)?.protocol ?? base.protocol, actions.find(({ metaData }) => metaData)?.metaData ?? base.metadata);
  if (!before && !after) return { actions, time: undefined };
  const time = Math.max(Date.now(), base.committed + 1);
  if (before) return { actions, time };
  const since = { "delta.inCommitTimestampEnablementVersion": String(base.version + 1), "delta.inCommitTimestampEnablementTimestamp": String(time) };
  return { time, actions: actions.map((action) => (action.metaData === undefined ? action : { ...action, metaData: { ...action.metaData, configuration: { ...action.metaData.configuration, ...since } } })) };
}

/** When a commit of somebody else, read behind `base`, was made: as it says where commits do, else about now. */
export function timeOf(winner: readonly Action[], base: Snapshot): number {
  const told = keepsCommitTimes(base.protocol, base.metadata) ? inCommitTime(winner) : undefined;
  return told ?? Date.now();
}
