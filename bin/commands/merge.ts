/** `neuralake merge`: rows of files into a table, by what they match there, in one version. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { Failure } from "../../runtime/values/failure.ts";
import { pluralText } from "../amounts.ts";
import { assignment, namesIn, type Assigned } from "../assignment.ts";
import { changedFilesText } from "../changed-files-text.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import type { MergeClauses, MergeResult } from "../../runtime/lake.ts";
import type { Terminal } from "../terminal.ts";

interface Clauses {
  readonly on: string;
  readonly matched: "update" | "delete" | "ignore";
  readonly matchedIf?: string;
  readonly set?: readonly Assigned[];
  readonly notMatched: "insert" | "ignore";
  readonly notMatchedIf?: string;
  readonly notMatchedBySource: "delete" | "ignore";
  readonly bySourceIf?: string;
}

export const defineMerge: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "merge <target> <files...>",
    summary: "merge the rows of files into a table: those that match rows there give them new values, the others are inserted, in one version",
    examples: [
      "neuralake merge shop.customers customers.parquet --on customer_id",
      "neuralake merge ./some/delta/table changes.ndjson --on id --matched delete --matched-if \"source.gone\" --not-matched ignore",
      "neuralake merge shop.stock counts.csv --on shop,item --set \"pieces=target.pieces + source.pieces\" --not-matched-by-source delete --json",
    ],
  })
    .requiredOption("--on <columns>", "columns that are equal in rows that match, such as a,b or \"my id\"; or an SQL condition over target.x and source.x")
    .addOption(new Option("--matched <act>", "what becomes of rows that match").choices(["update", "delete", "ignore"]).default("update"))
    .option("--matched-if <sql>", "only where this condition over target.x and source.x is true")
    .option("--set <column=sql>", "a column and its new value where rows match, in SQL over target.x and source.x; once for each column (when left out: every column that the files have)", assignment)
    .addOption(new Option("--not-matched <act>", "what becomes of rows of the files that match none of the table").choices(["insert", "ignore"]).default("insert"))
    .option("--not-matched-if <sql>", "only where this condition over the files' columns is true")
    .addOption(new Option("--not-matched-by-source <act>", "what becomes of rows of the table that match none of the files").choices(["delete", "ignore"]).default("ignore"))
    .option("--by-source-if <sql>", "only where this condition over the table's columns is true")
    .action(async (target: string, files: string[], options: LakeOptions & Clauses) => {
      const clauses = clausesOf(options);
      const missing = files.find((file) => !existsSync(file));
      if (missing !== undefined) throw new Failure("FILE_NOT_FOUND", `There is no file ${missing}.`, { place: { file: missing } });
      await using lake = await openTargetLake(await findProject(options), target);
      terminal.progress(`merging into ${target}`);
      const result = await lake.mergeFiles(resolveTarget(target), files.map((file) => resolve(file)), clauses, { signal: terminal.signal });
      if (terminal.json) return terminal.printJson(result);
      await terminal.print(mergedLine(result, terminal));
    });
};

function clausesOf({ on, matched, matchedIf, set, notMatched, notMatchedIf, notMatchedBySource, bySourceIf }: Clauses): MergeClauses {
  requireUse("--set", set, matched === "update", "--matched update");
  requireUse("--matched-if", matchedIf, matched !== "ignore", "rows that match to be updated or deleted");
  requireUse("--not-matched-if", notMatchedIf, notMatched === "insert", "--not-matched insert");
  requireUse("--by-source-if", bySourceIf, notMatchedBySource === "delete", "--not-matched-by-source delete");
  if (matched === "ignore" && notMatched === "ignore" && notMatchedBySource === "ignore") throw new InvalidArgumentError("All rows are to be ignored: there is nothing to do.");
  const condition = (sql: string | undefined): { readonly if?: string } => (sql === undefined ? {} : { if: sql });
  const update = set === undefined ? ("all" as const) : Object.fromEntries(set.map(({ column, sql }) => [column, sql]));
  return {
    on: namesIn(on) ?? on,
    matched: matched === "ignore" ? [] : [matched === "delete" ? { ...condition(matchedIf), delete: true } : { ...condition(matchedIf), update }],
    notMatched: notMatched === "ignore" ? [] : [{ ...condition(notMatchedIf), insert: "all" }],
    notMatchedBySource: notMatchedBySource === "ignore" ? [] : [{ ...condition(bySourceIf), delete: true }],
  };
}

function requireUse(option: string, value: unknown, makesSense: boolean, wants: string): void {
  if (value !== undefined && !makesSense) throw new InvalidArgumentError(`${option} wants ${wants}.`);
}

function mergedLine(result: MergeResult, { style }: Terminal): string {
  const { table, version, inserted, updated, deleted } = result;
  if (inserted + updated + deleted === 0) return `${style.blue(table)} has no row that the merge is about, and gets none ${style.quiet(`(version ${version})`)}`;
  const counts = [[inserted, "inserted"], [updated, "updated"], [deleted, "deleted"]] as const;
  return `${style.blue(table)}: ${counts.filter(([rows]) => rows > 0).map(([rows, what]) => `${pluralText(rows, "row")} ${what}`).join(", ")} ${style.quiet(changedFilesText(result))}`;
}
