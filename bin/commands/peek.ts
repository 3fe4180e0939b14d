/** `neuralake peek`: some rows of a table of the catalog, or of any Delta table by its path. */
import { addLakeCommand, asOfFrom, asOfOptions, nameList, wholeNumber, type AsOfOptions, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import { chosenFormat, outputOptions, type OutputOptions } from "../output-options.ts";
import { Option } from "commander";

type Options = LakeOptions & AsOfOptions & OutputOptions & { readonly columns?: string[]; readonly where?: string; readonly limit: number; readonly all?: boolean };

export const definePeek: DefineCommand = (program, terminal) => {
  const command = addLakeCommand(program, {
    usage: "peek <target>",
    summary: "show rows of a table",
    examples: ["neuralake peek flights.departures --where \"origin = 'SFO'\" --limit 5", "neuralake peek ./some/delta/table --all --format csv"],
  })
    .option("--columns <names>", "only these columns, `a,b`", nameList)
    .option("--where <sql>", "only rows for which this condition holds")
    .addOption(new Option("--limit <n>", "at most so many rows").argParser(wholeNumber(0)).default(20).conflicts("all"))
    .option("--all", "every row");
  for (const option of [...asOfOptions(), ...outputOptions()]) command.addOption(option);
  command.action(async (target: string, options: Options) => {
    const format = chosenFormat(options, terminal);
    await using lake = await openTargetLake(await findProject(options), target);
    const asOf = asOfFrom(options);
    const result = await lake.peek(resolveTarget(target), {
      signal: terminal.signal,
      ...(options.columns === undefined ? {} : { columns: options.columns }),
      ...(options.where === undefined ? {} : { where: options.where }),
      ...(options.all === true ? {} : { limit: options.limit }),
      ...(asOf === undefined ? {} : { asOf }),
    });
    const { writeOutput } = await import("../result-output.ts");
    await writeOutput(result, format, options, terminal);
  });
};
