/**
 * Checkpoints (protocol, "Checkpoints"), read: Parquet with a row for each action, in one file or in parts; or of the second form (V2 Spec),
 * Parquet or JSON, whose files may stand in sidecars.
 */
import type { RecordBatch } from "apache-arrow";
import type { Store } from "../../storage/store.ts";
import { decodeParquetSlices } from "../../parquet/parquet-slices.ts";
import { plainParts } from "../../parquet/plain-value.ts";
import { structJson } from "../../parquet/struct-json.ts";
import { Failure } from "../../values/failure.ts";
import { readAction } from "../actions/actions.ts";
import type { Action, Sidecar } from "../actions/actions.ts";
import { partsOf } from "./checkpoint-columns.ts";
import type { CheckpointAction } from "./checkpoint-columns.ts";
import { decodePath } from "../actions/file-paths.ts";
import { logDirectory, readActions } from "../log/log.ts";
import type { LoggedCheckpoint } from "../log/log.ts";

/** What a snapshot is made of: tombstones say nothing of its files. */
export const snapshotActions: readonly CheckpointAction[] = ["protocol", "metaData", "txn", "domainMetadata", "add"];

/** What else stands in a checkpoint of the second form. */
const formMarks = { checkpointMetadata: ["version"], sidecar: ["path", "sizeInBytes"] } as const;

/** The actions of these kinds in a checkpoint, some at a time. A damaged one is DELTA_LOG_BROKEN. */
export async function* readCheckpoint(store: Store, location: string, checkpoint: Pick<LoggedCheckpoint, "version" | "names">, kinds: readonly CheckpointAction[] = snapshotActions): AsyncGenerator<Action[]> {
  const sidecars: Sidecar[] = [];
  let marks = 0;
  for (const name of checkpoint.names) {
    const path = `${logDirectory(location)}${name}`;
    for await (const actions of name.endsWith(".json") ? jsonActions(store, path) : parquetActions(path, await store.read(path), kinds)) {
      for (const { sidecar, checkpointMetadata } of actions) {
        if (sidecar) sidecars.push(sidecar);
        if (checkpointMetadata) requireVersion(path, checkpointMetadata.version, checkpoint.version);
        if (checkpointMetadata) marks += 1;
      }
      yield actions.filter((action) => kinds.some((kind) => action[kind] !== undefined));
    }
  }
  requireForm(checkpoint, marks, sidecars.length);
  for (const sidecar of sidecars) yield* readSidecar(store, location, sidecar, kinds);
}

async function* jsonActions(store: Store, path: string): AsyncGenerator<Action[]> {
  yield await readActions(store, path);
}

/** Files alone stand in a sidecar. */
async function* readSidecar(store: Store, location: string, { path: encoded, sizeInBytes }: Sidecar, kinds: readonly CheckpointAction[]): AsyncGenerator<Action[]> {
  const name = decodePath(encoded);
  if (name === "" || /[/\\]/.test(name)) throw broken(name, "a sidecar is named by its file name alone");
  const path = `${logDirectory(location)}_sidecars/${name}`;
  const bytes = await readWhole(store, path);
  if (bytes.length !== sizeInBytes) throw broken(path, `it has ${bytes.length} bytes, and the checkpoint says ${sizeInBytes}`);
  yield* parquetActions(path, bytes, kinds.filter((kind) => kind === "add" || kind === "remove"));
}

async function readWhole(store: Store, path: string): Promise<Uint8Array> {
  try {
    return await store.read(path);
  } catch (error) {
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") throw broken(path, "it is not there", error);
    throw error;
  }
}

function requireVersion(path: string, found: number, version: number): void {
  if (found !== version) throw broken(path, `it says that it is of version ${found}, and its name says ${version}`);
}

/** The second form says so of itself, once; its own names and sidecars belong to no other. */
function requireForm({ names: [first = ""] }: Pick<LoggedCheckpoint, "names">, marks: number, sidecars: number): void {
  const second = /\.checkpoint\.[0-9a-f-]{36}\./.test(first) || sidecars > 0;
  if (marks === (second ? 1 : 0) || (marks === 1 && !second)) return;
  throw broken(first, `it has ${marks} rows of checkpointMetadata, and needs one`);
}

function* parquetActions(path: string, bytes: Uint8Array, kinds: readonly CheckpointAction[]): Generator<Action[]> {
  const parts: { readonly [name: string]: readonly string[] } = { ...formMarks, ...Object.fromEntries(kinds.map((kind) => [kind, partsOf(kind)])) };
  try {
    for (const batch of decodeParquetSlices(bytes, path)) {
      yield Object.entries(parts).flatMap(([name, own]) => actionsOf(batch, name, own, path));
    }
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "FILE_INVALID") throw cause;
    throw broken(path, cause.message, cause);
  }
}

function actionsOf(batch: RecordBatch, name: string, parts: readonly string[], path: string): Action[] {
  const column = batch.getChild(name);
  if (column === null || column.nullCount === column.length) return [];
  const cells = plainParts(column, parts);
  // Some writers keep statistics as columns of their own only.
  const texts = column.getChild("stats");
  const parsed = name === "add" && (texts === null || texts.nullCount === texts.length) ? column.getChild("stats_parsed")?.data[0] : undefined;
  const found: Action[] = [];
  for (let row = 0; row < batch.numRows; row++) {
    if (column.isValid(row)) found.push(readRow(name, () => withStatistics(cells(row), parsed === undefined ? undefined : structJson(parsed, row)), path, row));
  }
  return found;
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

function broken(path: string, what: string, cause?: unknown): Failure {
  return new Failure("DELTA_LOG_BROKEN", `The checkpoint ${path} cannot be read: ${what}`, { hint: "When the log has all its commits, the checkpoint can be removed.", place: { file: path }, ...(cause === undefined ? {} : { cause }) });
}
