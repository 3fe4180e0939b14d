/** `neuralake plan`: what would change in the lake, as a tree, and nothing is touched. */
import { Option } from "commander";
import { readHistory } from "../../compiler/history.ts";
import { servedProblems } from "../../compiler/plan/served.ts";
import { allTables } from "../../compiler/ir/names.ts";
import { planLake, type Plan } from "../../compiler/plan/plan.ts";
import type { Change, Cost } from "../../compiler/plan/change.ts";
import { formerNamesIn, headsOf } from "../../compiler/plan/migrations.ts";
import type { KeptTable, Lake } from "../../runtime/lake.ts";
import { bytesText, pluralText } from "../amounts.ts";
import { CatalogErrors } from "../catalog-errors.ts";
import { tellChangedCatalog } from "../changed-catalog.ts";
import { addLakeCommand, endWith, type DefineCommand } from "../command.ts";
import { findProject, openProjectLake, type LakeOptions, type Project } from "../project.ts";
import { errorStyle, type Terminal } from "../terminal.ts";

export interface AllowOptions { readonly allow?: "destructive" }

/** `--allow destructive`. */
export function allowOption(): Option {
  return new Option("--allow <risk>", "let columns go with their values").choices(["destructive"]);
}

export const definePlan: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "plan",
    summary: "show what would change in the lake; exit 3 when anything would",
    examples: ["neuralake plan"],
  }).addOption(allowOption()).action(async (options: LakeOptions & AllowOptions) => {
    const project = await findProject(options);
    await tellChangedCatalog(project, terminal);
    await using lake = await openProjectLake(project);
    const { changes } = await planChanges(lake, project, options);
    await requireServed(lake, project, terminal.signal);
    if (terminal.json) await terminal.printJson({ root: lake.root, changes });
    else await printPlan(changes, terminal);
    endWith(changes.length > 0 ? 3 : 0);
  });
};

/** Tables that a server keeps are as they are declared, or the server cannot say: `CatalogErrors`, or its failure. No plan would change them. */
async function requireServed(lake: Lake, project: Project, signal: AbortSignal): Promise<void> {
  const seen = await lake.served(signal);
  const failure = seen.find((table) => table.failure !== undefined)?.failure;
  if (failure !== undefined) throw failure;
  const problems = servedProblems(allTables(lake.catalog), seen);
  if (problems.length > 0) throw new CatalogErrors(problems, project.folder, errorStyle().blue("x") !== "x");
}

/** A plan, the tables it was made on, and the migrations that the catalog stands at. */
export interface LakePlan extends Pick<Plan, "changes"> { readonly kept: readonly KeptTable[]; readonly migration: string | undefined }

/** What the catalog declares and the lake does not have, or has otherwise; throws `CatalogErrors` when no plan can be made. */
export async function planChanges(lake: Lake, project: Project, { allow }: AllowOptions = {}): Promise<LakePlan> {
  const { migrations, problems: broken } = readHistory(project.generatedDir, project.folder);
  const kept = await lake.kept();
  const { changes, problems } = planLake(lake.stored, kept, { destructive: allow === "destructive", formerNames: formerNamesIn(migrations) });
  if (broken.length + problems.length > 0) throw new CatalogErrors([...broken, ...problems], project.folder, errorStyle().blue("x") !== "x");
  return { changes, kept, migration: migrations.length === 0 ? undefined : headsOf(migrations).join(", ") };
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
      await terminal.print(`${last ? "└─" : "├─"} ${name}  ${change.text}  ${riskText(change, terminal)}`);
      for (const line of detailsOf(change)) await terminal.print(`${last ? "  " : "│ "}    ${style.quiet(line)}`);
    }
  }
  await terminal.print();
  await terminal.print(`${pluralText(changes.length, "change")}; ${style.quiet(applyText(changes))}`);
}

function detailsOf({ callers, cost }: Change): string[] {
  return [...(callers === undefined ? [] : [callers]), ...(cost === undefined ? [] : [costText(cost)])];
}

function costText({ rows, files, bytes }: Cost): string {
  return `writes ${rows === null ? "all rows" : pluralText(rows, "row")} anew: ${pluralText(files, "file")}, ${bytesText(bytes)}`;
}

function applyText(changes: readonly Change[]): string {
  return changes.some(({ risk }) => risk === "destructive") ? "`neuralake apply --allow destructive` makes them" : "`neuralake apply` makes them";
}

function riskText(change: Change, { style }: Terminal): string {
  return change.risk === "breaking" || change.risk === "destructive" ? style.coral(change.risk) : style.quiet(change.risk);
}
