/**
 * The files of a checkpoint, written: a classic one (protocol, "Checkpoints"), or the second form (V2 Spec), whose files stand in sidecars of so many each. A checkpoint has
 * its name last, so that nobody meets one whose sidecars are not there.
 */
import { randomUUID } from "node:crypto";
import type { RecordBatch } from "apache-arrow";
import { buildBatch } from "../../parquet/arrow-build.ts";
import { arrowSchema } from "../../parquet/arrow-schema.ts";
import { encodeParquetStream } from "../../parquet/parquet-encoder.ts";
import { putFresh } from "../../storage/put-fresh.ts";
import type { Store } from "../../storage/store.ts";
import type { Action, Sidecar } from "../actions/actions.ts";
import type { LastCheckpoint } from "../log/last-checkpoint.ts";
import { checkpointPath, logDirectory, secondCheckpointPath } from "../log/log.ts";
import { checkpointColumns } from "./checkpoint-columns.ts";
import { checkpointRow } from "./checkpoint-rows.ts";
import type { ParsedForm } from "./parsed-statistics.ts";

/** What is there once a checkpoint is: of `outcome` "exists" the name was somebody else's. */
export interface CheckpointFiles { readonly outcome: "written" | "exists"; readonly bytes: number; readonly sidecars: number; readonly last: LastCheckpoint }

interface Source { readonly version: number; readonly actions: AsyncIterable<readonly Action[]>; readonly parsed: ParsedForm | undefined; readonly check: () => void }

/** One file with all actions; `check` is asked when all have passed, before anything has its name. */
export async function writeClassic(store: Store, location: string, { version, actions, parsed, check }: Source): Promise<CheckpointFiles> {
  const counts = { actions: 0, adds: 0 };
  const bytes = await encode("classic", told(actions, counts), parsed);
  check();
  const outcome = await store.putIfAbsent(checkpointPath(location, version), bytes);
  return { outcome, bytes: bytes.length, sidecars: 0, last: { version, size: counts.actions, sizeInBytes: bytes.length, numOfAddFiles: counts.adds } };
}

/** Actions of files in one sidecar: so many are in memory at once. */
const sidecarActions = 50_000;
/** So few are told in `_last_checkpoint` too, as Spark has it. */
const toldMax = 30;

/** Sidecars with the files, then the main file with the rest; `perSidecar` actions in each. */
export async function writeSecond(store: Store, location: string, { version, actions, parsed, check }: Source, perSidecar = sidecarActions): Promise<CheckpointFiles> {
  const counts = { actions: 0, adds: 0 };
  const others: Action[] = [{ checkpointMetadata: { version } }];
  const sidecars: Sidecar[] = [];
  let files: Action[] = [];
  const put = async (most: number): Promise<void> => {
    while (files.length > most) {
      sidecars.push(await putSidecar(store, location, files.slice(0, perSidecar), parsed));
      files = files.slice(perSidecar);
    }
  };
  for await (const some of told(actions, counts)) {
    for (const action of some) (action.add || action.remove ? files : others).push(action);
    await put(perSidecar);
  }
  check();
  await put(0);
  const bytes = await encode("main", [[...others, ...sidecars.map((sidecar) => ({ sidecar }))]], parsed);
  const path = secondCheckpointPath(location, version);
  const outcome = await store.putIfAbsent(path, bytes);
  const v2Checkpoint = {
    path: path.slice(logDirectory(location).length), sizeInBytes: bytes.length, modificationTime: Date.now(),
    ...(others.length > toldMax ? {} : { nonFileActions: others }), ...(sidecars.length > toldMax ? {} : { sidecarFiles: sidecars }),
  };
  const total = bytes.length + sidecars.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
  return { outcome, bytes: total, sidecars: sidecars.length, last: { version, size: counts.actions + 1 + sidecars.length, sizeInBytes: total, numOfAddFiles: counts.adds, v2Checkpoint } };
}

async function putSidecar(store: Store, location: string, files: readonly Action[], parsed: ParsedForm | undefined): Promise<Sidecar> {
  const path = `${randomUUID()}.parquet`;
  const bytes = await encode("sidecar", [files], parsed);
  await putFresh(store, `${logDirectory(location)}_sidecars/${path}`, bytes);
  return { path, sizeInBytes: bytes.length, modificationTime: Date.now() };
}

async function encode(kind: Parameters<typeof checkpointColumns>[0], actions: Iterable<readonly Action[]> | AsyncIterable<readonly Action[]>, parsed: ParsedForm | undefined): Promise<Uint8Array> {
  const columns = checkpointColumns(kind, parsed?.parts);
  const schema = arrowSchema(columns);
  return Buffer.concat(await Array.fromAsync(encodeParquetStream(schema, batches())));

  async function* batches(): AsyncGenerator<RecordBatch> {
    for await (const some of actions) if (some.length > 0) yield buildBatch(columns, some.map((action) => checkpointRow(action, parsed?.of)), schema);
  }
}

/** Passes actions on, and counts them. */
async function* told(actions: AsyncIterable<readonly Action[]>, counts: { actions: number; adds: number }): AsyncGenerator<readonly Action[]> {
  for await (const some of actions) {
    counts.actions += some.length;
    counts.adds += some.filter(({ add }) => add).length;
    yield some;
  }
}
