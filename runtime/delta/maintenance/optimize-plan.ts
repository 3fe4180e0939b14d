/** Which files an `optimize` writes anew, and which of them together: plans, made of what the log says alone (the protocol leaves it to writers). */
import type { AddFile } from "../actions/actions.ts";
import { physicalRecordsOf } from "../actions/records.ts";
import { byPartition, isSmall, packFiles } from "./compaction-plan.ts";
import type { Bin } from "./repacking.ts";

/** Of a file's rows, the part that may be deleted by a vector before the file is written anew for that alone: as Spark has it. */
const wornPart = 0.05;

/** Small files, and such as have lost many rows, put together; one that is merely small, and alone, stays. */
export function planPacking(files: Iterable<AddFile>, targetBytes: number): readonly Bin[] {
  const chosen = Iterator.from(files).filter((file) => isSmall(file, targetBytes) || isWorn(file));
  return [...byPartition(chosen)].flatMap((own) => packFiles(own, targetBytes)).filter(({ files: bin }) => bin.length > 1 || bin.some(isWorn));
}

/** Every file that a vector deletes rows of, however few. */
export function planPurge(files: Iterable<AddFile>, targetBytes: number): readonly Bin[] {
  return [...byPartition(Iterator.from(files).filter(({ deletionVector }) => deletionVector !== undefined))].flatMap((own) => packFiles(own, targetBytes));
}

/** All files of each partition. */
export function planOrder(files: Iterable<AddFile>): readonly Bin[] {
  return [...byPartition(files)].flatMap((own) => packFiles(own, Number.POSITIVE_INFINITY));
}

/** Whether so many rows of a file are deleted that it is worth writing anew; one that does not say how many it holds will, then. */
export function isWorn(file: AddFile): boolean {
  if (file.deletionVector === undefined) return false;
  const rows = physicalRecordsOf(file);
  return rows === undefined || file.deletionVector.cardinality > rows * wornPart;
}
