/** The `neuralake` command: builds the program out of bin/commands/, runs it, and ends the process with its exit code. */
import { Command } from "commander";
import { defineAlter } from "./commands/alter.ts";
import { defineApply } from "./commands/apply.ts";
import { defineChanges } from "./commands/changes.ts";
import { defineCheckpoint } from "./commands/checkpoint.ts";
import { defineClone } from "./commands/clone.ts";
import { defineCompact } from "./commands/compact.ts";
import { defineCompile } from "./commands/compile.ts";
import { defineDelete } from "./commands/delete.ts";
import { defineDescribe } from "./commands/describe.ts";
import { defineDev } from "./commands/dev.ts";
import { defineDoctor } from "./commands/doctor.ts";
import { defineErase } from "./commands/erase.ts";
import { defineExplain } from "./commands/explain.ts";
import { defineHistory } from "./commands/history.ts";
import { defineHook } from "./commands/hook.ts";
import { defineImport } from "./commands/import.ts";
import { defineIngest } from "./commands/ingest.ts";
import { defineInit } from "./commands/init.ts";
import { defineLineage } from "./commands/lineage.ts";
import { defineLoad } from "./commands/load.ts";
import { defineLs } from "./commands/ls.ts";
import { defineMerge } from "./commands/merge.ts";
import { defineNew } from "./commands/new.ts";
import { defineOptimize } from "./commands/optimize.ts";
import { definePeek } from "./commands/peek.ts";
import { definePlan } from "./commands/plan.ts";
import { defineQuery } from "./commands/query.ts";
import { defineRestore } from "./commands/restore.ts";
import { defineServe } from "./commands/serve.ts";
import { defineSite } from "./commands/site.ts";
import { defineUp } from "./commands/up.ts";
import { defineUpdate } from "./commands/update.ts";
import { defineVacuum } from "./commands/vacuum.ts";
import { defineVerify } from "./commands/verify.ts";
import { endWith, type DefineCommand } from "./command.ts";
import { packageVersion } from "./package-root.ts";
import { reportProblem } from "./report.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const commands: readonly DefineCommand[] = [
  defineInit, defineNew, defineImport, defineDev, defineCompile, defineExplain, definePlan, defineApply, defineLoad, defineDelete, defineUpdate, defineMerge, defineErase, defineAlter, defineQuery, defineServe, defineIngest, defineUp,
  defineLs, defineDescribe, definePeek, defineHistory, defineChanges, defineVerify, defineLineage, defineDoctor, defineSite, defineHook, defineCompact, defineOptimize, defineVacuum, defineCheckpoint, defineRestore, defineClone,
];

function createProgram(terminal: Terminal): Command {
  const program = new Command("neuralake")
    .description("A catalog of decorated TypeScript, and the lakehouse it compiles to.")
    .version(packageVersion(), "-V, --version")
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    // What was wrong is said by report.ts, in the one way all failures are.
    .configureOutput({ outputError: () => undefined })
    .addHelpText("after", "\nExample:\n  $ neuralake init shop && cd shop\n  $ neuralake query \"SELECT * FROM shop.orders LIMIT 5\"");
  for (const define of commands) define(program, terminal);
  return program;
}

/** Runs one command line, without the program's own name, at a terminal; its exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(args, { from: "user" });
  } catch (error) {
    endWith(await reportProblem(error, terminal));
  }
  return Number(process.exitCode ?? 0);
}

/** The same at this process's terminal; ends the process. */
export async function main(args: readonly string[]): Promise<never> {
  await runCommandLine(args, openTerminal(args.includes("--json")));
  // Ends whatever an engine or a watcher still holds open; stdout was waited for by each write.
  process.exit();
}
