/** `neuralake load`: rows of files into a Delta table of the catalog, judged like any other rows; a file is loaded once. */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Failure } from "../../runtime/values/failure.ts";
import { durationText, pluralText } from "../amounts.ts";
import { addLakeCommand, endWith, type DefineCommand } from "../command.ts";
import { findProject, openProjectLake, type LakeOptions } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import type { LoadResult } from "../../runtime/lake.ts";

export const defineLoad: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "load <target> <files...>",
    summary: "load Parquet, CSV, JSON, NDJSON or Arrow files, judged like any other rows",
    examples: ["neuralake load flights.departures node_modules/vega-datasets/data/flights-3m.parquet"],
  })
    .option("--again", "load a file although its very bytes were loaded before")
    .action(async (target: string, files: string[], options: LakeOptions & { readonly again?: boolean }) => {
      const missing = files.find((file) => !existsSync(file));
      if (missing !== undefined) throw new Failure("FILE_NOT_FOUND", `There is no file ${missing}.`, { place: { file: missing } });
      await using lake = await openProjectLake(await findProject(options));
      const results: LoadResult[] = [];
      for (const file of files) {
        terminal.signal.throwIfAborted();
        terminal.progress(`loading ${file}`);
        const started = performance.now();
        const result = await lake.load(target, resolve(file), { again: options.again === true, signal: terminal.signal });
        results.push(result);
        for (const line of loadLines(result, performance.now() - started, terminal)) await terminal.print(line);
      }
      if (terminal.json) await terminal.printJson(results);
      if (results.some((result) => result.quarantined > 0)) endWith(3);
    });
};

/** What became of one file. */
function loadLines(result: LoadResult, ms: number, { style }: Terminal): string[] {
  const file = basename(result.file);
  if (result.skipped) return [`${style.blue(result.table)} holds ${file} already; ${style.quiet("--again loads it once more")}`];
  const lines = [`${style.blue(result.table)} took ${pluralText(result.kept, "row")} of ${file} in ${durationText(ms)}${result.version === undefined ? "" : style.quiet(` (version ${result.version})`)}`];
  if (result.quarantined > 0) lines.push(style.coral(`  ${pluralText(result.quarantined, "row")} failed a check and went to ${result.table}__dead`));
  for (const warning of result.warnings) lines.push(style.coral(`  ${pluralText(warning.rows, "row")} failed the check ${warning.check} and ${warning.rows === 1 ? "was" : "were"} kept`));
  const columns = [
    ...(result.notLoaded.length === 0 ? [] : [`not loaded: ${result.notLoaded.join(", ")}`]),
    ...(result.filledWithNull.length === 0 || result.kept + result.quarantined === 0 ? [] : [`filled with null: ${result.filledWithNull.join(", ")}`]),
  ];
  if (columns.length > 0) lines.push(style.coral(`  ${columns.join("; ")}`));
  return lines;
}
