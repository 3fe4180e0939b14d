/**
 * Rows deleted by a condition, in one commit: whole files by their tombstones alone; of the others either a deletion vector says which rows are gone,
 * where the table enables these, or the rows that stay are written anew (protocol, "Deletion Vectors", "Change Data Files").
 */
import assert from "node:assert/strict";
import type { Action, AddFile } from "../actions/actions.ts";
import { encodePath, below } from "../actions/file-paths.ts";
import { openVectorFiles } from "../deletion-vectors/vector-files.ts";
import { readDeletionVector } from "../deletion-vectors/deletion-vector.ts";
import type { ChangeRows, RowCondition } from "../engine.ts";
import { isOn } from "../features/property.ts";
import { requireWritable } from "../features/features.ts";
import { rewriteInputs } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { withLooseBounds } from "../statistics/loose-bounds.ts";
import { addOf } from "./append.ts";
import { commitComputed } from "./computed-change.ts";
import type { ChangeOutcome, ComputedChange } from "./computed-change.ts";
import { requireChangeable, tombstoneOf } from "./replace.ts";
import { partitionKey, tableRows, touchedFiles } from "./touched-files.ts";
import type { PartlyTouched, Searching, Touched } from "./touched-files.ts";

export interface Deleting extends Searching { readonly change: ChangeRows }

/** What a deletion came to. */
export interface Deletion extends ComputedChange {
  /** Deleted rows; undefined where a file that went unread does not say how many it held. */
  readonly rows: number | undefined;
  readonly filesRemoved: number;
  readonly filesAdded: number;
  readonly vectorsAdded: number;
  /** Files that were opened to look for rows. */
  readonly filesRead: number;
}

export interface DeleteOptions {
  /** Ends with nothing changed, until the commit begins; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Files of one partition that are written anew together, in bytes. */
const targetBytes = 128 * 1024 * 1024;

/**
 * Deletes the rows that the condition is true of, as of `base` or of what the table became since. SQL_INVALID, SQL_FORBIDDEN; TABLE_NOT_WRITABLE for a table that only
 * grows; DELTA_UNSUPPORTED_FEATURE; and as `commitComputed`.
 */
export async function deleteRows(deleting: Deleting, base: Snapshot, where: string, { signal }: DeleteOptions = {}): Promise<ChangeOutcome<Deletion>> {
  const { store, location, finder } = deleting;
  return await commitComputed(store, location, base, async (snapshot) => {
    requireWritable(snapshot, store.locate(location));
    requireChangeable(snapshot.metadata, store.locate(location));
    const condition = await finder.read(snapshot.columns, where);
    const withVectors = writesVectors(snapshot);
    const touched = await touchedFiles(deleting, snapshot, condition, withVectors, signal);
    if (touched.whole.length + touched.partly.length === 0) return undefined;
    const rest = withVectors ? await marked(deleting, touched.partly) : await rewritten(deleting, snapshot, condition, touched, signal);
    return deletion(condition, touched, rest);
  }, signal);
}

/** Whether rows are deleted by vectors: the protocol has them, and the table wants them. */
export function writesVectors({ protocol: { writerFeatures = [] }, metadata }: Snapshot): boolean {
  return writerFeatures.includes("deletionVectors") && isOn(metadata, "delta.enableDeletionVectors");
}

/** What stands for the files that keep some of their rows. */
interface Rest { readonly actions: readonly Action[]; readonly written: readonly string[]; readonly metrics: { readonly [name: string]: number } }

/** The same files, with vectors of what is deleted of them by now. */
async function marked({ store, location }: Deleting, partly: readonly PartlyTouched[]): Promise<Rest> {
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
  } catch (error) {
    for (const path of vectors.paths) await store.remove(below(location, path));
    throw error;
  }
  const updated = partly.filter(({ file }) => file.deletionVector !== undefined).length;
  return { actions, written: vectors.paths, metrics: { numAddedFiles: 0, numCopiedRows: 0, numDeletionVectorsAdded: partly.length, numDeletionVectorsRemoved: updated, numDeletionVectorsUpdated: updated } };
}

