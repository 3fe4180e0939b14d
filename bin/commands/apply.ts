/** `neuralake apply`: makes the lake what the catalog says. All changes of a table are one commit; run again, it goes on where it ended. */
import { describeChange, type Change } from "../../compiler/plan/change.ts";
import type { Lake } from "../../runtime/lake.ts";
import { Failure } from "../../runtime/values/failure.ts";
import { pluralText } from "../amounts.ts";
import { tellChangedCatalog } from "../changed-catalog.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { findProject, openProjectLake, type LakeOptions, type Project } from "../project.ts";
import { allowOption, planChanges, type AllowOptions, type LakePlan } from "./plan.ts";

export const defineApply: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "apply",
    summary: "make the lake what the catalog says",
    examples: ["neuralake apply", "neuralake apply --allow destructive"],
  }).addOption(allowOption()).action(async (options: LakeOptions & AllowOptions) => {
    const project = await findProject(options);
    await tellChangedCatalog(project, terminal);
    await using lake = await openProjectLake(project);
    const applied = await applyChanges(lake, project, { ...options, signal: terminal.signal, tell: async (done) => await tellDone(done) });
    if (terminal.json) return terminal.printJson({ root: lake.root, ...applied });
    if (applied.created.length + applied.changed.length === 0) await terminal.print("the lake is as the catalog says");
  });

  async function tellDone(done: Done): Promise<void> {
    if (terminal.json) return;
    const { style } = terminal;
    if (done.kind === "created") return terminal.print(`created ${style.blue(done.table)}`);
    const { table, version, changes, rewritten } = done;
    await terminal.print(`changed ${style.blue(table)} ${style.quiet(`in version ${version}${rewritten === 0 ? "" : `, ${pluralText(rewritten, "file")} written anew`}`)}`);
    for (const change of changes) await terminal.print(`  ${change}`);
  }
};

/** What was done to a table. */
type Done = { readonly kind: "created"; readonly table: string } | ({ readonly kind: "changed" } & Changed);
export interface Changed { readonly table: string; readonly version: number; readonly changes: readonly string[]; readonly rewritten: number }
export interface Applied { readonly created: readonly string[]; readonly changed: readonly Changed[] }

export interface ApplyOptions extends AllowOptions {
  readonly signal: AbortSignal;
  readonly tell?: (done: Done) => Promise<void>;
}

/** Times that a plan is made anew because somebody else changed a table first. */
const plansMax = 20;

/** Does what the plan says and tells each table that is done. `CatalogErrors`, or MIGRATION_DESTRUCTIVE, before anything is touched. */
export async function applyChanges(lake: Lake, project: Project, options: ApplyOptions): Promise<Applied> {
  const created: string[] = [];
  const changed: Changed[] = [];
  for (let plans = 0; plans < plansMax; plans++) {
    const plan = await planChanges(lake, project, options);
    requireAllowed(plan.changes, options);
    const tables = inOrder(lake, [...Map.groupBy(plan.changes, ({ table }) => table)]);
    let moved = false;
    for (const [table, changes] of tables) {
      options.signal.throwIfAborted();
      const done = changes.some(({ kind }) => kind === "create-table") ? await createOne(lake, table) : await changeOne(lake, plan, table, changes, options);
      moved ||= done === "moved";
      if (done === "moved" || done === undefined) continue;
      if (done.kind === "created") created.push(table);
      else changed.push({ table, version: done.version, changes: done.changes, rewritten: done.rewritten });
      await options.tell?.(done);
    }
    if (!moved) return { created, changed };
  }
  throw new Failure("COMMIT_CONFLICT", `${plansMax} times somebody else changed a table while it was planned.`, { hint: "Try again when no one else applies.", retry: true });
}

/** What is made of other tables comes after them, and after those that it is made of itself. */
function inOrder(lake: Lake, tables: readonly [string, Change[]][]): readonly [string, Change[]][] {
  const rank = ([table, changes]: readonly [string, readonly Change[]]): number => (changes.some(({ kind }) => kind === "remake-table") ? 1 + lake.materialized.indexOf(table) : 0);
  return tables.toSorted((left, right) => rank(left) - rank(right));
}

function requireAllowed(changes: readonly Change[], { allow }: AllowOptions): void {
  const destructive = changes.filter(({ risk }) => risk === "destructive");
  if (destructive.length === 0 || allow === "destructive") return;
  throw new Failure("MIGRATION_DESTRUCTIVE", destructive.map(describeChange).join("\n"), {
    hint: "Nothing was changed. Declare the columns again to keep them, or let them go: `neuralake apply --allow destructive`.",
  });
}

/** Somebody else may have been first with the same table; whether it is the same, the next plan tells. */
async function createOne(lake: Lake, table: string): Promise<Done | "moved"> {
  const outcome = await lake.create(table);
  if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether ${table} was created.`, { hint: "Run `neuralake apply` again, which looks first.", retry: true, cause: outcome.cause });
  return outcome.kind === "committed" ? { kind: "created", table } : "moved";
}

async function changeOne(lake: Lake, { kept, migration }: LakePlan, table: string, changes: readonly Change[], { signal }: ApplyOptions): Promise<Done | "moved"> {
  const told = changes.map(({ text }) => text);
  if (changes.some(({ kind }) => kind === "remake-table")) {
    const { version } = await lake.rebuild(table, { signal });
    return { kind: "changed", table, version, changes: told, rewritten: 0 };
  }
  const outcome = await lake.evolve(table, {
    schema: kept.find((known) => known.table === table)?.schema ?? "",
    renamed: Object.fromEntries(changes.flatMap((change) => (change.kind === "rename-column" ? [[change.column, change.from]] : []))),
    dropped: changes.flatMap((change) => (change.kind === "drop-column" ? [change.column] : [])),
    ...(migration === undefined ? {} : { migration }),
    told,
    signal,
  });
  return outcome.kind === "moved" ? "moved" : { kind: "changed", table, version: outcome.version, changes: told, rewritten: outcome.rewritten };
}
