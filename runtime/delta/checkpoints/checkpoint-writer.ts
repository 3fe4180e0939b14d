/**
 * Classic checkpoints (protocol, "Checkpoints"), written: the checkpoint before and the commits behind it become one file, a row for each
 * live file, each tombstone that is still kept, and each newest mark. Only the commits are in memory whole.
 */
import assert from "node:assert/strict";
import type { RecordBatch } from "apache-arrow";
import type { Store } from "../../storage/store.ts";
import { buildBatch } from "../../parquet/arrow-build.ts";
import { arrowSchema } from "../../parquet/arrow-schema.ts";
import { encodeParquetStream } from "../../parquet/parquet-encoder.ts";
import { Failure } from "../../values/failure.ts";
import type { Action } from "../actions/actions.ts";
import { checkpointColumns } from "./checkpoint-columns.ts";
import { checkpointRow } from "./checkpoint-rows.ts";
import { requireMaintainable } from "../features/features.ts";
import { readHint, writeHint } from "../log/last-checkpoint.ts";
import { checkpointPath } from "../log/log.ts";
import { reconciledActions } from "./reconcile.ts";
import { retentionMs } from "../maintenance/retention.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

export interface CheckpointResult {
  readonly version: number;
  /** False when the version had one already. */
  readonly written: boolean;
  /** Actions in it; undefined when it was there already. */
  readonly actions?: number;
  readonly bytes?: number;
}

export interface CheckpointOptions {
  /** Milliseconds since 1970: older tombstones are left out. Those beyond the table's retention when left out. */
  readonly keptSince?: number;
}

/** Writes the checkpoint of a snapshot's version and names it as the last. DELTA_UNSUPPORTED_FEATURE for a table whose checkpoints must be of another kind. */
export async function writeCheckpoint(store: Store, location: string, snapshot: Snapshot, { keptSince = Date.now() - retentionMs(snapshot.metadata) }: CheckpointOptions = {}): Promise<CheckpointResult> {
  const { version } = snapshot;
  requireClassic(snapshot, store.locate(location));
  if ((await store.head(checkpointPath(location, version))) !== undefined) return { version, written: false };
  const counts = { actions: 0, adds: 0 };
  const schema = arrowSchema(checkpointColumns);
  const chunks = await Array.fromAsync(encodeParquetStream(schema, batchesOf(reconciledActions(store, location, version, keptSince), counts)));
  assert.equal(counts.adds, snapshot.files.length, `the checkpoint of version ${version} of ${location} would have other files than the version`);
  const bytes = Buffer.concat(chunks);
  const outcome = await store.putIfAbsent(checkpointPath(location, version), bytes);
  if (outcome === "written") await nameLast(store, location, { version, size: counts.actions, sizeInBytes: bytes.length, numOfAddFiles: counts.adds });
  return { version, written: outcome === "written", actions: counts.actions, bytes: bytes.length };

  async function* batchesOf(source: AsyncIterable<readonly Action[]>, told: typeof counts): AsyncGenerator<RecordBatch> {
    for await (const actions of source) {
      if (actions.length === 0) continue;
      told.actions += actions.length;
      told.adds += actions.filter(({ add }) => add).length;
      yield buildBatch(checkpointColumns, actions.map(checkpointRow), schema);
    }
  }
}

const intervalKey = "delta.checkpointInterval";
/** Commits between two checkpoints, when the table does not say (delta.checkpointInterval). */
const intervalDefault = 100;
/** A checkpoint of many actions waits until the commits behind it are so small a part of them: it is all written each time. */
const actionsPerCommit = 200;

/** Writes the checkpoint of a snapshot when the last one is long enough ago; undefined when it is not. */
export async function checkpointWhenDue(store: Store, location: string, snapshot: Snapshot): Promise<CheckpointResult | undefined> {
  const interval = requireInterval(snapshot);
  if (snapshot.version - (snapshot.checkpoint ?? 0) < interval) return undefined;
  const last = (await readHint(store, location)) ?? { version: snapshot.checkpoint ?? 0, size: 0 };
  if (snapshot.version - last.version < Math.max(interval, last.size / actionsPerCommit)) return undefined;
  return await writeCheckpoint(store, location, snapshot);
}

/** Commits after which it may be time to look whether a checkpoint is due. */
export function checkpointInterval({ metadata }: Snapshot): number {
  const interval = Number(metadata.configuration[intervalKey] ?? intervalDefault);
  return interval >= 1 ? interval : intervalDefault;
}

/** CONFIG_INVALID for a property that is no number of commits. */
function requireInterval(snapshot: Snapshot): number {
  const text = snapshot.metadata.configuration[intervalKey];
  if (text === undefined || /^[1-9]\d*$/.test(text)) return checkpointInterval(snapshot);
  throw new Failure("CONFIG_INVALID", `The table's property delta.checkpointInterval is "${text}", which is no number of commits.`, { hint: "Set it to a whole number, such as 100.", place: { value: text } });
}

function requireClassic(snapshot: Snapshot, where: string): void {
  requireMaintainable(snapshot, where);
  const { configuration } = snapshot.metadata;
  const other = configuration["delta.checkpointPolicy"] === "v2" ? "delta.checkpointPolicy" : configuration["delta.checkpoint.writeStatsAsJson"] === "false" ? "delta.checkpoint.writeStatsAsJson" : undefined;
  if (other === undefined) return;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} has the property ${other}=${configuration[other]}: this version does not write such checkpoints.`, {
    place: { value: other }, hint: "Let the engine that set it write them, or unset it.",
  });
}

/** Two writers may be at it: the hint never goes back. */
async function nameLast(store: Store, location: string, last: Parameters<typeof writeHint>[2]): Promise<void> {
  if (((await readHint(store, location))?.version ?? -1) < last.version) await writeHint(store, location, last);
}
