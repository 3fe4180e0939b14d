/** `neuralake optimize`: a table's files written anew for whoever reads it, the rows being the same. */
import { Option } from "commander";
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, byteSize, nameList, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import type { OptimizeResult } from "../../runtime/lake.ts";
import type { Terminal } from "../terminal.ts";

interface OptimizeFlags extends LakeOptions { readonly where?: string; readonly zOrderBy?: string[]; readonly clusterBy?: string[]; readonly targetSize?: number; readonly purge?: boolean }

export const defineOptimize: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "optimize <target>",
    summary: "write the files of a table anew for whoever reads it: small ones together, rows in order, or without deleted rows",
    examples: ["neuralake optimize flights.departures", "neuralake optimize ./some/delta/table --z-order-by origin,destination --where \"day >= DATE '2026-01-01'\"", "neuralake optimize flights.departures --purge"],
  })
    .option("--where <sql>", "which partitions: an SQL condition over the columns that partition the table")
    .addOption(new Option("--cluster-by <columns>", "what the table is clustered by from now on, a,b (or none): every optimize puts in order what came since").argParser(clusteringColumns).conflicts("where"))
    .addOption(new Option("--z-order-by <columns>", "rows that are near one another in these columns come into few files, this once: a,b").argParser(nameList).conflicts("clusterBy"))
    .option("--target-size <bytes>", "bytes a file should have (the table's delta.targetFileSize, else 128MiB)", byteSize)
    .addOption(new Option("--purge", "only files that deletion vectors delete rows of: afterwards these rows are in no live file").conflicts(["zOrderBy", "clusterBy"]))
    .action(async (target: string, { where, zOrderBy, clusterBy, targetSize, purge, ...options }: OptimizeFlags) => {
      await using lake = await openTargetLake(await findProject(options), target);
      terminal.progress(`looking at the files of ${target}`);
      const result = await lake.optimize(resolveTarget(target), {
        ...(where === undefined ? {} : { where }), ...(zOrderBy === undefined ? {} : { zOrderBy }), ...(clusterBy === undefined ? {} : { clusterBy }), ...(targetSize === undefined ? {} : { targetBytes: targetSize }), ...(purge === true ? { purge } : {}),
        signal: terminal.signal,
        tell: ({ before, after, version }) => terminal.progress(`${pluralText(before, "file")} became ${after} (version ${version})`),
      });
      if (terminal.json) return terminal.printJson(result);
      await terminal.print(optimizedLine(result, terminal));
    });
};

/** `none` clears them. */
function clusteringColumns(text: string): string[] {
  return text.trim().toLowerCase() === "none" ? [] : nameList(text);
}

function optimizedLine({ table, version, filesRemoved, filesAdded, bytesRemoved, bytesAdded, vectorsRemoved, dropped }: OptimizeResult, { style }: Terminal): string {
  const lost = dropped === 0 ? "" : `; ${pluralText(dropped, "group")} of files left to others, who were first`;
  if (filesRemoved === 0) return `${style.blue(table)} ${style.quiet(`is as it should be (version ${version}${lost})`)}`;
  const vectors = vectorsRemoved === 0 ? "" : `; ${pluralText(vectorsRemoved, "deletion vector")} gone`;
  return `${style.blue(table)} ${pluralText(filesRemoved, "file")} of ${bytesText(bytesRemoved)} became ${filesAdded} of ${bytesText(bytesAdded)} ${style.quiet(`(version ${version}${vectors}${lost})`)}`;
}
