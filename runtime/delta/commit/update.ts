/**
 * Rows that a condition is true of get new values, in one commit. The new rows are all that the table asks of its rows, and what it makes of other columns
 * is made again (protocol, "Generated Columns"); a row whose partition changes comes to lie there, and keeps its id.
 */
import { Failure } from "../../values/failure.ts";
import type { Assignment, NewValues } from "../engine.ts";
import { madeColumns } from "../rules/made-columns.ts";
import { rulesOf } from "../rules/table-rules.ts";
import { schemaFields } from "../schema/types.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { changedFiles, writesVectors } from "./changed-files.ts";
import type { ChangeOptions, Changing } from "./changed-files.ts";
import { commitComputed } from "./computed-change.ts";
import type { ChangeOutcome } from "./computed-change.ts";
import { changeFacts, requireChanging } from "./delete.ts";
import type { RowsChanged } from "./delete.ts";
import { touchedFiles } from "./touched-files.ts";

/** What those who declared a table ask of its rows beside the table itself: see `NewValues`. */
export interface Declared extends Pick<NewValues, "conditions"> {
  /** Columns that follow from another one. */
  readonly follows: readonly (Assignment & { readonly of: string })[];
  /** Told before anything is read where the table as it is cannot be updated. */
  readonly require?: (snapshot: Snapshot) => void;
}

export interface UpdateOptions extends ChangeOptions { readonly declared?: Declared }

/** Sets columns of the rows that the condition is true of. As `deleteRows`; VALUE_INVALID, and ROWS_REFUSED for a new row that breaks a rule. */
export async function updateRows(changing: Changing, base: Snapshot, given: readonly Assignment[], where: string, { declared, ...options }: UpdateOptions = {}): Promise<ChangeOutcome<RowsChanged>> {
  const { store, location, finder } = changing;
  return await commitComputed(store, location, base, async (snapshot) => {
    requireChanging(snapshot, store.locate(location));
    declared?.require?.(snapshot);
    const condition = await finder.read(snapshot.columns, where);
    const set = await finder.readAssignments(snapshot.columns, given);
    const values = newValues(snapshot, set, store.locate(location), declared);
    const touched = await touchedFiles(changing, snapshot, condition, writesVectors(snapshot), options.signal);
    if (touched.whole.length + touched.partly.length === 0) return undefined;
    const { rows, metrics, ...changed } = await changedFiles(changing, snapshot, condition, touched, values, options);
    return { ...changed, rows, filesRead: touched.opened, reads: touched.reads, facts: changeFacts("UPDATE", condition, { ...metrics, ...(rows === undefined ? {} : { numUpdatedRows: rows }) }) };
  }, options.signal);
}

function newValues(snapshot: Snapshot, set: readonly Assignment[], where: string, declared: Declared | undefined): NewValues {
  if (set.length === 0) throw new Failure("SQL_INVALID", "No column is given a value.", { hint: "Set at least one." });
  return { set, ...followingValues(snapshot, set, where, declared), rules: rulesOf(snapshot, where), conditions: declared?.conditions ?? [] };
}

/** What follows from columns that are set. DELTA_UNSUPPORTED_FEATURE for a column by which the table numbers its rows. */
export function followingValues(snapshot: Snapshot, set: readonly Assignment[], where: string, declared: Declared | undefined): Pick<NewValues, "follows" | "made"> {
  const given = new Set(set.map(({ column }) => column));
  const numbered = schemaFields(snapshot.metadata.schemaString).find(({ name, metadata }) => given.has(name) && Object.keys(metadata ?? {}).some((key) => key.startsWith("delta.identity.")));
  if (numbered !== undefined) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} numbers its rows in the column ${numbered.name}, which is given no other value.`, { place: { value: "identityColumns" }, hint: "Leave the column as it is." });
  const follows = (declared?.follows ?? []).filter(({ column, of }) => given.has(of) && !given.has(column));
  const changed = new Set([...given, ...follows.map(({ column }) => column)]);
  const made = madeColumns(snapshot, where).filter(({ kind, name, columns }) => kind === "generated" && !changed.has(name) && columns.some((column) => changed.has(column)));
  return { follows, made };
}
