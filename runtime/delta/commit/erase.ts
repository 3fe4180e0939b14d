/**
 * Rows that are to be gone for good: every live file that holds one, also one that a deletion vector has hidden already, gives way to others without
 * them (protocol, "Add File and Remove File"). No vector is written, nor a file of changes, which would hold the rows; and the commit does not tell by what they were found.
 */
import assert from "node:assert/strict";
import type { AddFile } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";
import { liveFilesOf } from "../actions/live-files.ts";
import { partitionKey } from "../actions/partition-key.ts";
import { below } from "../actions/file-paths.ts";
import type { FoundRows, RowCondition } from "../engine.ts";
import { readable, rewriteInputs } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { filesFor } from "../statistics/skipping.ts";
import { addOf } from "./append.ts";
import type { ChangeOptions, Changing } from "./changed-files.ts";
import { commitComputed } from "./computed-change.ts";
import type { ChangeOutcome, ComputedChange } from "./computed-change.ts";
import { requireChanging } from "./delete.ts";
import { tombstoneOf } from "./replace.ts";
import { tableRows } from "./touched-files.ts";

export interface RowsErased extends ComputedChange {
  /** Rows of the table that are gone. */
  readonly erased: number;
  /** Rows that had been deleted before, and were still in files of the table. */
  readonly hidden: number;
  readonly filesRewritten: number;
}

/** A live file with rows to be erased: how many are rows of the table, and how many lie in it. */
interface Holding { readonly file: AddFile; readonly live: FoundRows; readonly physical: FoundRows }

/** Bytes of files that are written anew together. */
const targetBytes = 128 * 1024 * 1024;
const filesAtOnce = 256;

/** Takes the rows out of the table's live files. As `deleteRows`. */
export async function eraseRows(changing: Changing, base: Snapshot, where: string, options: ChangeOptions = {}): Promise<ChangeOutcome<RowsErased>> {
  const { store, location, finder } = changing;
  return await commitComputed(store, location, base, async (snapshot) => {
    requireChanging(snapshot, store.locate(location));
    const condition = await finder.read(snapshot.columns, where);
    const candidates = await throughDamage(store, location, snapshot, (own) => filesFor(own, condition.tests) ?? [...own.files]);
    const holding = await holdingRows(changing, snapshot, condition, candidates, options);
    if (holding.length === 0) return undefined;
    const mayHold = (added: readonly AddFile[]): Promise<AddFile | undefined> => Promise.resolve((filesFor({ ...snapshot, files: liveFilesOf(added) }, condition.tests) ?? added)[0]);
    return { ...(await withoutRows(changing, snapshot, condition, holding, options)), reads: { keys: new Set(candidates.map(fileKey)), mayHold } };
  }, options.signal);
}

/** Rows that meet the condition in each file, and among those that its vector leaves. */
export async function findPhysical({ store, location, finder }: Changing, snapshot: Snapshot, condition: RowCondition, files: readonly AddFile[], { signal }: ChangeOptions = {}): Promise<readonly FoundRows[]> {
  const found: FoundRows[] = [];
  for (let start = 0; start < files.length; start += filesAtOnce) {
    signal?.throwIfAborted();
    const { files: near, ...table } = await readable(store, location, snapshot, files.slice(start, start + filesAtOnce));
    found.push(...(await finder.find(table, near, condition, { withPlaces: false, ...(signal === undefined ? {} : { signal }) })));
  }
  return found;
}

/** The same file with all its rows. */
export function wholeFile({ deletionVector: _vector, ...file }: AddFile): AddFile {
  return file;
}

async function holdingRows(changing: Changing, snapshot: Snapshot, condition: RowCondition, candidates: readonly AddFile[], options: ChangeOptions): Promise<readonly Holding[]> {
  const physical = await findPhysical(changing, snapshot, condition, candidates.map(wholeFile), options);
  const files = candidates.flatMap((file, k) => {
    const own = physical[k];
    return own === undefined || own.matching === 0 ? [] : [{ file, physical: own }];
  });
  const live = await findPhysical(changing, snapshot, condition, files.map(({ file }) => file), options);
  return files.map((one, k) => ({ ...one, live: live[k] ?? one.physical }));
}

async function withoutRows({ store, location, change }: Changing, snapshot: Snapshot, condition: RowCondition, holding: readonly Holding[], { signal }: ChangeOptions): Promise<Omit<RowsErased, "reads">> {
  const inputs = [...Map.groupBy(holding.map(({ file }) => file), partitionKey).values()].flat();
  const { files } = await change({
    store, location, table: tableRows(snapshot), ...(await rewriteInputs(store, location, snapshot, inputs, false)), condition, rest: "copied", changes: false,
    indexed: indexedColumns(snapshot), targetBytes, ...(signal === undefined ? {} : { signal }),
  });
  const sum = (of: (one: Holding) => number): number => holding.reduce((all, one) => all + of(one), 0);
  const [erased, others] = [sum(({ live }) => live.matching), sum(({ live }) => live.rows - live.matching)];
  const [written, now] = [files.map(({ path }) => path), Date.now()];
  try {
    // Never trusts a copy.
    assert.equal(files.reduce((all, { statistics }) => all + statistics.numRecords, 0), others, "as many rows stay as were found not to match");
  } catch (error) {
    for (const path of written) await store.remove(below(location, path));
    throw error;
  }
  const metrics = { numRemovedFiles: holding.length, numAddedFiles: files.length, numCopiedRows: others, numDeletedRows: erased };
  return {
    // Of a feed, files without changes of their own tell all their rows as removed and added again, which comes to the same; where no row of the table goes nothing changes.
    actions: [...holding.map(({ file }) => ({ remove: tombstoneOf(file, erased > 0, now) })), ...files.map((file) => ({ add: addOf(file, erased > 0) }))],
    facts: { operation: "DELETE", parameters: { predicate: JSON.stringify(["(rows were erased)"]) }, metrics },
    written, erased, hidden: sum(({ physical }) => physical.matching) - erased, filesRewritten: holding.length,
  };
}
