/** `neuralake plan`: what would change in the lake, as a tree, and nothing is touched. */
import { planLake, type Change, type LakeTable } from "../../compiler/plan/plan.ts";
import type { Lake } from "../../runtime/lake.ts";
import { pluralText } from "../amounts.ts";
import { addLakeCommand, endWith, type DefineCommand } from "../command.ts";
import { findProject, openProjectLake, type LakeOptions } from "../project.ts";
import type { Terminal } from "../terminal.ts";

export const definePlan: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "plan",
    summary: "show what would change in the lake; exit 3 when anything would",
    examples: ["neuralake plan"],
  }).action(async (options: LakeOptions) => {
    await using lake = await openProjectLake(await findProject(options));
    const changes = await planChanges(lake);
    if (terminal.json) await terminal.printJson({ root: lake.root, changes });
    else await printPlan(changes, terminal);
    endWith(changes.length > 0 ? 3 : 0);
  });
};

/** What the catalog declares and the lake does not have, or has otherwise. */
export async function planChanges(lake: Lake): Promise<Change[]> {
  const states = await lake.states();
  const kept = states.flatMap(({ table, kind, exists, columns, partitionBy }): LakeTable[] => (kind === "delta" && exists && columns !== null ? [{ table, columns, partitionBy: partitionBy ?? [] }] : []));
  return planLake(lake.catalog, kept);
}

/** The changes as a tree: databases, their tables, what becomes of each. */
async function printPlan(changes: readonly Change[], terminal: Terminal): Promise<void> {
  const { style } = terminal;
  if (changes.length === 0) return terminal.print("the lake is as the catalog says");
  const databases = Map.groupBy(changes, (change) => change.table.slice(0, change.table.indexOf(".")));
  for (const [database, inside] of databases) {
    await terminal.print(style.strong(database));
    for (const [index, change] of inside.entries()) {
      const last = index === inside.length - 1;
      const name = style.blue(change.table.slice(database.length + 1));
      const [first = "", ...rest] = change.text.split("\n");
      await terminal.print(`${last ? "└─" : "├─"} ${name}  ${first}  ${riskText(change, terminal)}`);
      for (const line of rest) await terminal.print(`${last ? "  " : "│ "}    ${line}`);
    }
  }
  await terminal.print();
  await terminal.print(`${pluralText(changes.length, "change")}; ${style.quiet("`neuralake apply` makes them")}`);
}

function riskText(change: Change, { style }: Terminal): string {
  return change.risk === "breaking" || change.risk === "destructive" ? style.coral(change.risk) : style.quiet(change.risk);
}
