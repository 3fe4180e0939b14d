/** The rows of a Parquet file of a checkpoint (protocol, "Checkpoint Schema") as actions; only the columns that are read are decoded. */
import type { Data, RecordBatch, Vector } from "apache-arrow";
import { arrow } from "../../parquet/arrow.ts";
import type { OpenParquet } from "../../parquet/parquet-footer.ts";
import { pagedColumn } from "../../parquet/parquet-pages.ts";
import { projectParquet } from "../../parquet/parquet-projection.ts";
import type { Keeps } from "../../parquet/parquet-projection.ts";
import { decodeParquetRows, decodeParquetSlices } from "../../parquet/parquet-slices.ts";
import { plainParts } from "../../parquet/plain-value.ts";
import { structJson } from "../../parquet/struct-json.ts";
import { validRows } from "../../parquet/valid-rows.ts";
import { Failure } from "../../values/failure.ts";
import { readAction } from "../actions/actions.ts";
import type { Action } from "../actions/actions.ts";
import type { FileFacts } from "../actions/file-block.ts";
import { partsOf } from "./checkpoint-columns.ts";
import type { CheckpointAction } from "./checkpoint-columns.ts";

/** What else stands in a checkpoint of the second form. */
const formMarks = { checkpointMetadata: ["version"], sidecar: ["path", "sizeInBytes"] } as const;
/** Statistics as columns of their own: some writers keep no others. */
export const parsedStatistics = "stats_parsed";

/** What every action of a kind has; of files there are so many that all rows are decoded. */
const marks: { readonly [name: string]: string } = { protocol: "minReaderVersion", metaData: "id", txn: "appId", domainMetadata: "domain", checkpointMetadata: "version", sidecar: "path" };
/** Rows between two that are decoded together. */
const gapMax = 1_024;

/** The actions of these kinds and the marks of the second form, some at a time. DELTA_LOG_BROKEN. */
export function* decodeActions(file: OpenParquet, kinds: readonly CheckpointAction[]): Generator<Action[]> {
  const parts: { readonly [name: string]: readonly string[] } = { ...formMarks, ...Object.fromEntries(kinds.map((kind) => [kind, partsOf(kind)])) };
  const keeps = ([name = "", part = ""]: readonly string[]): boolean => parts[name]?.includes(part) === true || (name === "add" && parts["add"] !== undefined && part === parsedStatistics);
  const hasFiles = kinds.some((kind) => kind === "add" || kind === "remove");
  for (const batch of guarded(file.name, () => (hasFiles ? decodeAll(file, keeps) : decodeMarked(file, keeps)))) {
    yield Object.entries(parts).flatMap(([name, own]) => actionsOf(batch, name, own, file.name));
  }
}

function* decodeAll(file: OpenParquet, keeps: Keeps): Generator<RecordBatch> {
  const own = project(file, keeps);
  if (own !== undefined) yield* decodeParquetSlices(own, file.name);
}

/** The few rows that one column of each kind marks, among many of files. */
function* decodeMarked(file: OpenParquet, keeps: Keeps): Generator<RecordBatch> {
  const marking = file.leaves.filter(({ path, values }) => values !== 0 && keeps(path) && marks[path[0] ?? ""] === path[1]).map(({ path }) => path);
  const there = new Set(marking.map(([name]) => name));
  // A list or map without values may still be there, and empty.
  const empty = new Set(file.leaves.filter(({ values, definition }) => values === 0 && definition !== undefined).map(({ path }) => path.join(".")));
  const own = project(file, (leaf) => there.has(leaf[0]) && keeps(leaf) && !empty.has(leaf.join(".")));
  if (own === undefined) return;
  const rows = passingMarks(file, marking) ?? decodedMarks(file, marking);
  for (const { first, last } of runsOf(rows.toSorted((left, right) => left - right))) yield* decodeParquetRows(own, file.name, first, last - first + 1);
}

