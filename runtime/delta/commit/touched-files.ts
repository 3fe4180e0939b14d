/**
 * Which files of a snapshot hold rows that a condition is true of, and of how many of their rows it is. Partition values and statistics leave files
 * out, and say of some that all of their rows match; only what is left is opened (protocol, "Per-file Statistics").
 */
import assert from "node:assert/strict";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";
import { liveFilesOf } from "../actions/live-files.ts";
import { partitionKey } from "../actions/partition-key.ts";
import type { FoundRows, RowCondition, RowFinder, TableRows } from "../engine.ts";
import { readable, recordsOf } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";
import { coveredFiles } from "../statistics/covered.ts";
import { filesFor } from "../statistics/skipping.ts";
import type { ReadFiles } from "./conflict.ts";

/** A table, and the engine that finds rows in it. */
export interface Searching { readonly store: Store; readonly location: string; readonly finder: RowFinder }

/** A file that holds rows that match, and others. */
export interface PartlyTouched extends FoundRows { readonly file: AddFile }

export interface Touched {
  /** All of whose rows match; how many these are where that is known. */
  readonly whole: readonly { readonly file: AddFile; readonly rows: number | undefined }[];
  readonly partly: readonly PartlyTouched[];
  readonly reads: ReadFiles;
  /** Files that were opened. */
  readonly opened: number;
}

/** Looks for the rows; `withPlaces` tells where those stand that do not fill their file. FILE_NOT_FOUND, DELTA_LOG_BROKEN for a file with other rows than its statistics say. */
export async function touchedFiles(searching: Searching, snapshot: Snapshot, condition: RowCondition, withPlaces: boolean, signal?: AbortSignal): Promise<Touched> {
  const candidates = await candidatesOf(searching, snapshot, condition);
  const covered = isOfPartitions(snapshot, condition) ? candidates : coveredFiles(snapshot, candidates, condition);
  const keys = new Set(covered.map(fileKey));
  const whole: { readonly file: AddFile; readonly rows: number | undefined }[] = covered.map((file) => ({ file, rows: recordsOf(file) }));
  const partly: PartlyTouched[] = [];
  const opened = candidates.filter((file) => !keys.has(fileKey(file)));
  for (const files of searchedAtOnce(opened)) {
    signal?.throwIfAborted();
    for (const { file, ...found } of await search(searching, snapshot, files, condition, { withPlaces, ...(signal === undefined ? {} : { signal }) })) {
      if (found.matching === 0) continue;
      if (found.matching === found.rows) whole.push({ file, rows: found.rows });
      else partly.push({ file, ...found });
    }
  }
  return { whole, partly, opened: opened.length, reads: { keys: new Set(candidates.map(fileKey)), mayHold: async (added) => (await mayMatch(searching, snapshot, condition, added))[0] } };
}

/** A snapshot's rows as conditions speak of them. */
export function tableRows({ columns, physical, mapping, partitionColumns }: Snapshot): TableRows {
  return { columns, physical, byFieldId: mapping === "id", partitionColumns };
}

async function candidatesOf(searching: Searching, snapshot: Snapshot, condition: RowCondition): Promise<readonly AddFile[]> {
  return await inPartitions(searching, snapshot, condition, await throughDamage(searching.store, searching.location, snapshot, (own) => filesFor(own, condition.tests) ?? [...own.files]));
}

/** The files among new ones that may hold rows that match. */
async function mayMatch(searching: Searching, snapshot: Snapshot, condition: RowCondition, added: readonly AddFile[]): Promise<readonly AddFile[]> {
  if (added.length === 0) return [];
  return await inPartitions(searching, snapshot, condition, filesFor({ ...snapshot, files: liveFilesOf(added) }, condition.tests) ?? added);
}

/** Whether a condition is true of all rows of a partition, or of none. */
function isOfPartitions({ partitionColumns }: Snapshot, { columns }: RowCondition): boolean {
  return columns.every((name) => partitionColumns.includes(name));
}

/** Leaves out files of partitions that a condition over these alone is not true of. */
async function inPartitions({ finder }: Searching, snapshot: Snapshot, condition: RowCondition, files: readonly AddFile[]): Promise<readonly AddFile[]> {
  if (!isOfPartitions(snapshot, condition)) return files;
  const partitions = Map.groupBy(files, partitionKey);
  const values = [...partitions.values()].map(([first]) => first?.partitionValues ?? {});
  const holds = await finder.inPartitions(tableRows(snapshot), condition, values);
  const kept = new Set([...partitions.keys()].filter((_, k) => holds[k] === true));
  return files.filter((file) => kept.has(partitionKey(file)));
}

/** The engine looks through so many files at once, of about so many rows: they bound what it keeps of rows that match until it has seen all of them. */
const filesAtOnce = 256;
const rowsAtOnce = 8_000_000;

function searchedAtOnce(files: readonly AddFile[]): readonly (readonly AddFile[])[] {
  const parts: AddFile[][] = [];
  let rows = 0;
  for (const file of files) {
    const [last, own] = [parts.at(-1), recordsOf(file) ?? 0];
    rows += own;
    if (last !== undefined && last.length < filesAtOnce && rows <= rowsAtOnce) last.push(file);
    else {
      parts.push([file]);
      rows = own;
    }
  }
  return parts;
}

async function search({ store, location, finder }: Searching, snapshot: Snapshot, files: readonly AddFile[], condition: RowCondition, options: Parameters<RowFinder["find"]>[3]): Promise<readonly PartlyTouched[]> {
  const { files: near, ...table } = await readable(store, location, snapshot, files);
  const found = await finder.find(table, near, condition, options);
  return files.map((file, k) => {
    const own = found[k];
    assert(own !== undefined, "each file that is asked of is answered for");
    requireRows(store.locate(location), file, own.rows);
    return { file, ...own };
  });
}

/** DELTA_LOG_BROKEN for a file that holds other rows than its statistics say. */
export function requireRows(where: string, file: AddFile, rows: number): void {
  const told = recordsOf(file);
  if (told === undefined || told === rows) return;
  throw new Failure("DELTA_LOG_BROKEN", `${where}: the log says that ${file.path} holds ${told} rows, and it holds ${rows}.`, { hint: "Nothing was changed. Its statistics or its contents are not what was committed.", place: { file: file.path } });
}
