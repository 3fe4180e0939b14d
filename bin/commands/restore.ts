/** `neuralake restore`: a table as it was at a version or a time; or without what one version did. */
import { Option } from "commander";
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, asOfFrom, asOfOptions, wholeNumber, type AsOfOptions, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";

interface RestoreOptions extends LakeOptions, AsOfOptions { readonly undo?: number }

export const defineRestore: DefineCommand = (program, terminal) => {
  const command = addLakeCommand(program, {
    usage: "restore <target>",
    summary: "bring a table back to what it was at a version or a time, or take back one version alone",
    examples: ["neuralake restore flights.departures --version 12", "neuralake restore flights.departures --undo 13"],
  });
  for (const option of asOfOptions()) command.addOption(option);
  command
    .addOption(new Option("--undo <n>", "take back what this version did to the rows, and keep what came after it").argParser(wholeNumber(1)).conflicts(["version", "timestamp"]))
    .action(async (target: string, options: RestoreOptions) => {
      const asOf = asOfFrom(options);
      const wanted = options.undo === undefined ? asOf : { undo: options.undo };
      if (wanted === undefined) return command.error("missing one of the options '--version <n>', '--timestamp <time>' and '--undo <n>'");
      await using lake = await openTargetLake(await findProject(options), target);
      const result = await lake.upkeep.restore(resolveTarget(target), wanted);
      if (terminal.json) return terminal.printJson(result);
      const { table, version, changed, restored, removed } = result;
      const { style } = terminal;
      const what = `${pluralText(restored.files, "file")} of ${bytesText(restored.bytes)} came back, ${pluralText(removed.files, "file")} of ${bytesText(removed.bytes)} went`;
      await terminal.print(changed ? `${style.blue(table)} ${what} ${style.quiet(`(version ${version})`)}` : `${style.blue(table)} ${style.quiet(`is as it was then (version ${version})`)}`);
    });
};
