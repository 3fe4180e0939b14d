/**
 * Rows of a source merged into a table, in one commit: rows that match get new values or go, rows of either side that match none are inserted, changed or go. Files are looked through some at
 * a time, and what comes in their place is written before the next (protocol, "Add File and Remove File", "Deletion Vectors", "Change Data Files").
 */
import { requireAppendable, requireWritable } from "../features/features.ts";
import { isOn } from "../features/property.ts";
import type { MergeClauses, MergedValues, MergePlan, MergeTable } from "../merge-engine.ts";
import { madeColumns } from "../rules/made-columns.ts";
import { rulesOf } from "../rules/table-rules.ts";
import { rewriteInputs } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { targetBytes } from "./changed-files.ts";
import type { ChangeOptions } from "./changed-files.ts";
import { commitComputed } from "./computed-change.ts";
import type { ChangeOutcome, ComputedChange } from "./computed-change.ts";
import { mergeFacts } from "./merge-facts.ts";
import { candidatesOf, readFilesOf, wantedRows } from "./merge-files.ts";
import { mergedFiles } from "./merged-files.ts";
import type { MergedFiles, Merging } from "./merged-files.ts";
import { tableRows } from "./touched-files.ts";
import { followingValues } from "./update.ts";
import type { Declared } from "./update.ts";

export interface MergeOptions extends ChangeOptions { readonly declared?: Declared }

/** What a merge came to. */
export interface RowsMerged extends ComputedChange, Omit<MergedFiles, "metrics"> {
  /** Files that were looked into. */
  readonly filesRead: number;
}

/**
 * Merges the engine's source by the clauses, as of `base` or of what the table became since; no change where no clause acts on any row. SQL_INVALID, SQL_FORBIDDEN; ROWS_REFUSED for a new row that is not
 * as it must be, and where two rows of the source would change one; TABLE_NOT_WRITABLE, DELTA_UNSUPPORTED_FEATURE; and as `commitComputed`.
 */
export async function mergeRows(merging: Merging, base: Snapshot, clauses: MergeClauses, { declared, signal }: MergeOptions = {}): Promise<ChangeOutcome<RowsMerged>> {
  const { store, location, engine } = merging;
  return await commitComputed(store, location, base, async (snapshot) => {
    const where = store.locate(location);
    requireWritable(snapshot, where);
    declared?.require?.(snapshot);
    const plan = await engine.read(snapshot.columns, clauses);
    if (plan.clauses.some(({ action }) => action === "insert")) requireAppendable(snapshot, where);
    const wanted = wantedRows(plan, await engine.keyTests(plan));
    const candidates = await candidatesOf(store, location, snapshot, wanted);
    const merged = await mergedFiles(merging, snapshot, await mergeTable(merging, snapshot, plan, declared), candidates, signal);
    if (merged === undefined) return undefined;
    const { metrics, ...change } = merged;
    return { ...change, filesRead: candidates.length, reads: readFilesOf(snapshot, candidates, wanted), facts: mergeFacts(plan, { numSourceRows: engine.sourceRows, ...metrics }) };
  }, signal);
}

async function mergeTable({ store, location }: Merging, snapshot: Snapshot, plan: MergePlan, declared: Declared | undefined): Promise<MergeTable> {
  const where = store.locate(location);
  const { rowTracking } = await rewriteInputs(store, location, snapshot, [], false);
  return {
    store, location, rows: tableRows(snapshot), plan, values: plan.clauses.map((clause) => valuesOf(snapshot, clause, where, declared)), rules: rulesOf(snapshot, where), conditions: declared?.conditions ?? [],
    changes: isOn(snapshot.metadata, "delta.enableChangeDataFeed"), indexed: indexedColumns(snapshot), targetBytes, ...(rowTracking === undefined ? {} : { rowTracking }),
  };
}

/** What a clause brings beside what it sets: rows that are inserted get what the table makes of columns that are left out. */
function valuesOf(snapshot: Snapshot, { action, set }: MergePlan["clauses"][number], where: string, declared: Declared | undefined): MergedValues {
  if (action === "delete") return { follows: [], made: [] };
  if (action === "update") return followingValues(snapshot, set, where, declared);
  const given = new Set(set.map(({ column }) => column));
  return { follows: (declared?.follows ?? []).filter(({ column }) => !given.has(column)), made: madeColumns(snapshot, where).filter(({ name }) => !given.has(name)) };
}
