/** How rows are asked for: `--format F`, `-o FILE`, `--json`, and what they mean together. */
import { extname } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { Terminal } from "./terminal.ts";

export type OutputFormat = "table" | "json" | "ndjson" | "csv" | "arrow" | "parquet";
const formats = ["table", "json", "ndjson", "csv", "arrow", "parquet"] as const satisfies readonly OutputFormat[];
const formatsByExtension: { readonly [extension: string]: OutputFormat } = { ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".arrow": "arrow", ".parquet": "parquet" };

export interface OutputOptions { readonly format?: OutputFormat; readonly output?: string; readonly json?: boolean }

/** `--format F` and `-o FILE`. */
export function outputOptions(): Option[] {
  return [
    new Option("--format <format>", "how rows are written (on a terminal: table; else: csv, or as the file's name says)").choices(formats),
    new Option("-o, --output <file>", "write the rows to this file, whole or not at all"),
  ];
}

/** The format of the options; a wrong use when they contradict each other. */
export function chosenFormat(options: OutputOptions, terminal: Terminal): OutputFormat {
  const { format, output } = options;
  if (options.json === true && output === undefined) {
    if (format === undefined || format === "json") return "json";
    throw new InvalidArgumentError(`error: option '--json' cannot be used with '--format ${format}'`);
  }
  if (output === undefined) return format ?? (terminal.interactive ? "table" : "csv");
  const chosen = format ?? formatsByExtension[extname(output).toLowerCase()];
  if (chosen === undefined || chosen === "table") throw new InvalidArgumentError(`error: '${output}' needs --format: one of ${formats.slice(1).join(", ")}`);
  return chosen;
}
