/**
 * What stands, once a source was merged, for the files that held rows which clauses act on, and beside them: the same files with vectors where the table enables these, or others with the rows
 * that stay, and in new files what was given new values and what is inserted.
 */
import assert from "node:assert/strict";
import type { Store } from "../../storage/store.ts";
import type { Action, AddFile } from "../actions/actions.ts";
import { below, encodePath } from "../actions/file-paths.ts";
import type { MatchedFile, MergeAttempt, MergeClause, MergeEngine, MergeInput, MergeOutput, MergePlan, MergeTable } from "../merge-engine.ts";
import { rewriteInputs } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { addOf } from "./append.ts";
import { marked, writesVectors } from "./changed-files.ts";
import { batchesOf } from "./merge-files.ts";
import { requireChangeable, tombstoneOf } from "./replace.ts";
import { requireRows } from "./touched-files.ts";
import type { PartlyTouched } from "./touched-files.ts";

/** A table, and the engine that has the source. */
export interface Merging { readonly store: Store; readonly location: string; readonly engine: MergeEngine }

/** Removes and adds, the durable files that they name, rows by what became of them, and counts in Spark's words. */
export interface MergedFiles {
  readonly actions: readonly Action[];
  readonly written: readonly string[];
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly filesRemoved: number;
  readonly filesAdded: number;
  readonly vectorsAdded: number;
  readonly metrics: { readonly [name: string]: number };
}

/** What was found and written so far; rows by the clause that acts on them. */
interface Tally { readonly found: Found[]; readonly parts: MergePart[]; readonly acts: Map<number, number> }

interface MergePart { readonly actions: readonly Action[]; readonly written: readonly string[]; readonly files: number; readonly rows: number; readonly bytes: number; readonly changed: number }

/** Merges into these files; undefined where no clause acts on any row. Leaves nothing behind when it fails. */
export async function mergedFiles(merging: Merging, snapshot: Snapshot, table: MergeTable, candidates: readonly AddFile[], signal: AbortSignal | undefined): Promise<MergedFiles | undefined> {
  const tally: Tally = { found: [], parts: [], acts: new Map() };
  try {
    const attempt = await merging.engine.begin(table);
    for (const files of batchesOf(candidates)) {
      signal?.throwIfAborted();
      await mergeInto({ merging, snapshot, table, attempt, signal }, files, tally);
    }
    signal?.throwIfAborted();
    const { acts, ...inserted } = await attempt.insert(table.changes && tally.found.length > 0);
    tally.parts.push(partOf(inserted));
    count(tally, acts);
    return tally.acts.size === 0 ? undefined : summed(table.plan, writesVectors(snapshot), tally);
  } catch (error) {
    for (const path of tally.parts.flatMap(({ written }) => written)) await merging.store.remove(below(merging.location, path));
    throw error;
  }
}

function count({ acts: all }: Tally, acts: ReadonlyMap<number, number>): void {
  for (const [act, rows] of acts) all.set(act, (all.get(act) ?? 0) + rows);
}

function partOf({ files, changes }: MergeOutput): MergePart {
  return {
    actions: [...files.map((file) => ({ add: addOf(file, true) })), ...changes.map(({ path, size, partitionValues }) => ({ cdc: { path: encodePath(path), partitionValues, size, dataChange: false as const } }))],
    written: [...files, ...changes].map(({ path }) => path), files: files.length,
    rows: files.reduce((sum, { statistics }) => sum + statistics.numRecords, 0), bytes: files.reduce((sum, { size }) => sum + size, 0), changed: changes.reduce((sum, { rows }) => sum + rows, 0),
  };
}

interface Into { readonly merging: Merging; readonly snapshot: Snapshot; readonly table: MergeTable; readonly attempt: MergeAttempt; readonly signal: AbortSignal | undefined }

interface Found extends MatchedFile { readonly file: AddFile; readonly input: MergeInput; readonly acted: number; readonly isUpdated: boolean }

