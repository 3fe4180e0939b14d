/** Sidecars of checkpoints that none refers to any more (protocol, "Sidecar Files"). */
import { Failure } from "../../values/failure.ts";
import type { Store, StoredObject } from "../../storage/store.ts";
import { sidecarsOf } from "../checkpoints/checkpoint.ts";
import { listLog, logDirectory } from "../log/log.ts";

/** So young a sidecar may be of a checkpoint that is not named yet. */
const day = 86_400_000;

/** Sidecars that are older than a day and of no checkpoint that is there; none, where one of those cannot be read. */
export async function expiredSidecars(store: Store, location: string): Promise<readonly StoredObject[]> {
  const midnight = Math.floor((Date.now() - day) / day) * day;
  const old = (await Array.fromAsync(store.list(`${logDirectory(location)}_sidecars/`))).filter(({ path, modified }) => modified < midnight && path.endsWith(".parquet"));
  if (old.length === 0) return [];
  const used = await usedSidecars(store, location);
  return used === undefined ? [] : old.filter(({ path }) => !used.has(path.slice(path.lastIndexOf("/") + 1)));
}

/** The names of sidecars that checkpoints refer to; undefined where a checkpoint does not say which. */
async function usedSidecars(store: Store, location: string): Promise<ReadonlySet<string> | undefined> {
  const used = new Set<string>();
  try {
    for (const checkpoint of (await listLog(store, location)).checkpoints) for (const name of await sidecarsOf(store, location, checkpoint)) used.add(name);
  } catch (error) {
    if (error instanceof Failure && error.code === "DELTA_LOG_BROKEN") return undefined;
    throw error;
  }
  return used;
}
