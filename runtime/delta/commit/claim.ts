/** A table claimed by somebody who loses to others again and again: writers of ours stand back for a moment (`stand-back.ts`; the protocol leaves it to writers). */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Metadata } from "../actions/actions.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { replaceFiles } from "./replace.ts";
import { claimOf, withClaim, withoutClaim } from "./stand-back.ts";

/** The table, and the new claim on it; whoever loses even here goes on without one. */
export interface Claimed { readonly snapshot: Snapshot; readonly claim: string | undefined }

/** Claims the table as of the snapshot. */
export async function claimTable(store: Store, location: string, snapshot: Snapshot): Promise<Claimed> {
  const metadata = withClaim(withoutClaim(snapshot.metadata));
  const facts = { operation: "SET TBLPROPERTIES", parameters: { properties: JSON.stringify(metadata.configuration) }, metrics: {} };
  const outcome = await replaceFiles(store, location, snapshot, { remove: [], add: [], dataChange: false, metadata }, facts, { overAppends: true });
  if (outcome.kind === "committed") return { snapshot: outcome.snapshot, claim: claimOf(metadata) };
  return { snapshot: await readSnapshot(store, location, undefined, snapshot), claim: undefined };
}

/** Takes back the claim of a change that came to nothing. */
export async function unclaimTable(store: Store, location: string, known: Snapshot, claim: string | undefined): Promise<void> {
  const snapshot = await readSnapshot(store, location, undefined, known);
  if (claimOf(snapshot.metadata) !== claim) return;
  const metadata = withoutClaim(snapshot.metadata);
  await replaceFiles(store, location, snapshot, { remove: [], add: [], dataChange: false, metadata }, { operation: "UNSET TBLPROPERTIES", parameters: {}, metrics: {} }, { overAppends: true });
}

/** One who claims a table, more than once if need be, until one change is done. */
export interface Claimant {
  /** Whether the claim on a table is its own. */
  owns(metadata: Metadata): boolean;
  /** Claims the table as of the snapshot; the table then, claimed or not. */
  claim(snapshot: Snapshot): Promise<Snapshot>;
  /** Takes its claim back, where one stands. */
  release(known: Snapshot): Promise<void>;
}

/** Somebody at a change of the table, with no claim on it yet. */
export function claimantOf(store: Store, location: string): Claimant {
  const own = new Set<string>();
  const owns = (metadata: Metadata): boolean => own.has(claimOf(metadata) ?? "");
  return {
    owns,
    async claim(snapshot) {
      const claimed = await claimTable(store, location, snapshot);
      if (claimed.claim !== undefined) own.add(claimed.claim);
      return claimed.snapshot;
    },
    async release(known) {
      if (own.size === 0) return;
      try {
        const snapshot = await readSnapshot(store, location, undefined, known);
        if (owns(snapshot.metadata)) await unclaimTable(store, location, snapshot, claimOf(snapshot.metadata));
      } catch (error) {
        // What became of the change is told, whatever becomes of its claim: others outlast it.
        if (!(error instanceof Failure)) throw error;
      }
    },
  };
}
