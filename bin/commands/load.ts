/** `neuralake load`: rows of files into a Delta table, judged like any other rows; a file is added once, or takes the place of what the table holds. */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { Failure } from "../../runtime/values/failure.ts";
import { durationText, pluralText } from "../amounts.ts";
import { addLakeCommand, endWith, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import type { Lake, LoadResult, OverwriteResult } from "../../runtime/lake.ts";

type Options = LakeOptions & { readonly again?: boolean; readonly mode: "append" | "overwrite"; readonly where?: string };

export const defineLoad: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "load <target> <files...>",
    summary: "load Parquet, CSV, JSON, NDJSON or Arrow files, judged like any other rows",
    examples: ["neuralake load flights.departures node_modules/vega-datasets/data/flights-3m.parquet", "neuralake load ./some/delta/table july.csv --mode overwrite --where \"month = '2026-07'\""],
  })
    .option("--again", "load a file although its very bytes were loaded before")
    .addOption(new Option("--mode <mode>", "add the rows to the table's, or put them in the place of these, all files in one version").choices(["append", "overwrite"]).default("append"))
    .option("--where <sql>", "with --mode overwrite: only rows for which this condition is true are replaced, and the new ones must meet it")
    .action(async (target: string, files: string[], options: Options) => {
      if (options.where !== undefined && options.mode !== "overwrite") throw new InvalidArgumentError("--where says which rows are replaced: it wants --mode overwrite.");
      const missing = files.find((file) => !existsSync(file));
      if (missing !== undefined) throw new Failure("FILE_NOT_FOUND", `There is no file ${missing}.`, { place: { file: missing } });
      await using lake = await openTargetLake(await findProject(options), target);
      const quarantined = await (options.mode === "append" ? append : overwrite)(lake, target, files, options, terminal);
      if (quarantined) endWith(3);
    });
};

/** A version for each file. Whether rows were set aside. */
async function append(lake: Lake, target: string, files: readonly string[], options: Options, terminal: Terminal): Promise<boolean> {
  const results: LoadResult[] = [];
  for (const file of files) {
    terminal.signal.throwIfAborted();
    terminal.progress(`loading ${file}`);
    const started = performance.now();
    const result = await lake.load(resolveTarget(target), resolve(file), { again: options.again === true, signal: terminal.signal });
    results.push(result);
    for (const line of loadLines(result, performance.now() - started, terminal)) await terminal.print(line);
  }
  if (terminal.json) await terminal.printJson(results);
  return results.some((result) => result.quarantined > 0);
}

/** One version for all files. */
async function overwrite(lake: Lake, target: string, files: readonly string[], { where }: Options, terminal: Terminal): Promise<boolean> {
  terminal.progress(`loading ${files.length === 1 ? files[0] : pluralText(files.length, "file")}`);
  const result = await lake.overwrite(resolveTarget(target), files, { signal: terminal.signal, ...(where === undefined ? {} : { where }) });
  if (terminal.json) await terminal.printJson(result);
  else for (const line of overwriteLines(result, terminal)) await terminal.print(line);
  return result.files.some((file) => file.quarantined > 0);
}

/** What became of one file. */
function loadLines(result: LoadResult, ms: number, terminal: Terminal): string[] {
  const { style } = terminal;
  const file = basename(result.file);
  if (result.skipped) return [`${style.blue(result.table)} holds ${file} already; ${style.quiet("--again loads it once more")}`];
  return [`${style.blue(result.table)} took ${pluralText(result.kept, "row")} of ${file} in ${durationText(ms)}${result.version === undefined ? "" : style.quiet(` (version ${result.version})`)}`, ...rowLines(result, result.table, terminal)];
}

function overwriteLines({ table, version, deleted, files }: OverwriteResult, terminal: Terminal): string[] {
  const { style } = terminal;
  const kept = files.reduce((sum, file) => sum + file.kept, 0);
  return [`${style.blue(table)} took ${pluralText(kept, "row")} in the place of ${deleted === null ? "its rows" : pluralText(deleted, "row")} ${style.quiet(`(version ${version})`)}`, ...files.flatMap((file) => rowLines(file, table, terminal))];
}

/** What is to be known of the rows of a file. */
function rowLines(result: OverwriteResult["files"][number], table: string, { style }: Terminal): string[] {
  const lines: string[] = [];
  if (result.quarantined > 0) lines.push(style.coral(`  ${pluralText(result.quarantined, "row")} failed a check and went to ${table}__dead`));
  for (const warning of result.warnings) lines.push(style.coral(`  ${pluralText(warning.rows, "row")} failed the check ${warning.check} and ${warning.rows === 1 ? "was" : "were"} kept`));
  const columns = [
    ...(result.notLoaded.length === 0 ? [] : [`not loaded: ${result.notLoaded.join(", ")}`]),
    ...(result.filledWithNull.length === 0 || result.kept + result.quarantined === 0 ? [] : [`filled with null: ${result.filledWithNull.join(", ")}`]),
  ];
  if (columns.length > 0) lines.push(style.coral(`  ${columns.join("; ")}`));
  return lines;
}
