/** The rows of a Parquet file of a checkpoint (protocol, "Checkpoint Schema") as actions; only the columns that are read are decoded. */
import type { RecordBatch } from "apache-arrow";
import { projectParquet } from "../../parquet/parquet-projection.ts";
import type { Projection } from "../../parquet/parquet-projection.ts";
import { decodeParquetSlices } from "../../parquet/parquet-slices.ts";
import { plainParts } from "../../parquet/plain-value.ts";
import { structJson } from "../../parquet/struct-json.ts";
import { Failure } from "../../values/failure.ts";
import { readAction } from "../actions/actions.ts";
import type { Action } from "../actions/actions.ts";
import { partsOf } from "./checkpoint-columns.ts";
import type { CheckpointAction } from "./checkpoint-columns.ts";

/** What else stands in a checkpoint of the second form. */
const formMarks = { checkpointMetadata: ["version"], sidecar: ["path", "sizeInBytes"] } as const;
/** Statistics as columns of their own: some writers keep no others. */
export const parsedStatistics = "stats_parsed";

/** The actions of these kinds and the marks of the second form, some at a time. DELTA_LOG_BROKEN. */
export function* decodeActions(bytes: Uint8Array, path: string, kinds: readonly CheckpointAction[]): Generator<Action[]> {
  const parts: { readonly [name: string]: readonly string[] } = { ...formMarks, ...Object.fromEntries(kinds.map((kind) => [kind, partsOf(kind)])) };
  const keeps = ([name = "", part = ""]: readonly string[]): boolean => parts[name]?.includes(part) === true || (name === "add" && parts["add"] !== undefined && part === parsedStatistics);
  const batches = guarded(path, function* () {
    const own = project(bytes, path, { keeps, skipsNulls: true });
    if (own !== undefined) yield* decodeParquetSlices(own, path);
  });
  for (const batch of batches) yield Object.entries(parts).flatMap(([name, own]) => actionsOf(batch, name, own, path));
}

/** The file of the columns that stay; undefined when there are none. */
export function project(bytes: Uint8Array, path: string, projection: Projection): Uint8Array | undefined {
  let kept = false;
  const projected = projectParquet(bytes, path, { ...projection, keeps: (leaf) => projection.keeps(leaf) && (kept = true) });
  return kept ? projected : undefined;
}

function actionsOf(batch: RecordBatch, name: string, parts: readonly string[], path: string): Action[] {
  const read = actionReader(batch, name, parts, path);
  if (read === undefined) return [];
  return Array.from({ length: batch.numRows }, (_, row) => read(row)).filter((action) => action !== undefined);
}

/** Gives the action of a row, undefined where the row has none of this name; itself undefined when no row has. */
export function actionReader(batch: RecordBatch, name: string, parts: readonly string[], path: string): ((row: number) => Action | undefined) | undefined {
  const column = batch.getChild(name);
  if (column === null || column.nullCount === column.length) return undefined;
  const cells = plainParts(column, parts);
  const texts = column.getChild("stats");
  const parsed = name === "add" && (texts === null || texts.nullCount === texts.length) ? column.getChild(parsedStatistics)?.data[0] : undefined;
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
    if (!(cause instanceof Failure) || cause.code !== "FILE_INVALID") throw cause;
    throw brokenCheckpoint(path, cause.message, cause);
  }
}

/** The failure for a checkpoint that cannot be read. */
export function brokenCheckpoint(path: string, what: string, cause?: unknown): Failure {
  return new Failure("DELTA_LOG_BROKEN", `The checkpoint ${path} cannot be read: ${what}`, { hint: "When the log has all its commits, the checkpoint can be removed.", place: { file: path }, ...(cause === undefined ? {} : { cause }) });
}
