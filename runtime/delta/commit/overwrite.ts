/**
 * New rows in the place of old ones, in one commit: of all that the table held, or of those that a condition is true of, which the new rows meet too.
 * What goes is deleted as by `delete.ts`; of a partition, or of the whole table, nothing is read (protocol, "Add File and Remove File").
 */
import { Failure } from "../../values/failure.ts";
import type { Action, Txn } from "../actions/actions.ts";
import { encodePath, below } from "../actions/file-paths.ts";
import type { RowCondition, WrittenFile } from "../engine.ts";
import { requireAppendable, requireWritable } from "../features/features.ts";
import { rulesMark } from "../rules/table-rules.ts";
import { localFile } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { addOf } from "./append.ts";
import { changedFiles, writesVectors } from "./changed-files.ts";
import type { ChangedFiles, ChangeOptions, Changing } from "./changed-files.ts";
import { commitComputed } from "./computed-change.ts";
import type { ChangeOutcome } from "./computed-change.ts";
import type { RowsChanged } from "./delete.ts";
import { requireChangeable } from "./replace.ts";
import { tableRows, touchedFiles } from "./touched-files.ts";

export interface Overwriting {
  /** Durable files for the table as of the base, in no version; they meet the condition. Whoever gives them removes them when this fails, unless with COMMIT_UNKNOWN. */
  readonly files: readonly WrittenFile[];
  /** Which rows go; all when left out. */
  readonly where?: string;
  /** Marks of applications, of which each gets the next version in the commit. */
  readonly applications?: readonly string[];
}

/** Replaces rows, as of `base` or of what the table became since: `rows` of the outcome are those that went. As `deleteRows`; COMMIT_CONFLICT also where the table's schema or rules are no longer those that the files were written for. */
export async function overwriteRows(changing: Changing, base: Snapshot, { files, where, applications = [] }: Overwriting, options: ChangeOptions = {}): Promise<ChangeOutcome<RowsChanged>> {
  const { store, location, finder } = changing;
  return await commitComputed(store, location, base, async (snapshot) => {
    const place = store.locate(location);
    requireWritable(snapshot, place);
    requireAppendable(snapshot, place);
    requireSame(base, snapshot, files, place);
    const condition = await finder.read(snapshot.columns, where ?? "true");
    const touched = await touchedFiles(changing, snapshot, condition, writesVectors(snapshot), options.signal);
    if (touched.whole.length + touched.partly.length > 0) requireChangeable(snapshot.metadata, place);
    const changed = await changedFiles(changing, snapshot, condition, touched, undefined, options);
    const told = await toldInserts(changing, snapshot, changed, files);
    const actions: readonly Action[] = [...applications.map((appId) => ({ txn: nextOf(snapshot, appId) })), ...changed.actions, ...files.map((file) => ({ add: addOf(file, true) })), ...told.actions];
    return {
      actions, written: [...changed.written, ...told.written], reads: touched.reads, rows: changed.rows, filesRead: touched.opened,
      filesRemoved: changed.filesRemoved, filesAdded: changed.filesAdded + files.length, vectorsAdded: changed.vectorsAdded,
      facts: { operation: "WRITE", parameters: { mode: "Overwrite", partitionBy: JSON.stringify(snapshot.partitionColumns), ...(where === undefined ? {} : { predicate: where }) }, metrics: metricsOf(changed, files) },
    };
  }, options.signal);
}

function nextOf({ transactions }: Snapshot, appId: string): Txn {
  return { appId, version: (transactions.get(appId) ?? 0) + 1, lastUpdated: Date.now() };
}

/** Files are of one schema, and were judged by one set of rules. */
function requireSame(base: Snapshot, snapshot: Snapshot, files: readonly WrittenFile[], where: string): void {
  const mark = rulesMark(snapshot);
  if (mark !== undefined && files.some(({ judged }) => judged !== mark)) {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} has rules for its rows, and these were not held against them.`, { place: { value: "checkConstraints" }, hint: "Write the rows through the lake." });
  }
  if (snapshot.metadata.schemaString === base.metadata.schemaString && snapshot.mapping === base.mapping && snapshot.partitionColumns.join("\0") === base.partitionColumns.join("\0")) return;
  throw new Failure("COMMIT_CONFLICT", `${where} was not overwritten: its schema was changed meanwhile.`, { hint: "Nothing was changed; try again.", retry: true });
}

/** A commit that writes some of its changes out writes all of them out: the new rows as well. */
async function toldInserts({ store, location, change }: Changing, snapshot: Snapshot, { actions, written }: ChangedFiles, files: readonly WrittenFile[]): Promise<Pick<ChangedFiles, "actions" | "written">> {
  if (!actions.some(({ cdc }) => cdc !== undefined)) return { actions: [], written: [] };
  const all: RowCondition = { sql: "true", columns: [], tests: [], exact: false };
  const told: { actions: Action[]; written: string[] } = { actions: [], written: [] };
  try {
    const inputs = await Promise.all(files.map(async ({ path, size, partitionValues }) => ({ file: await localFile(store, location, { path: encodePath(path), size }), size, partitionValues })));
    const { changes } = await change({ store, location, table: tableRows(snapshot), inputs, condition: all, rest: "left", changes: true, told: "insert", targetBytes: Number.POSITIVE_INFINITY });
    told.written.push(...changes.map(({ path }) => path));
    told.actions.push(...changes.map(({ path, size, partitionValues }) => ({ cdc: { path: encodePath(path), partitionValues, size, dataChange: false as const } })));
    return told;
  } catch (error) {
    for (const path of [...written, ...told.written]) await store.remove(below(location, path));
    throw error;
  }
}

function metricsOf({ rows, metrics }: ChangedFiles, files: readonly WrittenFile[]): { readonly [name: string]: number } {
  const output = { numFiles: files.length, numOutputRows: files.reduce((sum, { statistics }) => sum + statistics.numRecords, 0), numOutputBytes: files.reduce((sum, { size }) => sum + size, 0) };
  return { ...metrics, ...output, ...(rows === undefined ? {} : { numDeletedRows: rows }) };
}
