/** Which small files of a table are worth putting together: a plan, made of what the log says alone (the protocol leaves it to writers). */
import type { AddFile } from "../actions/actions.ts";
import { partitionKey } from "../actions/partition-key.ts";
import type { Bin } from "./repacking.ts";

export interface CompactionGoal {
  /** Bytes a file should have; one of half as many is no longer small. */
  readonly targetBytes: number;
  /** Fewer small files of a partition are left as they are; 2 or more. */
  readonly filesMin: number;
  /**
   * Whether more files are to come: then a file is written anew only beside at least its own weight of others, so that a row is rewritten
   * as often as its file can double, and not with each look at the table.
   */
  readonly growing: boolean;
}

/** The bins of a table's live files; none when it is as it should be. A bin of one file is none. */
export function planCompaction(files: Iterable<AddFile>, goal: CompactionGoal): readonly Bin[] {
  const small = Iterator.from(files).filter((file) => isSmall(file, goal.targetBytes));
  return [...byPartition(small)].flatMap((own) => {
    const chosen = goal.growing ? worthwhile(own) : own;
    return chosen.length < goal.filesMin ? [] : packFiles(chosen, goal.targetBytes).filter(({ files: bin }) => bin.length > 1);
  });
}

/** Whether a file has less than half of what it should have. */
export function isSmall({ size }: AddFile, targetBytes: number): boolean {
  return size < targetBytes / 2;
}

/** Files of each partition, in their order. */
export function byPartition(files: Iterable<AddFile>): Iterable<readonly AddFile[]> {
  return Map.groupBy(files, partitionKey).values();
}

/** The files up to the largest that weighs no more than all smaller ones together. */
function worthwhile(files: readonly AddFile[]): readonly AddFile[] {
  const bySize = files.toSorted((left, right) => left.size - right.size);
  let smaller = 0;
  let count = 0;
  for (const [index, file] of bySize.entries()) {
    if (file.size <= smaller) count = index + 1;
    smaller += file.size;
  }
  const chosen = new Set(bySize.slice(0, count));
  return files.filter((file) => chosen.has(file));
}

/** Puts files of one partition one after another into bins of a size. */
export function packFiles(files: readonly AddFile[], targetBytes: number): Bin[] {
  const bins: AddFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    if (bins.length === 0 || bytes + file.size > targetBytes) {
      bins.push([]);
      bytes = 0;
    }
    bins.at(-1)?.push(file);
    bytes += file.size;
  }
  return bins.map((own) => ({ partitionValues: own[0]?.partitionValues ?? {}, files: own }));
}
