/** A table claimed by somebody who loses to others again and again: writers of ours stand back for a moment (`stand-back.ts`; the protocol leaves it to writers). */
import type { Store } from "../../storage/store.ts";
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