/** The rows that stay in other files; where the table records changes the deleted ones too, and then all of them, since a commit tells either all of its changes or none. */
async function rewritten({ store, location, change }: Deleting, snapshot: Snapshot, condition: RowCondition, { whole, partly }: Touched, signal: AbortSignal | undefined): Promise<Rest> {
  if (partly.length === 0) return { actions: [], written: [], metrics: { numAddedFiles: 0, numCopiedRows: 0 } };
  const changes = isOn(snapshot.metadata, "delta.enableChangeDataFeed");
  const inputs = [...partly.map(({ file }) => file), ...(changes ? whole.map(({ file }) => file) : [])];
  const actions: Action[] = [];
  const written: string[] = [];
  const sums = { numAddedFiles: 0, numAddedBytes: 0, numCopiedRows: 0, numAddedChangeFiles: 0 };
  let changed = 0;
  try {
    for (const files of Map.groupBy(inputs, partitionKey).values()) {
      signal?.throwIfAborted();
      const partitionValues = files[0]?.partitionValues ?? {};
      const done = await change({ store, location, table: tableRows(snapshot), partitionValues, ...(await rewriteInputs(store, location, snapshot, files, false)), condition, changes, indexed: indexedColumns(snapshot), targetBytes });
      written.push(...done.files.map(({ path }) => path), ...done.changes.map(({ path }) => path));
      actions.push(...done.files.map((file) => ({ add: addOf(file, true) })));
      actions.push(...done.changes.map(({ path, size }) => ({ cdc: { path: encodePath(path), partitionValues, size, dataChange: false as const } })));
      sums.numAddedFiles += done.files.length;
      sums.numAddedBytes += done.files.reduce((sum, { size }) => sum + size, 0);
      sums.numCopiedRows += done.files.reduce((sum, { statistics }) => sum + statistics.numRecords, 0);
      sums.numAddedChangeFiles += done.changes.length;
      changed += done.changes.reduce((sum, { rows }) => sum + rows, 0);
    }
    assert.equal(sums.numCopiedRows, partly.reduce((sum, { rows, matching }) => sum + rows - matching, 0), "as many rows stay as were found not to match");
    if (changes) assert.equal(changed, (rowsOf({ whole, partly }) ?? changed), "as many rows are told as go");
  } catch (error) {
    for (const path of written) await store.remove(below(location, path));
    throw error;
  }
  return { actions, written, metrics: sums };
}

/** Rows that match; undefined where a file does not say how many it holds. */
function rowsOf({ whole, partly }: Pick<Touched, "whole" | "partly">): number | undefined {
  const all = whole.reduce((sum, { rows }) => sum + (rows ?? Number.NaN), partly.reduce((sum, { matching }) => sum + matching, 0));
  return Number.isNaN(all) ? undefined : all;
}

/** As Spark's DELETE says it. */
function deletion({ sql }: RowCondition, touched: Touched, { actions, written, metrics }: Rest): Deletion {
  const rows = rowsOf(touched);
  const gone: readonly AddFile[] = [...touched.whole, ...touched.partly].map(({ file }) => file);
  const marks = metrics["numDeletionVectorsAdded"] ?? 0;
  const removed = marks > 0 ? touched.whole.map(({ file }) => file) : gone;
  const now = Date.now();
  return {
    rows, written, filesRemoved: removed.length, filesAdded: metrics["numAddedFiles"] ?? 0, vectorsAdded: marks, filesRead: touched.opened,
    reads: touched.reads,
    actions: [...gone.map((file) => ({ remove: tombstoneOf(file, true, now) })), ...actions],
    facts: {
      operation: "DELETE",
      parameters: { predicate: JSON.stringify([sql]) },
      metrics: { numRemovedFiles: removed.length, numRemovedBytes: removed.reduce((sum, { size }) => sum + size, 0), ...(rows === undefined ? {} : { numDeletedRows: rows }), ...metrics },
    },
  };
}
