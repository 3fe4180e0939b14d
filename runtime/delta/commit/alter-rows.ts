/**
 * Whether the rows that a table holds are what it is to ask of its rows from now on (protocol, "CHECK Constraints", "Column Invariants"). Files are read as the altered
 * table has them; one whose statistics say that none of its rows is amiss is not opened.
 */
import { quoteName } from "../../../compiler/ir/names.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { liveFilesOf } from "../actions/live-files.ts";
import type { RowCondition } from "../engine.ts";
import { constraintRule } from "../rules/table-rules.ts";
import { pathText } from "../schema/field-path.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { RowDemand } from "./alteration.ts";
import { touchedFiles } from "./touched-files.ts";
import type { Searching } from "./touched-files.ts";

/** Files that are named one by one. */
const toldMax = 3;

/** ROWS_REFUSED with how many rows of which files are not as they must be; the table is as it would be altered. */
export async function requireRows(searching: Searching, altered: Snapshot, files: readonly AddFile[], demands: readonly RowDemand[], signal?: AbortSignal): Promise<void> {
  if (files.length === 0) return;
  for (const demand of demands) {
    const condition = await broken(searching, altered, demand);
    const { whole, partly } = await touchedFiles(searching, { ...altered, files: liveFilesOf(files) }, condition, false, signal);
    const found = [...whole.map(({ file, rows }) => ({ file, rows })), ...partly.map(({ file, matching }) => ({ file, rows: matching }))];
    if (found.length > 0) throw refused(searching, demand, found);
  }
}

async function broken({ finder }: Searching, { columns }: Snapshot, demand: RowDemand): Promise<RowCondition> {
  if (demand.kind === "check") return finder.breaking(constraintRule(demand.name, demand.sql, columns));
  // Where a whole object is absent, so is all that is in it: Spark takes no such row.
  return await finder.read(columns, `${demand.path.map(quoteName).join(".")} IS NULL`);
}

function refused({ store, location }: Searching, demand: RowDemand, found: readonly { readonly file: AddFile; readonly rows: number | undefined }[]): Failure {
  const count = found.reduce((sum, { rows }) => sum + (rows ?? Number.NaN), 0);
  const files = found.slice(0, toldMax).map(({ file, rows }) => `${rows ?? "rows"} in ${file.path}`).join(", ");
  const what = demand.kind === "check" ? `${count === 1 ? "breaks" : "break"} the constraint ${demand.name} (${demand.sql})` : `${count === 1 ? "has" : "have"} no value in the column ${pathText(demand.path)}`;
  return new Failure("ROWS_REFUSED", `${store.locate(location)} was not altered: ${Number.isNaN(count) ? "rows" : count === 1 ? "1 row" : `${count} rows`} ${what}: ${files}${found.length > toldMax ? `, and ${found.length - toldMax} more files` : ""}.`, {
    hint: "Update or delete these rows first.", place: { file: found[0]?.file.path ?? "", value: demand.kind === "check" ? demand.sql : pathText(demand.path) },
  });
}
