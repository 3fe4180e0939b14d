/** `neuralake checkpoint`: the state of a table in one file of its log, so that readers need not go through all commits. */
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";

export const defineCheckpoint: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "checkpoint <target>",
    summary: "write a checkpoint of a table's newest version into its log",
    examples: ["neuralake checkpoint flights.departures"],
  }).action(async (target: string, options: LakeOptions) => {
    await using lake = await openTargetLake(await findProject(options), target);
    const { table, version, written, actions = 0, bytes = 0, cleaned } = await lake.upkeep.checkpoint(resolveTarget(target));
    if (terminal.json) return terminal.printJson({ table, version, written, ...(written ? { actions, bytes } : {}), cleaned });
    const { style } = terminal;
    await terminal.print(written ? `${style.blue(table)} version ${version}: ${pluralText(actions, "action")} in ${bytesText(bytes)}` : `${style.blue(table)} ${style.quiet(`version ${version} has a checkpoint already`)}`);
    if (cleaned.removed > 0) await terminal.print(style.quiet(`${pluralText(cleaned.removed, "file")} of the log (${bytesText(cleaned.bytes)}) removed, which no version within its retention needs`));
  });
};
