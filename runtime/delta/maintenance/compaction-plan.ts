/** Which small files of a table are worth putting together: a plan, made of what the log says alone (the protocol leaves it to writers). */
import type { AddFile } from "../actions/actions.ts";
import type { PartitionValues } from "../engine.ts";

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

/** Files of one partition that are to become one, in the order of the log. */
export interface Bin { readonly partitionValues: PartitionValues; readonly files: readonly AddFile[] }

/** Bytes of a file that is large enough for any scan. */
export const targetBytesDefault = 128 * 1024 * 1024;

/** The bins of a table's live files; none when it is as it should be. */
export function planCompaction(files: Iterable<AddFile>, goal: CompactionGoal): readonly Bin[] {
  const small = Iterator.from(files).filter((file) => file.size < goal.targetBytes / 2);
  const partitions = Map.groupBy(small, (file) => JSON.stringify(Object.entries(file.partitionValues).toSorted()));
  return [...partitions.values()].flatMap((own) => {
    const chosen = goal.growing ? worthwhile(own) : own;
    return chosen.length < goal.filesMin ? [] : pack(chosen, goal.targetBytes);
  });
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

/** Puts files one after another into bins of a size; a bin of one file is none. */
function pack(files: readonly AddFile[], targetBytes: number): Bin[] {
  const bins: AddFile[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    if (bytes + file.size > targetBytes) {
      bins.push([]);
      bytes = 0;
    }
    bins.at(-1)?.push(file);
    bytes += file.size;
  }
  return bins.filter((own) => own.length > 1).map((own) => ({ partitionValues: own[0]?.partitionValues ?? {}, files: own }));
}
