/** `neuralake apply`: makes the lake what the catalog says, as far as creating the tables it does not have yet. */
import { describeChange } from "../../compiler/plan/plan.ts";
import { Failure } from "../../runtime/values/failure.ts";
import type { Lake } from "../../runtime/lake.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { findProject, openProjectLake, type LakeOptions } from "../project.ts";
import { planChanges } from "./plan.ts";

export const defineApply: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "apply",
    summary: "create the tables the lake does not have yet",
    examples: ["neuralake apply"],
  }).action(async (options: LakeOptions) => {
    await using lake = await openProjectLake(await findProject(options));
    const created = await createTables(lake, terminal.signal, (table) => terminal.print(`created ${terminal.style.blue(table)}`));
    if (terminal.json) return terminal.printJson({ root: lake.root, created });
    if (created.length === 0) await terminal.print("the lake is as the catalog says");
  });
};

/** Creates what is missing and returns the names; refuses, before it touches anything, when a table differs from what the catalog says. */
export async function createTables(lake: Lake, signal: AbortSignal, tell: (table: string) => Promise<void>): Promise<string[]> {
  const changes = await planChanges(lake);
  const differing = changes.filter((change) => change.kind !== "create-table");
  if (differing.length > 0) {
    throw new Failure("SCHEMA_DIFFERS", differing.map(describeChange).join("\n"), {
      hint: "This version creates tables and does not change them: write the catalog as the lake is, or move the table away.",
    });
  }
  const created: string[] = [];
  for (const change of changes) {
    signal.throwIfAborted();
    await lake.create(change.table);
    await tell(change.table);
    created.push(change.table);
  }
  return created;
}
