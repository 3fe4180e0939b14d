/** `neuralake verify`: whether a table's log and files are whole; what is missing, broken or orphaned, and with `--repair` the mending of what can be mended. */
import { InvalidArgumentError } from "commander";
import type { Lake } from "../../runtime/lake.ts";
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, endWith, type DefineCommand } from "../command.ts";
import { printTable } from "../listing.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import type { Terminal } from "../terminal.ts";

interface VerifyOptions extends LakeOptions { readonly repair?: boolean; readonly dropMissing?: boolean; readonly dryRun?: boolean }

type Verification = Awaited<ReturnType<Lake["verify"]>>;
type Repaired = Awaited<ReturnType<Lake["repair"]>>;

export const defineVerify: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "verify <target>",
    summary: "read a table's whole log and every file's footer; report what is missing, broken or orphaned (exit code 3)",
    examples: ["neuralake verify flights.departures", "neuralake verify ./some/delta/table --json", "neuralake verify ./some/delta/table --repair --dry-run"],
  })
    .option("--repair", "mend what can be mended without losing anything: _last_checkpoint, damaged checkpoints, wrong checksums")
    .option("--drop-missing", "with --repair: drop live files that are gone from the log; their rows are lost")
    .option("--dry-run", "with --repair: say what would be done, and do nothing")
    .action(async (target: string, { repair = false, dropMissing = false, dryRun = false, ...options }: VerifyOptions) => {
      if (!repair && (dropMissing || dryRun)) throw new InvalidArgumentError("error: '--drop-missing' and '--dry-run' say how to repair: add --repair, or leave them out");
      await using lake = await openTargetLake(await findProject(options), target);
      if (repair) {
        const repaired = await lake.repair(resolveTarget(target), { dropMissing, dryRun, signal: terminal.signal });
        if (repaired.left.length > 0) endWith(3);
        return terminal.json ? terminal.printJson(repaired) : await printRepaired(repaired, terminal);
      }
      const verification = await lake.verify(resolveTarget(target), terminal.signal);
      if (verification.findings.length > 0) endWith(3);
      if (terminal.json) return terminal.printJson(verification);
      await printFindings(verification.findings, terminal);
      await printSum(verification, verification.findings.length === 0 ? "all is well" : pluralText(verification.findings.length, "finding"), terminal);
    });
};

async function printRepaired({ repairs, left, rowsLost, ...verification }: Repaired, terminal: Terminal): Promise<void> {
  for (const { message, done } of repairs) await terminal.print(done ? message : terminal.style.quiet(message));
  await printFindings(left, terminal);
  const done = repairs.filter((repair) => repair.done).length;
  const lost = rowsLost === 0 ? "" : `, ${rowsLost === null ? "an unknown number of rows" : pluralText(rowsLost, "row")} lost`;
  await printSum(verification, `${pluralText(done, "repair")}${lost}; ${left.length === 0 ? "nothing is left to mend" : `${pluralText(left.length, "finding")} left`}`, terminal);
}

async function printFindings(findings: Verification["findings"], terminal: Terminal): Promise<void> {
  if (findings.length > 0) await printTable(terminal, [{ title: "what" }, { title: "where" }, { title: "why" }], findings.map(({ kind, path, message }) => [kind, path, message]));
}

async function printSum({ version, logFiles, files, bytes, rows }: Verification, outcome: string, terminal: Terminal): Promise<void> {
  const read = `${pluralText(logFiles, "file")} of the log and ${pluralText(files, "data file")} (${bytesText(bytes)}${rows === null ? "" : `, ${pluralText(rows, "row")}`}) read`;
  await terminal.print(terminal.style.quiet(`${version === null ? "no version" : `version ${version}`}: ${read}; ${outcome}`));
}
