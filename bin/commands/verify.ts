/** `neuralake verify`: whether a table's log and files are whole; what is missing, broken or orphaned. */
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, endWith, type DefineCommand } from "../command.ts";
import { printTable } from "../listing.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";

export const defineVerify: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "verify <target>",
    summary: "read a table's whole log and every file's footer; report what is missing, broken or orphaned (exit code 3)",
    examples: ["neuralake verify flights.departures", "neuralake verify ./some/delta/table --json"],
  }).action(async (target: string, options: LakeOptions) => {
    await using lake = await openTargetLake(await findProject(options), target);
    const verification = await lake.verify(resolveTarget(target), terminal.signal);
    const { findings, version, logFiles, files, bytes, rows } = verification;
    if (findings.length > 0) endWith(3);
    if (terminal.json) return terminal.printJson(verification);
    if (findings.length > 0) await printTable(terminal, [{ title: "what" }, { title: "where" }, { title: "why" }], findings.map(({ kind, path, message }) => [kind, path, message]));
    const read = `${pluralText(logFiles, "file")} of the log and ${pluralText(files, "data file")} (${bytesText(bytes)}${rows === null ? "" : `, ${pluralText(rows, "row")}`}) read`;
    await terminal.print(terminal.style.quiet(`${version === null ? "no version" : `version ${version}`}: ${read}; ${findings.length === 0 ? "all is well" : pluralText(findings.length, "finding")}`));
  });
};
