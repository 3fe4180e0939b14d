/** `neuralake compact`: small files into large, beside running writers; and a checkpoint now and then, so that the log stays quick to read. */
import type { UpkeepMetrics } from "../../runtime/governance/metrics.ts";
import type { Lake } from "../../runtime/lake.ts";
import type { Compacted } from "../../runtime/lake/upkeep.ts";
import { bytesText, durationText, pluralText } from "../amounts.ts";
import { addLakeCommand, byteSize, timeLength, type DefineCommand } from "../command.ts";
import { processMetrics } from "../parent-process.ts";
import { findProject, type LakeOptions } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import { oneRound, roundsUntilStopped, useLake } from "../upkeep-rounds.ts";

interface CompactOptions extends LakeOptions { readonly every?: number; readonly once?: boolean; readonly targetSize?: number }

/** How often a table is looked at, unless told. */
const everyMs = 2_000;
/** A table where nothing happens is looked at this often. */
const quietMs = 15_000;

export const defineCompact: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "compact [tables...]",
    summary: "put small files of tables together as they come, until Ctrl-C; or once",
    examples: ["neuralake compact", "neuralake compact flights.live --every 5s", "neuralake compact flights.departures --once"],
  })
    .option("--every <time>", "how often a table is looked at (2s)", timeLength)
    .option("--once", "put everything small together now, and end")
    .option("--target-size <bytes>", "bytes a file should have; one of half as many is left as it is (128MiB)", byteSize)
    .action(async (tables: string[], options: CompactOptions) => {
      await using lakes = await useLake(await findProject(options), tables, terminal);
      const size = options.targetSize === undefined ? {} : { targetBytes: options.targetSize };
      if (options.once === true) {
        const results = await oneRound(lakes, tables, terminal, (lake, target) => lake.upkeep.compact(target, { ...size, signal: terminal.signal }));
        if (terminal.json) return terminal.printJson(results.map(summary));
        for (const result of results) await terminal.print(summaryLine(result, terminal));
        return;
      }
      const { upkeep } = await processMetrics("compact");
      await roundsUntilStopped(lakes, { targets: tables, everyMs: options.every ?? everyMs, quietMs }, terminal, (lake, target) => keepCompact(lake, target, size, upkeep, terminal));
    });
};

/** One look at a table that is being written to; each commit is told when it is done. */
async function keepCompact(lake: Lake, target: string, size: { readonly targetBytes?: number }, metrics: UpkeepMetrics, terminal: Terminal): Promise<boolean> {
  const result = await lake.upkeep.compact(target, {
    ...size, growing: true, signal: terminal.signal,
    tell: ({ before, after, seconds }) => metrics.compacted(target, before, after, seconds),
  });
  for (const commit of result.commits) {
    if (terminal.json) await terminal.write(`${JSON.stringify({ table: result.table, ...commit, files: result.files })}\n`);
    else await terminal.print(`${terminal.style.blue(result.table)} ${terminal.style.quiet(`${pluralText(commit.before, "file")} became ${commit.after} in ${durationText(commit.seconds * 1_000)} (version ${commit.version})`)}`);
  }
  if (result.checkpoint !== null && terminal.json) await terminal.write(`${JSON.stringify({ table: result.table, checkpoint: result.checkpoint })}\n`);
  return result.commits.length > 0 || result.dropped > 0;
}

function summary({ table, version, files, commits, dropped, checkpoint }: Compacted): { readonly table: string; readonly version: number; readonly files: number; readonly before: number; readonly after: number; readonly bytesBefore: number; readonly bytesAfter: number; readonly commits: number; readonly dropped: number; readonly checkpoint: number | null } {
  const sum = (part: "before" | "after" | "bytesBefore" | "bytesAfter"): number => commits.reduce((total, commit) => total + commit[part], 0);
  return { table, version, files, before: sum("before"), after: sum("after"), bytesBefore: sum("bytesBefore"), bytesAfter: sum("bytesAfter"), commits: commits.length, dropped, checkpoint };
}

function summaryLine(result: Compacted, { style }: Terminal): string {
  const { table, version, before, after, bytesBefore, bytesAfter } = summary(result);
  if (before === 0) return `${style.blue(table)} ${style.quiet("has nothing to put together")}`;
  return `${style.blue(table)} ${pluralText(before, "file")} of ${bytesText(bytesBefore)} became ${after} of ${bytesText(bytesAfter)} ${style.quiet(`(version ${version})`)}`;
}
