/** The one shape of a command: its name and arguments, what it does, examples under `--help`, and the options all share. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { AsOf } from "../runtime/query/request.ts";
import { durationMs } from "../runtime/values/duration.ts";
import type { Terminal } from "./terminal.ts";

/** Adds one command to the program. Each file of bin/commands/ exports one. */
export type DefineCommand = (program: Command, terminal: Terminal) => void;

/** 0 done; 1 failed; 2 wrong use, or the catalog has errors; 3 done, and there is something to review or to refresh; 130 and 143 stopped by Ctrl-C or told to end before it was done. */
export type ExitCode = 0 | 1 | 2 | 3 | 130 | 143;

export interface CommandFacts {
  /** `query <sql>`. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
}

/** A command with `--json` and its examples. */
export function addCommand(program: Command, facts: CommandFacts): Command {
  const examples = facts.examples.map((example) => `  $ ${example}`).join("\n");
  return program
    .command(facts.usage)
    .summary(facts.summary)
    .description(`${facts.summary[0]?.toUpperCase()}${facts.summary.slice(1)}.`)
    .option("--json", "print one JSON value and nothing else")
    .addHelpText("after", `\nExample${facts.examples.length === 1 ? "" : "s"}:\n${examples}`);
}

/** A command that works on a project's lake. */
export function addLakeCommand(program: Command, facts: CommandFacts): Command {
  return addCommand(program, facts)
    .option("--root <root>", "where the lake lies, a directory or s3://bucket/prefix (else NEURALAKE_ROOT, the configuration, ./lake)")
    .option("--env <name>", "environment of neuralake.config.ts (else NEURALAKE_ENV)");
}

/** The exit code of the process when the command ends well. */
export function endWith(code: ExitCode): void {
  process.exitCode = code;
}

/** Parses a whole number of at least `low` and at most `high`. */
export function wholeNumber(low: number, high: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high) {
      throw new InvalidArgumentError(high === Number.MAX_SAFE_INTEGER ? `It is not a whole number from ${low}.` : `It is not a whole number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** Parses a length of time, `2s` or `168h`, into milliseconds. */
export function timeLength(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new InvalidArgumentError("It is not a length of time, such as 500ms, 2s, 15m, 168h or 7d.");
  return ms;
}

const byteUnits: { readonly [unit: string]: number } = { "": 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Parses a size, `64MB` or `128MiB`, into bytes. */
export function byteSize(text: string): number {
  const [, amount, unit = ""] = /^([1-9]\d*)([A-Za-z]*)$/.exec(text) ?? [];
  const bytes = Number(amount) * (byteUnits[unit] ?? Number.NaN);
  if (!Number.isSafeInteger(bytes)) throw new InvalidArgumentError("It is not a size, such as 64MB or 128MiB.");
  return bytes;
}

/** Parses a list of names, `a,b`. */
export function nameList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("It names nothing.");
  return names;
}

function instantText(text: string): string {
  try {
    return Temporal.Instant.from(text).toString();
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError("It is not an RFC 3339 time, such as 2026-08-01T12:00:00Z.");
    throw error;
  }
}

export interface AsOfOptions { readonly version?: number; readonly timestamp?: string }

/** `--version N` and `--timestamp T`, which exclude each other. */
export function asOfOptions(): Option[] {
  return [
    new Option("--version <n>", "the table as it was at this version").argParser(wholeNumber(0)).conflicts("timestamp"),
    new Option("--timestamp <time>", "the tables as they were at this time (RFC 3339)").argParser(instantText),
  ];
}

/** What the two options ask for; undefined for the newest state. */
export function asOfFrom(options: AsOfOptions): AsOf | undefined {
  if (options.version !== undefined) return { version: options.version };
  return options.timestamp === undefined ? undefined : { timestamp: options.timestamp };
}
