/** Classic checkpoints (protocol, "Checkpoints"), read: one Parquet file with a row for each action. */
import type { RecordBatch, StructRow } from "apache-arrow";
import type { Store } from "../storage/store.ts";
import { decodeParquetGroups } from "../parquet/parquet-groups.ts";
import { plainValue } from "../parquet/plain-value.ts";
import { Failure } from "../values/failure.ts";
import { readAction } from "./actions.ts";
import type { Action } from "./actions.ts";
import { partsOf } from "./checkpoint-columns.ts";
import type { CheckpointAction } from "./checkpoint-columns.ts";
import { checkpointPath } from "./log.ts";

/** What a snapshot is made of: tombstones say nothing of its files. */
export const snapshotActions: readonly CheckpointAction[] = ["protocol", "metaData", "txn", "domainMetadata", "add"];

/** The actions of these kinds in the checkpoint of a version, some at a time. A V2 checkpoint under a classic name is DELTA_UNSUPPORTED_FEATURE, a damaged one DELTA_LOG_BROKEN. */
export async function* readCheckpoint(store: Store, location: string, version: number, names: readonly CheckpointAction[] = snapshotActions): AsyncGenerator<Action[]> {
  const path = checkpointPath(location, version);
  const bytes = await store.read(path);
  try {
    for await (const batch of decodeParquetGroups(bytes, path, ["checkpointMetadata", ...names.flatMap((name) => partsOf(name).map((part) => `${name}.${part}`))])) {
      refuseV2(batch, path);
      yield names.flatMap((name) => actionsOf(batch, name, path));
    }
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "FILE_INVALID") throw cause;
    throw new Failure("DELTA_LOG_BROKEN", `The checkpoint ${path} cannot be read: ${cause.message}`, { hint: "When the log has all its commits, the checkpoint can be removed.", place: { file: path }, cause });
  }
}

function refuseV2(batch: RecordBatch, path: string): void {
  const marks = batch.getChild("checkpointMetadata");
  if (marks !== null && marks.nullCount < marks.length) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${path} is a V2 checkpoint, which this version does not read.`, { place: { value: "v2Checkpoint" } });
}

function actionsOf(batch: RecordBatch, name: CheckpointAction, path: string): Action[] {
  const column = batch.getChild(name);
  const found: Action[] = [];
  for (let row = 0; column !== null && column.nullCount < column.length && row < batch.numRows; row++) {
    if (column.isValid(row)) found.push(readRow(name, column.get(row), path, row));
  }
  return found;
}

function readRow(name: CheckpointAction, cell: StructRow, path: string, row: number): Action {
  try {
    return readAction({ [name]: plainValue(cell) });
  } catch (error) {
    throw new Failure("DELTA_LOG_BROKEN", `Row ${row + 1} of ${path} is no action of a Delta log: ${error instanceof Error ? error.message : String(error)}`, { place: { file: path, line: row + 1 }, cause: error });
  }
}
