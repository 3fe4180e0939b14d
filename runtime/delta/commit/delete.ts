/** Rows deleted by a condition, in one commit: whole files by their tombstones alone, unread where the log says that all of their rows match (protocol, "Add File and Remove File", "Deletion Vectors"). */
import type { RowCondition } from "../engine.ts";
import { requireWritable } from "../features/features.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { changedFiles, writesVectors } from "./changed-files.ts";
import type { ChangedFiles, ChangeOptions, Changing } from "./changed-files.ts";
import { commitComputed } from "./computed-change.ts";
import type { ChangeOutcome, ComputedChange } from "./computed-change.ts";
import { requireChangeable } from "./replace.ts";
import { touchedFiles } from "./touched-files.ts";

/** What a change of rows came to. */
export interface RowsChanged extends ComputedChange, Pick<ChangedFiles, "rows" | "filesRemoved" | "filesAdded" | "vectorsAdded"> {
  /** Files that were opened to look for rows. */
  readonly filesRead: number;
}

/**
 * Deletes the rows that the condition is true of, as of `base` or of what the table became since. SQL_INVALID, SQL_FORBIDDEN; TABLE_NOT_WRITABLE for a table that only
 * grows; DELTA_UNSUPPORTED_FEATURE; and as `commitComputed`.
 */
export async function deleteRows(changing: Changing, base: Snapshot, where: string, options: ChangeOptions = {}): Promise<ChangeOutcome<RowsChanged>> {
  const { store, location, finder } = changing;
  return await commitComputed(store, location, base, async (snapshot) => {
    requireChanging(snapshot, store.locate(location));
    const condition = await finder.read(snapshot.columns, where);
    const touched = await touchedFiles(changing, snapshot, condition, writesVectors(snapshot), options.signal);
    if (touched.whole.length + touched.partly.length === 0) return undefined;
    const { rows, metrics, ...changed } = await changedFiles(changing, snapshot, condition, touched, undefined, options);
    return { ...changed, rows, filesRead: touched.opened, reads: touched.reads, facts: changeFacts("DELETE", condition, { ...metrics, ...(rows === undefined ? {} : { numDeletedRows: rows }) }) };
  }, options.signal);
}

/** DELTA_UNSUPPORTED_FEATURE, TABLE_NOT_WRITABLE for a table whose rows do not change by us, or at all. */
export function requireChanging(snapshot: Snapshot, where: string): void {
  requireWritable(snapshot, where);
  requireChangeable(snapshot.metadata, where);
}

/** As Spark says it. */
export function changeFacts(operation: "DELETE" | "UPDATE", { sql }: RowCondition, metrics: { readonly [name: string]: number }): ComputedChange["facts"] {
  return { operation, parameters: { predicate: JSON.stringify([sql]) }, metrics };
}
