/** Classic checkpoints (protocol, "Checkpoints"): one Parquet file with a row for each action. Reading only. */
import type { Store } from "../storage/store.ts";
import { decodeParquet } from "../parquet/parquet-file.ts";
import { plainValue } from "../parquet/plain-value.ts";
import { Failure } from "../values/failure.ts";
import { readAction } from "./actions.ts";
import type { Action } from "./actions.ts";
import { checkpointPath } from "./log.ts";

const actionNames = ["protocol", "metaData", "add", "txn", "domainMetadata"] as const;

/** The actions of the checkpoint of a version; tombstones are left out. A V2 checkpoint under a classic name is DELTA_UNSUPPORTED_FEATURE. */
export async function readCheckpoint(store: Store, location: string, version: number): Promise<Action[]> {
  const path = checkpointPath(location, version);
  const actions: Action[] = [];
  for (const batch of decodeParquet(await store.read(path), path)) {
    if (batch.schema.names.includes("checkpointMetadata")) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${path} is a V2 checkpoint, which this version does not read.`, { place: { value: "v2Checkpoint" } });
    for (let row = 0; row < batch.numRows; row++) {
      for (const name of actionNames) {
        const cell: unknown = batch.getChild(name)?.get(row);
        if (cell === null || cell === undefined) continue;
        actions.push(readRow(name, cell, path, row));
      }
    }
  }
  return actions;
}

function readRow(name: string, cell: unknown, path: string, row: number): Action {
  try {
    return readAction({ [name]: plainValue(cell) });
  } catch (error) {
    throw new Failure("DELTA_LOG_BROKEN", `Row ${row + 1} of ${path} is no action of a Delta log: ${error instanceof Error ? error.message : String(error)}`, { place: { file: path, line: row + 1 }, cause: error });
  }
}
