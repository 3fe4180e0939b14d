/** The statistics of the files of a Parquet checkpoint, a page at a time: enough to tell their rows where no file has partition values or a deletion vector (protocol, "Checkpoints"). */
import { isAscii } from "node:buffer";
import type { OpenParquet } from "../../parquet/parquet-footer.ts";
import { textReader } from "../../parquet/page-values.ts";
import { pagedColumn, textKind } from "../../parquet/parquet-pages.ts";
import type { FileFacts } from "../actions/file-block.ts";
import { parsedStatistics } from "./checkpoint-decode.ts";
import type { FileKeys } from "./checkpoint-keys.ts";

/** What tells the rows of each file, in order; undefined when it stands in other columns too, or in none that most writers make. RangeError on the way at what is out of the ordinary or damaged. */
export function passingFacts(file: OpenParquet, { count, vectors, pathAt }: Pick<FileKeys, "count" | "vectors" | "pathAt">): Generator<FileFacts> | undefined {
  const leaves = file.leaves.filter(({ path: [action] }) => action === "add");
  const holds = (part: string): boolean => leaves.some(({ path, values }) => path[1] === part && values !== 0);
  const stats = pagedColumn(file, ["add", "stats"], textKind);
  // Where a file has no statistics as text, it may have some in columns of their own.
  const isText = stats !== undefined && (stats.leaf.values === count || !holds(parsedStatistics));
  return isText && !holds("partitionValues") && vectors.size === 0 ? factsOf(stats, pathAt) : undefined;
}

function* factsOf(stats: NonNullable<ReturnType<typeof pagedColumn>>, pathAt: (row: number) => string): Generator<FileFacts> {
  const read = textReader();
  let file = 0;
  for (const page of stats.pages()) {
    const { bytes, from, starts, ends } = read(page);
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    // Of ASCII, places of bytes are places of characters.
    const whole = isAscii(all.subarray(from)) ? all.toString("latin1", from) : undefined;
    for (let row = 0, value = 0; row < page.rows; row++) {
      const level = page.levels === undefined ? stats.definition : (page.levels[row] ?? 0);
      if (level === 0) continue;
      const own = file++;
      if (level !== stats.definition) yield { path: pathAt(own), partitionValues: {} };
      else {
        const start = starts[value] ?? 0;
        const end = ends[value++] ?? 0;
        yield { path: pathAt(own), partitionValues: {}, stats: whole?.slice(start - from, end - from) ?? all.toString("utf8", start, end) };
      }
    }
  }
}
