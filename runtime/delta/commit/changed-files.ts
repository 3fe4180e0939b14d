/**
 * What stands, after rows were changed, for the files that held them (protocol, "Deletion Vectors", "Change Data Files"): the same files with a vector of
 * the rows that are gone, where the table enables these, or others with the rows that stay; new values are in new files either way.
 */
import assert from "node:assert/strict";
import type { Action, AddFile } from "../actions/actions.ts";
import { below, encodePath } from "../actions/file-paths.ts";
import { partitionKey } from "../actions/partition-key.ts";
import { openVectorFiles } from "../deletion-vectors/vector-files.ts";
import { readDeletionVector } from "../deletion-vectors/deletion-vector.ts";
import type { ChangeRows, NewValues, RowCondition } from "../engine.ts";
import { isOn } from "../features/property.ts";
import { rewriteInputs } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { withLooseBounds } from "../statistics/loose-bounds.ts";
import { addOf } from "./append.ts";
import { tombstoneOf } from "./replace.ts";
import { tableRows } from "./touched-files.ts";
import type { PartlyTouched, Searching, Touched } from "./touched-files.ts";

export interface Changing extends Searching { readonly change: ChangeRows }

export interface ChangeOptions {
  /** Ends with nothing changed, until the commit begins; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Removes and adds, the durable files that they name, and counts in Spark's words. */
export interface ChangedFiles {
  readonly actions: readonly Action[];
  readonly written: readonly string[];
  /** Rows that changed; undefined where a file that went unread does not say how many it held. */
  readonly rows: number | undefined;
  readonly filesRemoved: number;
  readonly filesAdded: number;
  readonly vectorsAdded: number;
  readonly metrics: { readonly [name: string]: number };
}

/** Files of one partition that are written anew together, in bytes. */
export const targetBytes = 128 * 1024 * 1024;
/** Files are asked to be written anew in parts of so many bytes: of a remote table so much lies here at once. */
const atOnceBytes = 1024 ** 3;

/** Whether rows are deleted by vectors: the protocol has them, and the table wants them. */
export function writesVectors({ protocol: { writerFeatures = [] }, metadata }: Snapshot): boolean {
  return writerFeatures.includes("deletionVectors") && isOn(metadata, "delta.enableDeletionVectors");
}

/** Writes what comes in the place of the touched files, in which matching rows go or get new values. Leaves nothing behind when it fails. */
export async function changedFiles(changing: Changing, snapshot: Snapshot, condition: RowCondition, touched: Touched, values: NewValues | undefined, { signal }: ChangeOptions): Promise<ChangedFiles> {
  const parts: Part[] = [];
  try {
    const withVectors = writesVectors(snapshot);
    if (withVectors) parts.push(await marked(changing, touched.partly));
    const inputs = toBeWritten(snapshot, touched, values, withVectors);
    for (const files of writtenAtOnce(inputs)) {
      signal?.throwIfAborted();
      parts.push(await rewritten(changing, snapshot, condition, files, values, withVectors ? "left" : "copied", signal));
    }
    return summed(touched, values, withVectors, parts);
  } catch (error) {
    for (const path of parts.flatMap(({ written }) => written)) await changing.store.remove(below(changing.location, path));
    throw error;
  }
}

/** A commit tells either all of its changes in files of their own or none, so what is deleted whole is read too once it must. */
function toBeWritten({ metadata }: Snapshot, { whole, partly }: Touched, values: NewValues | undefined, withVectors: boolean): readonly AddFile[] {
  const [all, some] = [whole.map(({ file }) => file), partly.map(({ file }) => file)];
  if (values !== undefined) return [...some, ...all];
  if (withVectors || some.length === 0) return [];
  return isOn(metadata, "delta.enableChangeDataFeed") ? [...some, ...all] : some;
}

interface Part { readonly actions: readonly Action[]; readonly written: readonly string[]; readonly rows: number; readonly bytes: number; readonly changed: number }

/** The same files, with vectors of what is gone from them by now. */
export async function marked({ store, location }: Pick<Changing, "store" | "location">, partly: readonly PartlyTouched[]): Promise<Part> {
  const vectors = openVectorFiles(store, location);
  const actions: Action[] = [];
  try {
    for (const { file, rows, places } of partly) {
      assert(places !== undefined, "rows are deleted by their places");
      const before = file.deletionVector === undefined ? undefined : await readDeletionVector(store, location, file.deletionVector);
      const deletionVector = await vectors.add(before === undefined ? places : Float64Array.from([...before, ...places]).sort());
      actions.push({ add: { ...file, dataChange: true, deletionVector, stats: withLooseBounds(file, rows + (before?.length ?? 0)) } });
    }
    await vectors.finish();
    return { actions, written: vectors.paths, rows: 0, bytes: 0, changed: 0 };
  } catch (error) {
    for (const path of vectors.paths) await store.remove(below(location, path));
    throw error;
  }
}

/** Files of each partition one after another, in parts of so many bytes. */
function writtenAtOnce(files: readonly AddFile[]): readonly (readonly AddFile[])[] {
  const parts: AddFile[][] = [];
  let bytes = 0;
  for (const file of [...Map.groupBy(files, partitionKey).values()].flat()) {
    bytes += file.size;
    const last = parts.at(-1);
    if (last !== undefined && bytes <= atOnceBytes) last.push(file);
    else {
      parts.push([file]);
      bytes = file.size;
    }
  }
  return parts;
}

/** Files in others, and what changed of them where the table records it. */
async function rewritten({ store, location, change }: Changing, snapshot: Snapshot, condition: RowCondition, inputs: readonly AddFile[], values: NewValues | undefined, rest: "copied" | "left", signal: AbortSignal | undefined): Promise<Part> {
  const { files, changes } = await change({
    store, location, table: tableRows(snapshot), ...(await rewriteInputs(store, location, snapshot, inputs, false)), condition, rest,
    ...(signal === undefined ? {} : { signal }), ...(values === undefined ? {} : { values }), changes: isOn(snapshot.metadata, "delta.enableChangeDataFeed"), indexed: indexedColumns(snapshot), targetBytes,
  });
  return {
    actions: [...files.map((file) => ({ add: addOf(file, true) })), ...changes.map(({ path, size, partitionValues }) => ({ cdc: { path: encodePath(path), partitionValues, size, dataChange: false as const } }))],
    written: [...files, ...changes].map(({ path }) => path),
    rows: files.reduce((sum, { statistics }) => sum + statistics.numRecords, 0),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    changed: changes.reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** All parts as one, once their rows add up. */
function summed(touched: Touched, values: NewValues | undefined, withVectors: boolean, parts: readonly Part[]): ChangedFiles {
  const sum = (of: (part: Part) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const others = withVectors ? 0 : touched.partly.reduce((all, { rows, matching }) => all + rows - matching, 0);
  const found = touched.whole.reduce((all, { rows }) => all + (rows ?? Number.NaN), touched.partly.reduce((all, { matching }) => all + matching, 0));
  const rows = values === undefined ? found : sum((part) => part.rows) - others;
  // Never trusts a copy.
  if (values === undefined) assert.equal(sum((part) => part.rows), others, "as many rows stay as were found not to match");
  else if (!Number.isNaN(found)) assert.equal(rows, found, "as many rows have new values as were found to match");
  const changed = sum((part) => part.changed);
  if (changed > 0 && !Number.isNaN(rows)) assert.equal(changed, values === undefined ? rows : rows * 2, "each row that changed is told");
  const removed = [...touched.whole, ...(withVectors ? [] : touched.partly)].map(({ file }) => file);
  const actions = parts.flatMap((part) => part.actions);
  const filesAdded = actions.filter(({ add }) => add !== undefined).length - (withVectors ? touched.partly.length : 0);
  const vectors = withVectors ? touched.partly : [];
  const updated = vectors.filter(({ file }) => file.deletionVector !== undefined).length;
  const now = Date.now();
  return {
    actions: [...[...touched.whole, ...touched.partly].map(({ file }) => ({ remove: tombstoneOf(file, true, now) })), ...actions],
    written: parts.flatMap((part) => part.written), rows: Number.isNaN(rows) ? undefined : rows, filesRemoved: removed.length, filesAdded, vectorsAdded: vectors.length,
    metrics: {
      numRemovedFiles: removed.length, numRemovedBytes: removed.reduce((all, { size }) => all + size, 0), numAddedFiles: filesAdded, numAddedBytes: sum((part) => part.bytes), numCopiedRows: others,
      numAddedChangeFiles: actions.filter(({ cdc }) => cdc !== undefined).length,
      ...(withVectors ? { numDeletionVectorsAdded: vectors.length, numDeletionVectorsRemoved: updated, numDeletionVectorsUpdated: updated } : {}),
    },
  };
}
