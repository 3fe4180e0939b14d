/** The `neuralake` command: builds the program out of the command that is asked for, runs it, and ends the process with its exit code. */
import { Command } from "commander";
import { commandFiles } from "./command-files.ts";
import { endWith } from "./command.ts";
import { packageVersion } from "./package-root.ts";
import { reportProblem } from "./report.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** The program with the command `args` begin with; with all of them where that is none, so that help and suggestions know them. */
async function createProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const [name = ""] = args;
  const asked = Object.hasOwn(commandFiles, name) ? [commandFiles[name]] : Object.values(commandFiles);
  const program = new Command("neuralake")
    .description("A catalog of decorated TypeScript, and the lakehouse it compiles to.")
    .version(packageVersion(), "-V, --version")
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    // What was wrong is said by report.ts, in the one way all failures are.
    .configureOutput({ outputError: () => undefined })
    .addHelpText("after", "\nExample:\n  $ neuralake init shop && cd shop\n  $ neuralake query \"SELECT * FROM shop.orders LIMIT 5\"");
  for (const define of await Promise.all(asked.map((load) => load?.()))) define?.(program, terminal);
  return program;
}

/** Runs one command line, without the program's own name, at a terminal; its exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await (await createProgram(args, terminal)).parseAsync(args, { from: "user" });
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
