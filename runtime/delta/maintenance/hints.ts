/** What would make a table quicker to read, with counts: told by its snapshot alone. What `vacuum` would take is not in it: dead files are no part of a version. */
import { Failure } from "../../values/failure.ts";
import { partitionKey } from "../actions/partition-key.ts";
import { checkpointInterval } from "../checkpoints/checkpoint-writer.ts";
import { recordsOf } from "../snapshot/read.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { clusteringOf, nameOf } from "./cluster-by.ts";
import { isClustered } from "./cluster-plan.ts";
import { isSmall } from "./compaction-plan.ts";
import { targetBytesDefault, targetBytesOf } from "./target-size.ts";

/** A command that pays, and why. */
export interface Hint {
  readonly command: "optimize" | "optimize --purge" | "checkpoint";
  /** `files` would become `becoming`; or `files` hold `rows` deleted rows; or `commits` follow the newest checkpoint. */
  readonly counts: { readonly files?: number; readonly bytes?: number; readonly becoming?: number; readonly rows?: number; readonly commits?: number };
  /** Why, without the counts. */
  readonly reason: "small files" | "files that are not clustered" | "deleted rows" | "commits behind the newest checkpoint";
}

/** Files that are fewer by an optimize, at least. */
const gainMin = 8;
/** Of the rows of files with vectors, the part that is deleted. */
const deletedMin = 0.05;

interface Counted {
  readonly small: Map<string, { files: number; bytes: number }>;
  readonly loose: { files: number; bytes: number };
  readonly vectors: { files: number; bytes: number; rows: number; held: number };
}

/** What pays for the table of a snapshot. */
export function hintsFor(table: Snapshot): readonly Hint[] {
  const { clustering, targetBytes } = asSaid(table);
  const { small, loose, vectors } = counted(table, targetBytes, clustering);
  const hints: Hint[] = [];
  const packed = { files: 0, bytes: 0, becoming: 0 };
  for (const { files, bytes } of small.values()) {
    packed.files += files;
    packed.bytes += bytes;
    packed.becoming += Math.ceil(bytes / targetBytes);
  }
  if (clustering !== undefined && loose.files > 0) hints.push({ command: "optimize", reason: "files that are not clustered", counts: loose });
  if (clustering === undefined && packed.files - packed.becoming >= gainMin) hints.push({ command: "optimize", reason: "small files", counts: packed });
  if (vectors.files > 0 && vectors.rows > vectors.held * deletedMin) hints.push({ command: "optimize --purge", reason: "deleted rows", counts: { files: vectors.files, bytes: vectors.bytes, rows: vectors.rows } });
  const commits = table.version - (table.checkpoint ?? -1);
  if (commits > checkpointInterval(table)) hints.push({ command: "checkpoint", reason: "commits behind the newest checkpoint", counts: { commits } });
  return hints;
}

/** What a table says of its files; what makes no sense there is for those who act on it to refuse, not for those who look. */
function asSaid(table: Snapshot): { readonly clustering: readonly string[] | undefined; readonly targetBytes: number } {
  try {
    return { clustering: clusteringOf(table)?.map(nameOf), targetBytes: targetBytesOf(table.metadata) };
  } catch (error) {
    if (error instanceof Failure) return { clustering: undefined, targetBytes: targetBytesDefault };
    throw error;
  }
}

function counted(table: Snapshot, targetBytes: number, clustering: readonly string[] | undefined): Counted {
  const into: Counted = { small: new Map(), loose: { files: 0, bytes: 0 }, vectors: { files: 0, bytes: 0, rows: 0, held: 0 } };
  for (const file of table.files) {
    if (isSmall(file, targetBytes)) count(into.small.getOrInsertComputed(partitionKey(file), () => ({ files: 0, bytes: 0 })), file.size);
    if (clustering !== undefined && !isClustered(file, clustering)) count(into.loose, file.size);
    if (file.deletionVector === undefined) continue;
    count(into.vectors, file.size);
    into.vectors.rows += file.deletionVector.cardinality;
    into.vectors.held += (recordsOf(file) ?? 0) + file.deletionVector.cardinality;
  }
  return into;
}

function count(into: { files: number; bytes: number }, size: number): void {
  into.files += 1;
  into.bytes += size;
}
