/** A checkpoint read from its first row to its last, before anybody relies on it alone (protocol, "Checkpoints"). */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { LastCheckpoint } from "../log/last-checkpoint.ts";
import { logDirectory } from "../log/log.ts";
import type { LoggedCheckpoint } from "../log/log.ts";
import { placeOf, readCheckpoint } from "./checkpoint.ts";
import { noteDamage } from "./late-damage.ts";

/** What `_last_checkpoint` says of a checkpoint; undefined, and noted, where it is damaged. */
export async function weighCheckpoint(store: Store, location: string, checkpoint: LoggedCheckpoint): Promise<LastCheckpoint | undefined> {
  const { version, names: [first = "", ...more] } = checkpoint;
  let [size, adds, protocols, metadatas] = [0, 0, 0, 0];
  try {
    for await (const actions of readCheckpoint(store, location, checkpoint, ["protocol", "metaData", "txn", "domainMetadata", "add", "remove"])) {
      size += actions.length;
      for (const { add, protocol, metaData } of actions) {
        if (add) adds += 1;
        if (protocol) protocols += 1;
        if (metaData) metadatas += 1;
      }
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "DELTA_LOG_BROKEN") throw error;
    noteDamage(placeOf(store, location, checkpoint));
    return undefined;
  }
  if (protocols === 0 || metadatas === 0) return undefined;
  const files = await Promise.all(checkpoint.names.map((name) => store.head(`${logDirectory(location)}${name}`)));
  const sizeInBytes = files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
  const isSecond = /\.checkpoint\.[0-9a-f-]{36}\./.test(first);
  return {
    version, size, sizeInBytes, numOfAddFiles: adds, ...(more.length === 0 ? {} : { parts: more.length + 1 }),
    ...(isSecond ? { v2Checkpoint: { path: first, sizeInBytes, modificationTime: files[0]?.modified ?? 0 } } : {}),
  };
}
