/** `neuralake clone`: a new table with the rows of another, in files of its own or in the other's. */
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, asOfFrom, asOfOptions, type AsOfOptions, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";

export const defineClone: DefineCommand = (program, terminal) => {
  const command = addLakeCommand(program, {
    usage: "clone <target> <destination>",
    summary: "make a new table with the rows, schema and properties of another",
    examples: ["neuralake clone flights.departures s3://acme-lake/copies/departures", "neuralake clone ./some/table ./experiment --shallow"],
  }).option("--shallow", "copy no file: the new table names those of the other, which must not be vacuumed away");
  for (const option of asOfOptions()) command.addOption(option);
  command.action(async (target: string, destination: string, options: LakeOptions & AsOfOptions & { readonly shallow?: boolean }) => {
    await using lake = await openTargetLake(await findProject(options), target);
    const asOf = asOfFrom(options);
    const result = await lake.upkeep.clone(resolveTarget(target), resolveTarget(destination), { shallow: options.shallow === true, ...(asOf === undefined ? {} : { asOf }), signal: terminal.signal });
    if (terminal.json) return terminal.printJson(result);
    const { table, version, location, files, bytes, copied, marked } = result;
    const { style } = terminal;
    await terminal.print(`${style.blue(location)} ${pluralText(files, "file")} of ${bytesText(bytes)}${copied === 0 ? ", none of them copied" : ""} ${style.quiet(`(${table} version ${version})`)}`);
    if (marked === false) await terminal.print(style.quiet(`nothing could be noted at ${table}: a vacuum of it does not know of this clone, and may remove what the clone needs`));
  });
};
