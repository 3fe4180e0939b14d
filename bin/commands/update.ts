/** `neuralake update`: rows of a table for which a condition is true get new values, in one version. */
import { pluralText } from "../amounts.ts";
import { assignment, type Assigned } from "../assignment.ts";
import { changedFilesText } from "../changed-files-text.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";

export const defineUpdate: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "update <target>",
    summary: "give the rows of a table for which a condition is true new values, in one version",
    examples: ["neuralake update flights.departures --set \"delay = 0\" --where \"delay < 0\"", "neuralake update ./some/delta/table --set \"city = upper(city)\" --set \"checked = true\" --where \"city = 'Bern'\" --json"],
  })
    .requiredOption("--set <column=sql>", "a column and its new value, in SQL over the row as it was; once for each column", assignment)
    .requiredOption("--where <sql>", "which rows: an SQL condition over the table's columns (`true` for all)")
    .action(async (target: string, options: LakeOptions & { readonly set: readonly Assigned[]; readonly where: string }) => {
      await using lake = await openTargetLake(await findProject(options), target);
      terminal.progress(`looking for rows of ${target}`);
      const result = await lake.updateRows(resolveTarget(target), options.set, options.where, { signal: terminal.signal });
      if (terminal.json) return terminal.printJson(result);
      const { style } = terminal;
      await terminal.print(result.updated === 0 ? `${style.blue(result.table)} has no such row ${style.quiet(`(version ${result.version})`)}` : `${style.blue(result.table)} has new values in ${pluralText(result.updated, "row")} ${style.quiet(changedFilesText(result))}`);
    });
};
