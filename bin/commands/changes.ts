/** `neuralake changes`: what was inserted, deleted and updated between two versions of a table. */
import { addLakeCommand, nameList, wholeNumber, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import { chosenFormat, outputOptions, type OutputOptions } from "../output-options.ts";
import { Option } from "commander";

type Options = LakeOptions & OutputOptions & { readonly from: number; readonly to?: number; readonly columns?: string[]; readonly where?: string; readonly limit?: number };

export const defineChanges: DefineCommand = (program, terminal) => {
  const command = addLakeCommand(program, {
    usage: "changes <target>",
    summary: "show the rows that changed between versions of a table, with _change_type, _commit_version and _commit_timestamp",
    examples: ["neuralake changes ./some/delta/table --from 3", "neuralake changes ./some/delta/table --from 3 --to 5 --where \"_change_type = 'delete'\" --format csv"],
  })
    .addOption(new Option("--from <n>", "the first version whose changes are shown").argParser(wholeNumber(0)).makeOptionMandatory())
    .addOption(new Option("--to <n>", "the last one (the newest when left out)").argParser(wholeNumber(0)))
    .option("--columns <names>", "only these columns, `a,b`", nameList)
    .option("--where <sql>", "only rows for which this condition holds")
    .addOption(new Option("--limit <n>", "at most so many rows").argParser(wholeNumber(0)));
  for (const option of outputOptions()) command.addOption(option);
  command.action(async (target: string, options: Options) => {
    const format = chosenFormat(options, terminal);
    await using lake = await openTargetLake(await findProject(options), target);
    const { from, to, columns, where, limit } = options;
    const result = await lake.changes(resolveTarget(target), { from, ...(to === undefined ? {} : { to }) }, {
      signal: terminal.signal,
      ...(columns === undefined ? {} : { columns }),
      ...(where === undefined ? {} : { where }),
      ...(limit === undefined ? {} : { limit }),
    });
    const { writeOutput } = await import("../result-output.ts");
    await writeOutput(result, format, options, terminal);
  });
};
