/** A snapshot as an engine reads it, and what the log alone tells of its size. */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { readDeletionVector } from "../deletion-vectors/deletion-vector.ts";
import type { ReadableFile, ReadableSnapshot, Rewrite } from "../engine.ts";
import { below, decodePath, isAbsolute } from "../actions/file-paths.ts";
import { outsidePlace } from "../actions/outside.ts";
import type { Snapshot } from "./snapshot.ts";

/** Exactly the live files, each where the engine can open it; what lies on another machine is fetched first. */
export async function readable(store: Store, location: string, snapshot: Snapshot): Promise<ReadableSnapshot> {
  return {
    columns: snapshot.columns,
    physical: snapshot.physical,
    byFieldId: snapshot.mapping === "id",
    partitionColumns: snapshot.partitionColumns,
    files: await Promise.all(snapshot.files.map(async (file) => await readableFile(store, location, file))),
  };
}

/** One live file; its deletion vector is read when the engine asks. */
async function readableFile(store: Store, location: string, file: AddFile): Promise<ReadableFile> {
  const { partitionValues, deletionVector: vector } = file;
  const url = await localFile(store, location, file);
  if (vector === undefined) return { url, partitionValues };
  return { url, partitionValues, selection: { take: "others", places: async () => await readDeletionVector(store, location, vector) } };
}

/** One live file as it is asked to be written anew: what is deleted of it stays behind. */
export async function rewriteInput(store: Store, location: string, file: AddFile): Promise<Rewrite["inputs"][number]> {
  const { url, selection } = await readableFile(store, location, file);
  return { file: url, size: file.size, ...(selection === undefined ? {} : { selection }) };
}

/** Files, bytes and rows of a snapshot; rows are null when a file does not say how many it holds. */
export function sizeOf(snapshot: Snapshot): { readonly files: number; readonly bytes: number; readonly rows: number | null } {
  let bytes = 0;
  let rows: number | null = 0;
  for (const file of snapshot.files) {
    bytes += file.size;
    const records = recordsOf(file);
    rows = records === undefined || rows === null ? null : rows + records;
  }
  return { files: snapshot.files.length, bytes, rows };
}

/** Rows of a file that are of the table, as the log tells; undefined when it does not. */
export function recordsOf(file: AddFile): number | undefined {
  const physical = physicalRecordsOf(file);
  return physical === undefined ? undefined : physical - (file.deletionVector?.cardinality ?? 0);
}

/** Rows that a file holds, deleted ones too. */
export function physicalRecordsOf({ path, stats }: AddFile): number | undefined {
  if (stats === undefined || stats === "") return undefined;
  // Most writers begin with it; the rest of the statistics is long and of no use here.
  const first = /^\{"numRecords":(\d+)[,}]/.exec(stats)?.[1];
  if (first !== undefined) return Number(first);
  try {
    const { numRecords } = (JSON.parse(stats) ?? {}) as { readonly numRecords?: unknown };
    return typeof numRecords === "number" ? numRecords : undefined;
  } catch (cause) {
    throw new Failure("DELTA_LOG_BROKEN", `The statistics of ${path} are no JSON.`, { place: { file: path }, cause });
  }
}

/** A live file where the engine can open it. FILE_NOT_FOUND where a store that has to fetch it finds that it is gone. */
export function localFile(store: Store, location: string, { path, size }: Pick<AddFile, "path" | "size">): Promise<string> | string {
  const localize = (name: string): Promise<string> => store.localize(name, size).catch((error: unknown) => {
    throw error instanceof Failure && error.code === "FILE_NOT_FOUND" ? fileGone(store.locate(name), error) : error;
  });
  if (!isAbsolute(path)) return localize(below(location, decodePath(path)));
  const place = outsidePlace(store, path);
  return "inStore" in place ? localize(place.inStore) : place.onDisk;
}

/** The failure for a file that is to be read and is not there. */
export function fileGone(file: string, cause: unknown): Failure {
  return new Failure("FILE_NOT_FOUND", `There is no ${file} any more.`, {
    hint: "Vacuum removes files that only old versions of a table need: ask for a newer one. What the newest version misses, another hand removed: `neuralake verify` tells.", place: { file }, cause,
  });
}