/** The rows in which one of these columns has something, from their levels alone; undefined when they are not as most writers make them, or damaged. */
function passingMarks(file: OpenParquet, marking: readonly (readonly string[])[]): number[] | undefined {
  const columns = marking.map((path) => pagedColumn(file, path));
  if (columns.includes(undefined)) return undefined;
  try {
    return columns.flatMap((column) => {
      const rows: number[] = [];
      for (const { first, rows: count, count: there, levels } of column?.pages() ?? []) {
        if (there > 0) for (let row = 0; row < count; row++) if (levels === undefined || levels[row] === column?.definition) rows.push(first + row);
      }
      return rows;
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The same, as the library decodes them. */
function decodedMarks(file: OpenParquet, marking: readonly (readonly string[])[]): number[] {
  const rows: number[] = [];
  const marked = project(file, (leaf) => marking.some((path) => path.join(".") === leaf.join(".")));
  let start = 0;
  for (const batch of marked === undefined ? [] : decodeParquetSlices(marked, file.name)) {
    for (const { name } of batch.schema.fields) for (const row of validRows(batch.getChild(name) ?? new (arrow().Vector)([]))) rows.push(start + row);
    start += batch.numRows;
  }
  return rows;
}

/** Ascending rows as runs. */
function runsOf(rows: readonly number[]): readonly { readonly first: number; readonly last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run !== undefined && row - run.last <= gapMax) run.last = row;
    else runs.push({ first: row, last: row });
  }
  return runs;
}

/** The file of the columns that stay; undefined when there are none. */
export function project(file: OpenParquet, keeps: Keeps): Uint8Array | undefined {
  return file.leaves.some(({ path }) => keeps(path)) ? projectParquet(file, keeps) : undefined;
}

function actionsOf(batch: RecordBatch, name: string, parts: readonly string[], path: string): Action[] {
  const read = actionReader(batch, name, parts, path);
  if (read === undefined) return [];
  return Array.from({ length: batch.numRows }, (_, row) => read(row)).filter((action) => action !== undefined);
}

/** Gives of the file in a row, which must be one, what tells its rows. */
export function factReader(batch: RecordBatch): (row: number) => Omit<FileFacts, "path"> {
  const column = batch.getChild("add");
  const cells = column === null ? () => ({}) : plainParts(column, ["partitionValues", "stats", "deletionVector"]);
  const parsed = column === null ? undefined : parsedOf(column);
  return (row) => {
    const { partitionValues = {}, stats, deletionVector } = cells(row) as Partial<FileFacts>;
    const text = typeof stats === "string" ? stats : parsed === undefined ? undefined : structJson(parsed, row);
    return { partitionValues, ...(text === undefined ? {} : { stats: text }), ...(deletionVector === undefined ? {} : { deletionVector }) };
  };
}

/** Statistics in columns of their own, when there are no others. */
function parsedOf(column: Vector): Data | undefined {
  const texts = column.getChild("stats");
  return texts === null || texts.nullCount === texts.length ? column.getChild(parsedStatistics)?.data[0] : undefined;
}

/** Gives the action of a row, undefined where the row has none of this name; itself undefined when no row has. */
export function actionReader(batch: RecordBatch, name: string, parts: readonly string[], path: string): ((row: number) => Action | undefined) | undefined {
  const column = batch.getChild(name);
  if (column === null || column.nullCount === column.length) return undefined;
  const cells = plainParts(column, parts);
  const parsed = name === "add" ? parsedOf(column) : undefined;
  return (row) => (column.isValid(row) ? readRow(name, () => withStatistics(cells(row), parsed === undefined ? undefined : structJson(parsed, row)), path, row) : undefined);
}

function withStatistics(parts: object, stats: string | undefined): object {
  return stats === undefined || Reflect.get(parts, "stats") != null ? parts : { ...parts, stats };
}

function readRow(name: string, cell: () => object, path: string, row: number): Action {
  try {
    return readAction({ [name]: cell() });
  } catch (error) {
    throw new Failure("DELTA_LOG_BROKEN", `Row ${row + 1} of ${path} is no action of a Delta log: ${error instanceof Error ? error.message : String(error)}`, { place: { file: path, line: row + 1 }, cause: error });
  }
}

/** What `read` gives, its failures told as those of the checkpoint. */
export function* guarded<T>(path: string, read: () => Iterable<T>): Generator<T> {
  try {
    yield* read();
  } catch (cause) {
    throw asBroken(path, cause);
  }
}

/** The same of one value. */
export function intact<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw asBroken(path, cause);
  }
}

function asBroken(path: string, cause: unknown): unknown {
  return cause instanceof Failure && cause.code === "FILE_INVALID" ? brokenCheckpoint(path, cause.message, cause) : cause;
}

/** The failure for a checkpoint that cannot be read. */
export function brokenCheckpoint(path: string, what: string, cause?: unknown): Failure {
  return new Failure("DELTA_LOG_BROKEN", `The checkpoint ${path} cannot be read: ${what}`, { hint: "When the log has all its commits, the checkpoint can be removed.", place: { file: path }, ...(cause === undefined ? {} : { cause }) });
}
