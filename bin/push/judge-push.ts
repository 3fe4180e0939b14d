/** What `pre-receive` does, and it alone can refuse: compiles the pushed files, plans what they would change, and says why not. Nothing is written. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { describeChange, type Change } from "../../compiler/plan/change.ts";
import { Failure } from "../../runtime/values/failure.ts";
import { pluralText } from "../amounts.ts";
import { compileProject } from "../commands/compile.ts";
import { planChanges, type AllowOptions } from "../commands/plan.ts";
import { openCatalogLake, type LakeOptions } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import { forgetGit, type Repository } from "./git.ts";
import { unpackTree, type PushedTree } from "./pushed-tree.ts";

/** What the one who pushes says to let data be lost: `git push -o allow=destructive`. */
const allowOption = "allow=destructive";

/** Throws `CatalogErrors` for a catalog with errors, PUSH_REFUSED for a plan that would lose data. */
export async function judgePush(repository: Repository, commit: string, live: string, options: LakeOptions, terminal: Terminal): Promise<void> {
  await using tree = await unpackTree(repository, commit, live, options);
  forgetGit();
  const catalog = await compileTree(tree, terminal);
  await using lake = await openCatalogLake(tree.project, catalog);
  const { changes } = await planChanges(lake, { ...tree.project, folder: tree.folder }, allowedBy(repository));
  const losing = changes.filter((change) => change.risk === "destructive");
  if (losing.length > 0 && allowedBy(repository).allow === undefined) throw loses(losing);
  terminal.note(changes.length === 0 ? "neuralake: the lake is as this push says" : `neuralake: ${pluralText(changes.length, "change")} to the lake`);
  for (const change of changes) terminal.note(`  ${describeChange(change)}`);
}

/** Compiles the pushed files in their own folder. */
export async function compileTree({ folder, project }: PushedTree, terminal: Terminal): Promise<Catalog> {
  return (await compileProject({ ...project, folder }, terminal)).catalog;
}

/** Whether data may be lost by this push. */
export function allowedBy(repository: Repository): AllowOptions {
  return repository.pushOptions.includes(allowOption) ? { allow: "destructive" } : {};
}

function loses(changes: readonly Change[]): Failure {
  return new Failure("PUSH_REFUSED", ["This push would lose data:", ...changes.map((change) => `  ${describeChange(change)}`)].join("\n"), {
    hint: `Keep what is there, or say that you mean it: git push -o ${allowOption}`,
  });
}