/** Looks through some files, and writes what comes in the place of those that hold rows which are acted on. */
async function mergeInto({ merging: { store, location }, snapshot, table, attempt, signal }: Into, files: readonly AddFile[], tally: Tally): Promise<void> {
  const { inputs } = await rewriteInputs(store, location, snapshot, files, false);
  const found = foundFiles(table, files, inputs, await attempt.find(inputs.map((input, number) => ({ ...input, number, partitionValues: files[number]?.partitionValues ?? {} }))));
  if (found.length === 0) return;
  requireChangeable(snapshot.metadata, store.locate(location));
  for (const { file, rows, acts } of found) {
    requireRows(store.locate(location), file, rows);
    count(tally, acts);
  }
  tally.found.push(...found);
  const withVectors = writesVectors(snapshot);
  if (withVectors) tally.parts.push({ ...(await marked({ store, location }, await withPlaces(attempt, found))), files: 0 });
  // Of a file whose rows all go nothing is left to be written, unless they are told.
  const written = found.filter((one) => one.isUpdated || table.changes || (!withVectors && one.acted < one.rows));
  if (written.length === 0) return;
  signal?.throwIfAborted();
  tally.parts.push(partOf(await attempt.change(written.map(({ input }) => input), withVectors ? "left" : "copied")));
}

function foundFiles({ plan: { clauses } }: MergeTable, files: readonly AddFile[], inputs: readonly Omit<MergeInput, "number" | "partitionValues">[], matched: readonly MatchedFile[]): readonly Found[] {
  return matched.map((one) => {
    const [file, input] = [files[one.number], inputs[one.number]];
    assert(file !== undefined && input !== undefined, "a file is found under the number that it was given");
    const acted = [...one.acts.values()].reduce((sum, rows) => sum + rows, 0);
    return { ...one, file, input: { ...input, number: one.number, partitionValues: file.partitionValues }, acted, isUpdated: [...one.acts.keys()].some((act) => clauses[act]?.action === "update") };
  });
}

/** Those that hold other rows too, with where the rows stand that clauses act on. */
async function withPlaces(attempt: MergeAttempt, found: readonly Found[]): Promise<readonly PartlyTouched[]> {
  const partly: PartlyTouched[] = [];
  for (const { file, number, rows, acted } of found) if (acted < rows) partly.push({ file, rows, matching: acted, places: await attempt.places(number, acted) });
  return partly;
}

/** What came of it all, once its rows add up. */
function summed({ clauses }: MergePlan, withVectors: boolean, { found, parts, acts }: Tally): MergedFiles {
  const sum = (of: (part: MergePart) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const did = (action: MergeClause["action"], kind?: MergeClause["kind"]): number => clauses.reduce((all, clause, act) => all + (clause.action === action && (kind ?? clause.kind) === clause.kind ? (acts.get(act) ?? 0) : 0), 0);
  const [inserted, updated, deleted] = [did("insert"), did("update"), did("delete")];
  const copied = withVectors ? 0 : found.reduce((all, { rows, acted }) => all + rows - acted, 0);
  // Never trusts a copy.
  assert.equal(sum(({ rows }) => rows), copied + updated + inserted, "as many rows are written as were found to stay, or to come");
  const changed = sum((part) => part.changed);
  if (changed > 0) assert.equal(changed, updated * 2 + deleted + inserted, "each row that changed is told");
  const vectors = found.filter(({ acted, rows }) => withVectors && acted < rows);
  const removed = found.filter((one) => !vectors.includes(one));
  const actions = parts.flatMap((part) => part.actions);
  const filesAdded = sum((part) => part.files);
  const renewed = vectors.filter(({ file }) => file.deletionVector !== undefined).length;
  const now = Date.now();
  return {
    actions: [...found.map(({ file }) => ({ remove: tombstoneOf(file, true, now) })), ...actions], written: parts.flatMap((part) => part.written),
    inserted, updated, deleted, filesRemoved: removed.length, filesAdded, vectorsAdded: vectors.length,
    metrics: {
      numTargetRowsInserted: inserted, numTargetRowsUpdated: updated, numTargetRowsDeleted: deleted, numTargetRowsCopied: copied, numOutputRows: copied + updated + inserted,
      numTargetRowsMatchedUpdated: did("update", "matched"), numTargetRowsMatchedDeleted: did("delete", "matched"),
      numTargetRowsNotMatchedBySourceUpdated: did("update", "notMatchedBySource"), numTargetRowsNotMatchedBySourceDeleted: did("delete", "notMatchedBySource"),
      numTargetFilesRemoved: removed.length, numTargetBytesRemoved: removed.reduce((all, { file }) => all + file.size, 0), numTargetFilesAdded: filesAdded, numTargetBytesAdded: sum((part) => part.bytes),
      numTargetChangeFilesAdded: actions.filter(({ cdc }) => cdc !== undefined).length,
      numTargetDeletionVectorsAdded: vectors.length, numTargetDeletionVectorsRemoved: renewed, numTargetDeletionVectorsUpdated: renewed,
    },
  };
}
