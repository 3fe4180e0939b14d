/** A snapshot as an engine reads it, and what the log alone tells of its size (protocol, "Data Files"). */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import type { FileBlock, FileFacts } from "../actions/file-block.ts";
import { liveRows } from "../actions/live-files.ts";
import { readDeletionVector } from "../deletion-vectors/deletion-vector.ts";
import type { ReadableFile, ReadableSnapshot, RowChange } from "../engine.ts";
import { below, decodePath, isAbsolute } from "../actions/file-paths.ts";
import { physicalRecordsOf } from "../actions/records.ts";
import { rowIdsOf, rowTrackingColumns } from "../features/row-tracking.ts";
import { outsidePlace } from "../actions/outside.ts";
import type { Snapshot } from "./snapshot.ts";

/** Exactly the live files, or those of them that are wanted, each where the engine can open it; what lies on another machine is fetched first, unless the engine reads it there (`afar`). */
export async function readable(store: Store, location: string, snapshot: Snapshot, files: Iterable<AddFile> = snapshot.files, afar = false): Promise<ReadableSnapshot> {
  return {
    columns: snapshot.columns,
    physical: snapshot.physical,
    byFieldId: snapshot.mapping === "id",
    partitionColumns: snapshot.partitionColumns,
    files: await Promise.all(Array.from(files, async (file) => await readableFile(store, location, file, afar))),
  };
}

/** One live file; its deletion vector is read when the engine asks. */
async function readableFile(store: Store, location: string, file: AddFile, afar = false): Promise<ReadableFile> {
  const { partitionValues, deletionVector: vector } = file;
  const url = (afar ? remoteFile(store, location, file) : undefined) ?? (await localFile(store, location, file));
  if (vector === undefined) return { url, partitionValues };
  return { url, partitionValues, selection: { take: "others", places: async () => await readDeletionVector(store, location, vector) } };
}

/** Live files as they are asked to be written anew: what is deleted of them stays behind, and where a table promises row ids each row keeps its own. `changed` rows are of the new version. */
export async function rewriteInputs(store: Store, location: string, table: Pick<Snapshot, "protocol" | "metadata">, files: readonly AddFile[], changed: boolean): Promise<Pick<RowChange, "inputs" | "rowTracking">> {
  const where = store.locate(location);
  const tracking = rowTrackingColumns(table, where);
  const inputs = await Promise.all(files.map(async (file) => {
    const { url, partitionValues, selection } = await readableFile(store, location, file);
    const rows = recordsOf(file);
    return { file: url, size: file.size, partitionValues, ...(rows === undefined ? {} : { rows }), ...(selection === undefined ? {} : { selection }), ...(tracking === undefined ? {} : { rowIds: rowIdsOf(file, where) }) };
  }));
  return { inputs, ...(tracking === undefined ? {} : { rowTracking: { ...tracking, changed } }) };
}

/** Files, bytes and rows of a snapshot; rows are null when a file does not say how many it holds. */
export function sizeOf(snapshot: Snapshot): { readonly files: number; readonly bytes: number; readonly rows: number | null } {
  const { blocks, tail, length, bytes } = snapshot.files;
  const inBlocks = blocks.reduce((sum, live) => liveRows(live).reduce((own, row) => own + (recordsIn(live.block)[row] ?? Number.NaN), sum), 0);
  const rows = tail.reduce((sum, file) => sum + (recordsOf(file) ?? Number.NaN), inBlocks);
  return { files: length, bytes, rows: Number.isNaN(rows) ? null : rows };
}

const counted = new WeakMap<FileBlock, Float64Array>();

/** The rows of each file of a block; NaN where it does not say. */
function recordsIn(block: FileBlock): Float64Array {
  return counted.getOrInsertComputed(block, () => Float64Array.from(block.readFacts(), (file) => recordsOf(file) ?? Number.NaN));
}

/** Rows of a file that are of the table, as the log tells; undefined when it does not. */
export function recordsOf(file: FileFacts): number | undefined {
  const physical = toldRecords(file);
  return physical === undefined ? undefined : physical - (file.deletionVector?.cardinality ?? 0);
}

/** Statistics are advice, and what is no JSON says nothing: `verify` tells of it. */
function toldRecords(file: FileFacts): number | undefined {
  try {
    return physicalRecordsOf(file);
  } catch (error) {
    if (error instanceof Failure && error.code === "DELTA_LOG_BROKEN") return undefined;
    throw error;
  }
}

/** A live file where the engine can open it. FILE_NOT_FOUND where a store that has to fetch it finds that it is gone. */
export function localFile(store: Store, location: string, { path, size }: Pick<AddFile, "path" | "size">): Promise<string> {
  const place = isAbsolute(path) ? outsidePlace(store, path) : { store, path: below(location, decodePath(path)) };
  return place.store.localize(place.path, size).catch((error: unknown) => {
    throw error instanceof Failure && error.code === "FILE_NOT_FOUND" ? fileGone(place.store.locate(place.path), error) : error;
  });
}

/** A live file's own address, where it has one that an engine reads. */
function remoteFile({ remote }: Store, location: string, { path }: AddFile): string | undefined {
  return isAbsolute(path) ? undefined : remote?.address(below(location, decodePath(path)));
}

/** The failure for a file that is to be read and is not there. */
export function fileGone(file: string, cause: unknown): Failure {
  return new Failure("FILE_NOT_FOUND", `There is no ${file} any more.`, {
    hint: "Vacuum removes files that only old versions of a table need: ask for a newer one. What the newest version misses, another hand removed: `neuralake verify` tells.", place: { file }, cause,
  });
}
