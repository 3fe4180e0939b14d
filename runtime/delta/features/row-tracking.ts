/**
 * Row tracking (protocol, "Row Tracking"): every row has an id for life and the version it was last changed in. A file's rows are counted on
 * from its `baseRowId`; what was copied from elsewhere brings both along in columns of its own. Ids are given out when a commit's place is known.
 */
import { randomUUID } from "node:crypto";
import { Failure } from "../../values/failure.ts";
import { parseJson } from "../../values/json-text.ts";
import type { Action, AddFile, DomainMetadata, Metadata, Protocol } from "../actions/actions.ts";
import type { RowIds } from "../engine.ts";
import { physicalRecordsOf } from "../actions/records.ts";
import { isOn } from "./property.ts";

interface TableState { readonly protocol: Protocol; readonly metadata: Metadata }

/** Names, in data files, of the columns that hold ids and versions of copied rows. */
export interface RowTrackingColumns { readonly id: string; readonly version: string }

const domainName = "delta.rowTracking";
const idColumnKey = "delta.rowTracking.materializedRowIdColumnName";
const versionColumnKey = "delta.rowTracking.materializedRowCommitVersionColumnName";

/** Whether new files are given row ids: the table supports it and has not suspended it. */
export function tracksRows({ protocol: { writerFeatures = [] }, metadata }: TableState): boolean {
  return writerFeatures.includes("rowTracking") && !isOn(metadata, "delta.rowTrackingSuspended");
}

/** The columns that copied rows must bring their ids in; undefined for a table that promises no ids. DELTA_LOG_BROKEN for one that promises and does not name them. */
export function rowTrackingColumns(table: TableState, where: string): RowTrackingColumns | undefined {
  const { configuration } = table.metadata;
  if (!tracksRows(table) || !isOn(table.metadata, "delta.enableRowTracking")) return undefined;
  const [id, version] = [idColumnKey, versionColumnKey].map((property) => configuration[property]);
  if (id !== undefined && version !== undefined) return { id, version };
  throw new Failure("DELTA_LOG_BROKEN", `${where} has delta.enableRowTracking and does not say in which columns copied rows keep their ids.`, { place: { value: idColumnKey } });
}

/** What a new table says of where copied rows will keep their ids, which no column may ever be called. */
export function newRowTrackingColumns(): Metadata["configuration"] {
  return { [idColumnKey]: `_row-id-col-${randomUUID()}`, [versionColumnKey]: `_row-commit-version-col-${randomUUID()}` };
}

/** What a file's rows are counted from. DELTA_LOG_BROKEN for a file of a table that promises ids and did not give it any. */
export function rowIdsOf({ path, baseRowId, defaultRowCommitVersion }: AddFile, where: string): RowIds {
  if (baseRowId !== undefined && defaultRowCommitVersion !== undefined) return { first: baseRowId, version: defaultRowCommitVersion };
  throw new Failure("DELTA_LOG_BROKEN", `${path} of ${where} has no row ids, and the table promises them (delta.enableRowTracking).`, { hint: "Have the engine that enabled row tracking number its files.", place: { file: path } });
}

/**
 * The actions of a commit that becomes `version` behind a table with these domains: every file without numbers with ids that no row ever had, and the mark up to
 * which they are given out. Nothing else of them changes.
 */
export function withRowIds(actions: readonly Action[], domains: ReadonlyMap<string, DomainMetadata>, version: number, where: string): readonly Action[] {
  // A file that stays, with other rows deleted of it, keeps its numbers.
  if (!actions.some(({ add }) => add !== undefined && add.baseRowId === undefined)) return actions;
  let mark = highWaterMark(domains, where);
  const numbered = actions.map((action) => {
    if (action.add === undefined || action.add.baseRowId !== undefined) return action;
    const rows = physicalRecordsOf(action.add);
    if (rows === undefined) throw new Failure("DELTA_LOG_BROKEN", `${action.add.path} cannot be added to ${where}, which numbers its rows: its statistics do not say how many it holds.`, { place: { file: action.add.path } });
    const add = { ...action.add, baseRowId: mark + 1, defaultRowCommitVersion: version };
    mark += rows;
    return { ...action, add };
  });
  if (!Number.isSafeInteger(mark)) throw markFailure(where, String(mark));
  return [...numbered, { domainMetadata: { domain: domainName, configuration: JSON.stringify({ rowIdHighWaterMark: mark }), removed: false } }];
}

/** The highest id that was given out; -1 before the first. */
function highWaterMark(domains: ReadonlyMap<string, DomainMetadata>, where: string): number {
  const text = domains.get(domainName)?.configuration;
  if (text === undefined) return -1;
  const mark = markOf(text);
  if (typeof mark === "number" && Number.isSafeInteger(mark) && mark >= -1) return mark;
  throw markFailure(where, text);
}

function markOf(text: string): unknown {
  try {
    const json: unknown = parseJson(text);
    const mark: unknown = typeof json === "object" && json !== null ? Reflect.get(json, "rowIdHighWaterMark") : undefined;
    return typeof mark === "bigint" ? Number(mark) : mark;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function markFailure(where: string, text: string): Failure {
  return new Failure("DELTA_LOG_BROKEN", `${where} does not say up to which number its row ids are given out: ${text}`, { place: { value: domainName } });
}
