/** The light vacuum: what the log says was removed long enough ago, and files of the change feed of commits that old; the table's directory is not listed (protocol, "Add File and Remove File"). */
import { atMost } from "../../storage/at-most.ts";
import type { Store, StoredObject } from "../../storage/store.ts";
import type { Action } from "../actions/actions.ts";
import { below, decodePath } from "../actions/file-paths.ts";
import { listLog, readCommitIfThere } from "../log/log.ts";
import { pathsOf } from "./needed-files.ts";
import type { NeededFiles } from "./needed-files.ts";

const requestsAtOnce = 16;

/** Files of the table that are there and not needed, relative to it; of those whose tombstones were cleaned away with the log nothing is known. */
export async function expiredFiles(store: Store, location: string, { needed, expired }: NeededFiles, before: number): Promise<readonly StoredObject[]> {
  const turn = atMost(requestsAtOnce);
  const { commits } = await listLog(store, location);
  const old = commits.filter(({ modified }) => modified < before);
  const logged = await Promise.all(old.map(({ version }) => turn(async () => expiredIn((await readCommitIfThere(store, location, version)) ?? [], before))));
  const paths = new Set([...expired.keys(), ...logged.flat()].map(decodePath)).difference(needed);
  const found = await Promise.all([...paths].filter(isInTable).map((path) => turn(async () => ({ path, object: await store.head(below(location, path)) }))));
  return found.flatMap(({ path, object }) => (object === undefined ? [] : [{ ...object, path }])).toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** What a commit that is old enough removed, or told of changes, as the log spells it. */
function expiredIn(actions: readonly Action[], before: number): readonly string[] {
  return actions.flatMap((action) => {
    if (action.cdc !== undefined) return [action.cdc.path];
    return action.remove !== undefined && (action.remove.deletionTimestamp ?? 0) < before ? pathsOf(action) : [];
  });
}

/** Never outside the table, nor in its log. */
function isInTable(path: string): boolean {
  return !path.startsWith("/") && !/^[a-z][a-z0-9+.-]*:/i.test(path) && !path.split("/").includes("..") && !path.startsWith("_delta_log/");
}
