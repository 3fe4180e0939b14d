/** A snapshot as an engine reads it, and what the log alone tells of its size. */
import { fileURLToPath } from "node:url";
import type { Store } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import type { AddFile } from "./actions.ts";
import type { ReadableSnapshot } from "./engine.ts";
import { below, decodePath, isAbsolute } from "./file-paths.ts";
import type { Snapshot } from "./snapshot.ts";

/** Exactly the live files, each where the engine can open it; what lies on another machine is fetched first. */
export async function readable(store: Store, location: string, snapshot: Snapshot): Promise<ReadableSnapshot> {
  return {
    columns: snapshot.columns,
    physical: snapshot.physical,
    byFieldId: snapshot.mapping === "id",
    partitionColumns: snapshot.partitionColumns,
    files: await Promise.all(snapshot.files.map(async (file) => ({ url: await localFile(store, location, file), partitionValues: file.partitionValues }))),
  };
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

/** Rows of a file as the log tells; undefined when it does not. */
export function recordsOf({ path, stats }: AddFile): number | undefined {
  if (stats === undefined || stats === "") return undefined;
  // Most writers begin with it; the rest of the statistics is long and of no use here.
  const first = /^\{"numRecords":(\d+)[,}]/.exec(stats)?.[1];
  if (first !== undefined) return Number(first);
  try {
    const { numRecords } = JSON.parse(stats) as { readonly numRecords?: unknown };
    return typeof numRecords === "number" ? numRecords : undefined;
  } catch (cause) {
    throw new Failure("DELTA_LOG_BROKEN", `The statistics of ${path} are no JSON.`, { place: { file: path }, cause });
  }
}

/** A live file where the engine can open it. */
export function localFile(store: Store, location: string, { path, size }: AddFile): Promise<string> | string {
  if (!isAbsolute(path)) return store.localize(below(location, decodePath(path)), size);
  const inside = decodePath(path).replace(/^s3[an]:/, "s3:");
  if (inside.startsWith(`${store.root}/`)) return store.localize(inside.slice(store.root.length + 1), size);
  if (path.startsWith("file:")) return fileURLToPath(path);
  if (path.startsWith("/")) return decodePath(path);
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `The log names a file at ${path}, which this version does not reach.`, { place: { value: path } });
}
