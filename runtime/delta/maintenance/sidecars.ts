/** Sidecars of checkpoints that none refers to any more (protocol, "Sidecar Files"). */
import { Failure } from "../../values/failure.ts";
import type { Store, StoredObject } from "../../storage/store.ts";
import { sidecarsOf } from "../checkpoints/checkpoint.ts";
import { listLog, logDirectory } from "../log/log.ts";
import type { LoggedCheckpoint } from "../log/log.ts";

/** So young a sidecar may be of a checkpoint that has no name yet. */
const day = 86_400_000;

/** Sidecars of no checkpoint that is there, when they are older than a day or among the `released`, which were of checkpoints that went; none, where one that is there does not say which are its own. */
export async function expiredSidecars(store: Store, location: string, released: ReadonlySet<string> = new Set()): Promise<readonly StoredObject[]> {
  const midnight = Math.floor((Date.now() - day) / day) * day;
  const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const found = (await Array.fromAsync(store.list(`${logDirectory(location)}_sidecars/`))).filter(({ path, modified }) => path.endsWith(".parquet") && (modified < midnight || released.has(nameOf(path))));
  if (found.length === 0) return [];
  const used = await sidecarNames(store, location, (await listLog(store, location)).checkpoints);
  return used === undefined ? [] : found.filter(({ path }) => !used.has(nameOf(path)));
}

/** The names of the sidecars of checkpoints; undefined where one does not say which. */
export async function sidecarNames(store: Store, location: string, checkpoints: readonly LoggedCheckpoint[]): Promise<ReadonlySet<string> | undefined> {
  const names = new Set<string>();
  try {
    for (const checkpoint of checkpoints) for (const name of await sidecarsOf(store, location, checkpoint)) names.add(name);
  } catch (error) {
    if (error instanceof Failure && error.code === "DELTA_LOG_BROKEN") return undefined;
    throw error;
  }
  return names;
}
