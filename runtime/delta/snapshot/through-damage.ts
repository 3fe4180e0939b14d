/** What needs all files of a snapshot, also when a large checkpoint turns out damaged only then: the same version is put together in another way (protocol, "Checkpoints"). */
import type { Store } from "../../storage/store.ts";
import { isDamaged } from "../checkpoints/late-damage.ts";
import { readSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";

/** What `act`, which can be done again, gives of the snapshot, or of the same version read around what was damaged. DELTA_LOG_BROKEN when there is no way around it. */
export async function throughDamage<T>(store: Store, location: string, snapshot: Snapshot, act: (snapshot: Snapshot) => T | Promise<T>): Promise<T> {
  try {
    return await act(snapshot);
  } catch (error) {
    if (!snapshot.files.blocks.some(({ block }) => isDamaged(block))) throw error;
    return await throughDamage(store, location, await readSnapshot(store, location, { version: snapshot.version }, snapshot), act);
  }
}
