/** `neuralake vacuum`: removes files that no version needs any more; once, or again and again. */
import type { Lake } from "../../runtime/lake.ts";
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, timeLength, type DefineCommand } from "../command.ts";
import { processMetrics } from "../parent-process.ts";
import { findProject, type LakeOptions } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import { oneRound, roundsUntilStopped, useLake } from "../upkeep-rounds.ts";

interface VacuumOptions extends LakeOptions { readonly retain?: number; readonly dryRun?: boolean; readonly lite?: boolean; readonly allowShortRetention?: boolean; readonly every?: number }

type Vacuumed = Awaited<ReturnType<Lake["upkeep"]["vacuum"]>>;

export const defineVacuum: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "vacuum [target]",
    summary: "remove files that no version of a table needs any more; of all tables without a target",
    examples: ["neuralake vacuum flights.departures --dry-run", "neuralake vacuum --every 1h"],
  })
    .option("--retain <time>", "how long a removed file stays for queries and time travel (the table's own, 168h)", timeLength)
    .option("--allow-short-retention", "take a retention shorter than the table's own, when no query and no write takes that long")
    .option("--dry-run", "list what would be removed, and remove nothing")
    .option("--lite", "only what the log says was removed, without listing the table's files")
    .option("--every <time>", "again and again, this often, until Ctrl-C", timeLength)
    .action(async (target: string | undefined, options: VacuumOptions) => {
      const targets = target === undefined ? [] : [target];
      await using lakes = await useLake(await findProject(options), targets, terminal);
      const { retain, dryRun = false, lite = false, allowShortRetention = false } = options;
      const vacuum = (lake: Lake, table: string): Promise<Vacuumed> =>
        lake.upkeep.vacuum(table, { ...(retain === undefined ? {} : { retainMs: retain }), allowShort: allowShortRetention, dryRun, lite, signal: terminal.signal });
      if (options.every === undefined) {
        const results = await oneRound(lakes, targets, terminal, vacuum);
        if (terminal.json) return terminal.printJson(target === undefined ? results.map((one) => summary(one, dryRun)) : summary(results[0], dryRun));
        for (const result of results) await printResult(result, dryRun, terminal);
        return;
      }
      const { upkeep } = await processMetrics("vacuum");
      await roundsUntilStopped(lakes, { targets, everyMs: options.every, quietMs: options.every }, terminal, async (lake, table) => {
        const result = await vacuum(lake, table);
        if (!dryRun) upkeep.vacuumed(table, result.removed.length, result.bytes);
        if (result.removed.length === 0) return false;
        if (terminal.json) await terminal.write(`${JSON.stringify(summary(result, dryRun))}\n`);
        else await printResult(result, dryRun, terminal);
        return true;
      });
    });
};

function summary(result: Vacuumed | undefined, dryRun: boolean): object | null {
  if (result === undefined) return null;
  const { table, version, removed, bytes, leftovers } = result;
  return { table, version, files: removed.length, bytes, leftovers, dryRun, ...(dryRun ? { paths: removed } : {}) };
}

async function printResult({ table, removed, bytes }: Vacuumed, dryRun: boolean, terminal: Terminal): Promise<void> {
  const { style } = terminal;
  if (dryRun) for (const path of removed) await terminal.print(path);
  const files = `${pluralText(removed.length, "file")} of ${bytesText(bytes)}`;
  await terminal.print(`${style.blue(table)} ${removed.length === 0 ? style.quiet("has nothing to remove") : dryRun ? `${files} would be removed` : `${files} removed`}`);
}
