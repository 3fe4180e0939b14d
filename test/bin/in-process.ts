/** Runs a command as `runCommand` does, but in this process: the same code from its arguments to its exit code, with a terminal that keeps what is printed. */
import { runCommandLine } from "../../bin/main.ts";
import { jsonText, type Terminal } from "../../bin/terminal.ts";
import type { Outcome } from "./command.ts";

const as = (text: string): string => text;

/** What the command prints, and how it ends. */
export async function runHere(args: readonly string[]): Promise<Outcome> {
  const stdout: Uint8Array[] = [];
  let stderr = "";
  const json = args.includes("--json");
  const terminal: Terminal = {
    signal: new AbortController().signal,
    json, interactive: false, width: 120,
    style: { strong: as, quiet: as, blue: as, coral: as },
    async write(chunk) { stdout.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk.slice()); },
    async print(line = "") { if (!json) await this.write(`${line}\n`); },
    async printJson(value) { await this.write(`${jsonText(value)}\n`); },
    note(line) { stderr += `${line}\n`; },
    progress: () => undefined,
    board: () => false,
  };
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const code = await runCommandLine(args, terminal);
    return { code, stdout: Buffer.concat(stdout).toString("utf8"), stderr };
  } finally {
    process.exitCode = before;
  }
}
