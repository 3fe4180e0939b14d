/**
 * How a change of schema that must write files anew comes to its end beside writers that never rest: having lost to them a few times it claims
 * the table, by a property in a commit of its own that no append can be built before, and our writers stand back for the moment that is
 * left to do. Writers of others do not know of it and are met as before. Nobody waits long: a claim whose owner died is outlasted (the protocol leaves it to writers).
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Metadata } from "../actions/actions.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

const claimKey = "neuralake.changing";

/** How long a writer stands back from one claim, in milliseconds since it met it; and how old, by clocks that may differ, a claim is heeded at all. */
const patienceMs = 5_000;
const claimMsMax = 60_000;
const pollMs = 20;

/** Until when each claim that was met is heeded, by the process's own clock. */
const heeded = new Map<string, number>();

/** The metadata with a new claim. */
export function withClaim(metadata: Metadata): Metadata {
  return { ...metadata, configuration: { ...metadata.configuration, [claimKey]: `${Date.now()} ${crypto.randomUUID()}` } };
}

/** The metadata without any. */
export function withoutClaim(metadata: Metadata): Metadata {
  const { [claimKey]: claim, ...configuration } = metadata.configuration;
  return claim === undefined ? metadata : { ...metadata, configuration };
}

/** The claim of somebody who is at work, or died at it. */
export function claimOf({ configuration }: Metadata): string | undefined {
  return configuration[claimKey];
}

/** The snapshot that a writer may build on: the newest that no claim stands on, asked for by `read` as often as it takes, or the claimed one when it stood back long enough. */
export async function standBack(snapshot: Snapshot, read: () => Promise<Snapshot>): Promise<Snapshot> {
  let newest = snapshot;
  while (isHeeded(newest.metadata.configuration[claimKey])) {
    await wait(pollMs);
    newest = await read();
  }
  return newest;
}

function isHeeded(claim: string | undefined): boolean {
  if (claim === undefined) return false;
  const made = Number(claim.split(" ")[0]);
  if (!(Math.abs(Date.now() - made) < claimMsMax)) return false;
  return Date.now() < heeded.getOrInsertComputed(claim, () => Date.now() + patienceMs);
}
