/** Which files of a table a merge has to look into, by what the source's keys and the clauses' conditions say of partition values and statistics (protocol, "Per-file Statistics"). */
import type { Store } from "../../storage/store.ts";
import type { AddFile } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";
import { liveFilesOf } from "../actions/live-files.ts";
import { partitionKey } from "../actions/partition-key.ts";
import type { ColumnTest } from "../engine.ts";
import type { MergePlan } from "../merge-engine.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";
import { filesFor } from "../statistics/skipping.ts";
import type { ReadFiles } from "./conflict.ts";

/** Rows of a table that a merge wants to see: those that meet all tests of any of these; of no tests, all rows. */
export type WantedRows = readonly (readonly ColumnTest[])[];

/** What is wanted by a plan, with what rows that match meet by the source's keys; undefined where none can match. */
export function wantedRows({ on, clauses }: MergePlan, keyTests: readonly ColumnTest[] | undefined): WantedRows {
  const alone = clauses.filter(({ kind }) => kind === "notMatchedBySource").map(({ tests }) => tests);
  return keyTests === undefined ? alone : [[...on.tests, ...keyTests], ...alone];
}

/** The files that may hold such rows, in their order. */
export async function candidatesOf(store: Store, location: string, snapshot: Snapshot, wanted: WantedRows): Promise<readonly AddFile[]> {
  return await throughDamage(store, location, snapshot, (own) => filesOf(own, wanted));
}

/** What was read, and which new files would have been. */
export function readFilesOf(snapshot: Snapshot, candidates: readonly AddFile[], wanted: WantedRows): ReadFiles {
  return { keys: new Set(candidates.map(fileKey)), mayHold: async (added) => (added.length === 0 ? undefined : filesOf({ ...snapshot, files: liveFilesOf(added) }, wanted)[0]) };
}

function filesOf(snapshot: Snapshot, wanted: WantedRows): readonly AddFile[] {
  const [only = [], ...more] = wanted.map((tests) => filesFor(snapshot, tests) ?? [...snapshot.files]);
  if (more.length === 0) return only;
  const keys = new Set([only, ...more].flat().map(fileKey));
  return [...snapshot.files].filter((file) => keys.has(fileKey(file)));
}

/** Files looked through at once, their bytes, and the partitions that they lie in: the engine holds some megabytes for each until all are looked through. */
const atOnce = { files: 256, bytes: 1024 * 1024 * 1024, partitions: 32 };

/** The files in some at a time, those of a partition one behind the other. */
export function batchesOf(files: readonly AddFile[]): readonly (readonly AddFile[])[] {
  const batches: { bytes: number; partitions: Set<string>; files: AddFile[] }[] = [];
  for (const [partition, own] of Map.groupBy(files, partitionKey)) {
    for (const file of own) {
      const last = batches.at(-1);
      const isFull = last === undefined || last.files.length === atOnce.files || last.bytes + file.size > atOnce.bytes || (last.partitions.size === atOnce.partitions && !last.partitions.has(partition));
      if (isFull) batches.push({ bytes: file.size, partitions: new Set([partition]), files: [file] });
      else {
        last.bytes += file.size;
        last.partitions.add(partition);
        last.files.push(file);
      }
    }
  }
  return batches.map((batch) => batch.files);
}
