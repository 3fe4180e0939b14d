/**
 * What `post-receive` does: compiles what the branch is at, publishes it into the live project, applies the plan to the lake and builds the
 * site, one push at a time. Running processes take it from there. Whatever fails is told; the next push, or `neuralake apply`, mends it.
 */
import { join, relative, sep } from "node:path";
import { pluralText } from "../amounts.ts";
import { applyChanges } from "../commands/apply.ts";
import type { AllowOptions } from "../commands/plan.ts";
import { openProjectLake, resolveProject, type LakeOptions, type Project } from "../project.ts";
import { buildPages, siteFolder, writeFacts } from "../site-files.ts";
import type { Terminal } from "../terminal.ts";
import { forgetGit, type Repository } from "./git.ts";
import { allowedBy, compileTree } from "./judge-push.ts";
import { publish, readPublished, writePublished } from "./publish.ts";
import { unpackTree } from "./pushed-tree.ts";
import { takeTurn } from "./turn.ts";

/** Brings the live project to the tip of the published branch, or finds that a later push's turn did so already. */
export async function receivePush(repository: Repository, live: string, options: LakeOptions, terminal: Terminal): Promise<void> {
  const say = (line: string): void => terminal.note(`neuralake: ${line}`);
  await using turn = await takeTurn(join(live, ".neuralake", "pushes"), { waiting: ({ pid }) => say(`waiting for another push (process ${pid})`) });
  void turn;
  const commit = await repository.tip(repository.branch);
  if (commit === undefined || (await readPublished(live)).done === commit) return say("another push has published this already");
  await publishCommit(repository, commit, live, options, terminal, say);
  // Configured and declared as published, from here on.
  const project = await resolveProject(options, live);
  await bringUp(project, allowedBy(repository), terminal, say);
  await writePublished(live, { ...await readPublished(live), done: commit });
}

async function publishCommit(repository: Repository, commit: string, live: string, options: LakeOptions, terminal: Terminal, say: (line: string) => void): Promise<void> {
  await using tree = await unpackTree(repository, commit, live, options);
  forgetGit();
  await compileTree(tree, terminal);
  const own = [tree.project.catalogDir, tree.project.generatedDir].map((folder) => relative(tree.folder, folder).split(sep).join("/"));
  const { changed, removed, aside } = await publish(tree.folder, live, { name: commit, own, seal: `${own[1]}/catalog.json` });
  say(`published ${commit.slice(0, 12)} into ${live}: ${pluralText(changed, "file")} changed, ${pluralText(removed, "file")} removed`);
  if (aside !== undefined) say(`what had been changed there by hand is kept in ${relative(live, aside)}`);
}

/** The lake as declared, then the pages beside it. */
async function bringUp(project: Project, allowed: AllowOptions, terminal: Terminal, say: (line: string) => void): Promise<void> {
  await using lake = await openProjectLake(project);
  const { created, changed } = await applyChanges(lake, project, { ...allowed, signal: terminal.signal });
  for (const table of created) say(`created ${table}`);
  for (const { table, changes } of changed) for (const change of changes) say(`${table}: ${change}`);
  if (created.length + changed.length === 0) say("the lake is as the catalog says");
  const { pages } = await buildPages(project, siteFolder(project), await writeFacts(project, lake));
  say(`built ${pluralText(pages, "page")}`);
}
