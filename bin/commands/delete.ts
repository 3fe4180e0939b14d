/** `neuralake delete`: the rows of a table for which a condition is true are deleted, in one version. */
import { pluralText } from "../amounts.ts";
import { changedFilesText } from "../changed-files-text.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import type { DeleteResult } from "../../runtime/lake.ts";
import type { Terminal } from "../terminal.ts";

export const defineDelete: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "delete <target>",
    summary: "delete the rows of a table for which a condition is true, in one version",
    examples: ["neuralake delete flights.departures --where \"origin = 'SFO' AND delay < 0\"", "neuralake delete ./some/delta/table --where \"day < DATE '2026-01-01'\" --json"],
  })
    .requiredOption("--where <sql>", "which rows: an SQL condition over the table's columns (`true` for all)")
    .action(async (target: string, options: LakeOptions & { readonly where: string }) => {
      await using lake = await openTargetLake(await findProject(options), target);
      terminal.progress(`looking for rows of ${target}`);
      const result = await lake.deleteRows(resolveTarget(target), options.where, { signal: terminal.signal });
      if (terminal.json) return terminal.printJson(result);
      await terminal.print(deletedLine(result, terminal));
    });
};

function deletedLine(result: DeleteResult, { style }: Terminal): string {
  const { table, version, deleted, filesRemoved } = result;
  if (deleted === 0 && filesRemoved === 0) return `${style.blue(table)} has no such row ${style.quiet(`(version ${version})`)}`;
  return `${style.blue(table)} lost ${deleted === null ? "rows" : pluralText(deleted, "row")} ${style.quiet(changedFilesText(result))}`;
}
