/**
 * Checkpoints (protocol, "Checkpoints"), written in the form that the table asks for: the checkpoint before and the commits behind it become rows, one for each
 * live file, each tombstone that is still kept, and each newest mark. Only the commits are in memory whole. The version's checksum is written with it.
 */
import assert from "node:assert/strict";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { requireMaintainable } from "../features/features.ts";
import { collectFacts, writeChecksum } from "../log/checksum-writer.ts";
import { readHint, writeHint } from "../log/last-checkpoint.ts";
import { checkpointPath, listLog } from "../log/log.ts";
import { retentionMs } from "../maintenance/retention.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { writeClassic, writeSecond } from "./checkpoint-files.ts";
import { parsedForm } from "./parsed-statistics.ts";
import { reconciledActions } from "./reconcile.ts";

export interface CheckpointResult {
  readonly version: number;
  /** False when the version had one already. */
  readonly written: boolean;
  /** The second form has its files in sidecars (protocol, "V2 Spec"). */
  readonly form: "classic" | "v2";
  /** Actions in it; undefined when it was there already. */
  readonly actions?: number;
  readonly bytes?: number;
  readonly sidecars?: number;
}

export interface CheckpointOptions {
  /** Milliseconds since 1970: older tombstones are left out. Those beyond the table's retention when left out. */
  readonly keptSince?: number;
  /** The second form, whatever the table's policy is; the table must have the feature. */
  readonly v2?: boolean;
  /** Actions of files in a sidecar, at most. */
  readonly perSidecar?: number;
}

/** Writes the checkpoint of a snapshot's version and names it as the last. DELTA_UNSUPPORTED_FEATURE for a table that cannot have it, or asks for statistics that would be lost. */
export async function writeCheckpoint(store: Store, location: string, snapshot: Snapshot, { v2, perSidecar, keptSince = Date.now() - retentionMs(snapshot.metadata) }: CheckpointOptions = {}): Promise<CheckpointResult> {
  const { version } = snapshot;
  const where = store.locate(location);
  requireMaintainable(snapshot, where);
  const form = formOf(snapshot, where, v2);
  const parsed = parsedForm(snapshot, where);
  if (await isThere(store, location, version, form)) return { version, written: false, form };
  const facts = collectFacts(reconciledActions(store, location, version, keptSince));
  const check = (): void => assert.equal(facts.told().files, snapshot.files.length, `the checkpoint of version ${version} of ${location} would have other files than the version`);
  const source = { version, actions: facts.actions, parsed, check };
  const { outcome, bytes, sidecars, last } = form === "v2" ? await writeSecond(store, location, source, perSidecar) : await writeClassic(store, location, source);
  if (outcome === "written") {
    await nameLast(store, location, last);
    await writeChecksum(store, location, snapshot, facts.told());
  }
  return { version, written: outcome === "written", form, actions: last.size, bytes, ...(form === "v2" ? { sidecars } : {}) };
}

/** By the table's policy, which the feature must allow: Spark passes over a policy without it too. */
function formOf({ protocol: { readerFeatures = [] }, metadata }: Snapshot, where: string, asked: boolean | undefined): "classic" | "v2" {
  const allowed = readerFeatures.includes("v2Checkpoint");
  if (asked === true && !allowed) {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} has no checkpoints of the second form: its protocol does not list the Delta feature v2Checkpoint, without which other readers would not find them.`, {
      place: { value: "v2Checkpoint" }, hint: "Set the table's property delta.checkpointPolicy to v2 first (neuralake alter TARGET --set delta.checkpointPolicy=v2).",
    });
  }
  return asked ?? (allowed && metadata.configuration["delta.checkpointPolicy"]?.toLowerCase() === "v2") ? "v2" : "classic";
}

/** One of the second form has a name that only a listing tells. */
async function isThere(store: Store, location: string, version: number, form: "classic" | "v2"): Promise<boolean> {
  if (form === "classic") return (await store.head(checkpointPath(location, version))) !== undefined;
  return (await listLog(store, location, { version, modified: Number.NEGATIVE_INFINITY })).checkpoints.some((checkpoint) => checkpoint.version === version);
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

/** Two writers may be at it: the hint never goes back. */
async function nameLast(store: Store, location: string, last: Parameters<typeof writeHint>[2]): Promise<void> {
  if (((await readHint(store, location))?.version ?? -1) < last.version) await writeHint(store, location, last);
}
