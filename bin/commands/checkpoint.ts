/** `neuralake checkpoint`: the state of a table in its log, in the form that the table asks for, so that readers need not go through all commits; and the clean-up of the log behind it. */
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";

interface CheckpointOptions extends LakeOptions { readonly v2?: boolean }

export const defineCheckpoint: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "checkpoint <target>",
    summary: "write a checkpoint of a table's newest version into its log, and clean up what of the log is older than its retention",
    examples: ["neuralake checkpoint flights.departures", "neuralake checkpoint ./some/delta/table --v2"],
  })
    .option("--v2", "in the second form, with its files in sidecars, whatever the table's policy; the table must have the feature v2Checkpoint")
    .action(async (target: string, options: CheckpointOptions) => {
      await using lake = await openTargetLake(await findProject(options), target);
      const { table, version, written, form, actions = 0, bytes = 0, sidecars, cleaned } = await lake.upkeep.checkpoint(resolveTarget(target), options.v2 === undefined ? {} : { v2: options.v2 });
      if (terminal.json) return terminal.printJson({ table, version, written, form, ...(written ? { actions, bytes, ...(sidecars === undefined ? {} : { sidecars }) } : {}), cleaned });
      const { style } = terminal;
      const inSidecars = sidecars === undefined ? "" : `, ${pluralText(sidecars, "sidecar")}`;
      await terminal.print(written ? `${style.blue(table)} version ${version}: ${pluralText(actions, "action")} in ${bytesText(bytes)}${inSidecars}` : `${style.blue(table)} ${style.quiet(`version ${version} has a checkpoint already`)}`);
      if (cleaned.removed > 0) await terminal.print(style.quiet(`${pluralText(cleaned.removed, "file")} of the log (${bytesText(cleaned.bytes)}) removed, which no version within its retention needs`));
    });
};
