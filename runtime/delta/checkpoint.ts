/** Classic checkpoints (protocol, "Checkpoints"): one Parquet file with a row for each action. Reading only. */
import type { RecordBatch, StructRow } from "apache-arrow";
import type { Store } from "../storage/store.ts";
import { decodeParquet } from "../parquet/parquet-file.ts";
import { plainValue } from "../parquet/plain-value.ts";
import { Failure } from "../values/failure.ts";
import { readAction } from "./actions.ts";
import type { Action } from "./actions.ts";
import { checkpointPath } from "./log.ts";

/** The parts of each action that are read. Others, such as statistics in columns of their own, may hold what no plain value can. */
const parts: { readonly [action: string]: readonly string[] } = {
  protocol: ["minReaderVersion", "minWriterVersion", "readerFeatures", "writerFeatures"],
  metaData: ["id", "name", "description", "format", "schemaString", "partitionColumns", "configuration", "createdTime"],
  add: ["path", "partitionValues", "size", "modificationTime", "dataChange", "stats", "deletionVector"],
  txn: ["appId", "version", "lastUpdated"],
  domainMetadata: ["domain", "configuration", "removed"],
};

/** The actions of the checkpoint of a version; tombstones are left out. A V2 checkpoint under a classic name is DELTA_UNSUPPORTED_FEATURE. */
export async function readCheckpoint(store: Store, location: string, version: number): Promise<Action[]> {
  const path = checkpointPath(location, version);
  const bytes = await store.read(path);
  const actions: Action[] = [];
  for (const batch of decodeCheckpoint(bytes, path)) {
    const marks = batch.getChild("checkpointMetadata");
    if (marks !== null && marks.nullCount < marks.length) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${path} is a V2 checkpoint, which this version does not read.`, { place: { value: "v2Checkpoint" } });
    for (const [name, wanted] of Object.entries(parts)) {
      const column = batch.getChild(name);
      for (let row = 0; column !== null && row < batch.numRows; row++) {
        if (column.isValid(row)) actions.push(readRow(name, wanted, column.get(row), path, row));
      }
    }
  }
  return actions;
}

function decodeCheckpoint(bytes: Uint8Array, path: string): readonly RecordBatch[] {
  try {
    return decodeParquet(bytes, path);
  } catch (cause) {
    throw new Failure("DELTA_LOG_BROKEN", `The checkpoint ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { hint: "When the log has all its commits, the checkpoint can be removed.", place: { file: path }, cause });
  }
}

function readRow(name: string, wanted: readonly string[], cell: StructRow, path: string, row: number): Action {
  try {
    return readAction({ [name]: Object.fromEntries(wanted.map((part) => [part, plainValue(Reflect.get(cell, part)) ?? null])) });
  } catch (error) {
    throw new Failure("DELTA_LOG_BROKEN", `Row ${row + 1} of ${path} is no action of a Delta log: ${error instanceof Error ? error.message : String(error)}`, { place: { file: path, line: row + 1 }, cause: error });
  }
}
