/** `neuralake erase`: rows are gone for good, from every file of a table. */
import type { EraseResult } from "../../runtime/lake.ts";
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, endWith, type DefineCommand } from "../command.ts";
import { printTable } from "../listing.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import type { Terminal } from "../terminal.ts";

export const defineErase: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "erase <target>",
    summary: "erase the rows for which a condition is true for good, from all files of all versions, and look that nothing of them is left (exit code 3)",
    examples: ["neuralake erase shop.orders --where \"email = 'ada@example.org'\" --allow-short", "neuralake erase ./some/delta/table --where \"user_id = 17\" --allow-short --json"],
  })
    .requiredOption("--where <sql>", "which rows: an SQL condition over the table's columns")
    .option("--allow-short", "take from queries, other versions, the change feed and writes at work the files that they need: older versions are gone with what they hold of the rows")
    .action(async (target: string, options: LakeOptions & { readonly where: string; readonly allowShort?: boolean }) => {
      await using lake = await openTargetLake(await findProject(options), target);
      terminal.progress(`looking for rows of ${target}`);
      const result = await lake.eraseRows(resolveTarget(target), options.where, { allowShort: options.allowShort === true, signal: terminal.signal });
      if (result.look.found.length > 0) endWith(3);
      if (terminal.json) return terminal.printJson(result);
      await printErased(result, terminal);
    });
};

async function printErased({ table, version, erased, hidden, filesRewritten, filesRemoved, bytesRemoved, logFilesRemoved, look }: EraseResult, terminal: Terminal): Promise<void> {
  const { style } = terminal;
  const before = hidden === 0 ? "" : `, and ${hidden} that had been deleted before`;
  await terminal.print(`${style.blue(table)} lost ${pluralText(erased, "row")}${before} for good ${style.quiet(`(version ${version}, the only one there is now)`)}`);
  await terminal.print(style.quiet(`${pluralText(filesRewritten, "file")} written anew; ${pluralText(filesRemoved, "file")} of ${bytesText(bytesRemoved)} and ${pluralText(logFilesRemoved, "file")} of the log removed`));
  if (look.found.length > 0) await printTable(terminal, [{ title: "where" }, { title: "why" }], look.found.map(({ path, why }) => [path, why]));
  const outcome = look.found.length === 0 ? "nothing of the rows is in any" : `something of the rows is in ${pluralText(look.found.length, "file")}`;
  await terminal.print(`${pluralText(look.files, "data file")} (${pluralText(look.rows, "row")}) decoded, ${pluralText(look.otherFiles, "other file")} searched for ${pluralText(look.texts, "text")} of the rows: ${outcome}`);
  if (look.outside > 0) await terminal.print(`${pluralText(look.outside, "data file")} of the table lie in another table's folder, which is erased by itself`);
  await terminal.print(style.quiet("Not reached: deep clones of the table, shallow ones that other engines made, copies in caches (~/.cache/neuralake, .neuralake/cache), backups, older versions that a bucket keeps of its objects."));
}
