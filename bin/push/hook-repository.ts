/** Ties a bare repository to a live project: a push to the one is published into the other from now on. */
import { existsSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { configFile } from "../config-file.ts";
import { rootOverride } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import { openRepository, type Repository } from "./git.ts";
import { installHooks } from "./install-hooks.ts";
import { receivePush } from "./receive-push.ts";

export interface HookOptions { readonly root?: string; readonly env?: string }

/** Installs the hooks. A folder without a project gets what the repository holds, or a new project by `make` when it holds nothing yet. */
export async function hookRepository(repositoryFolder: string, folder: string, options: HookOptions, terminal: Terminal, make: () => Promise<void>): Promise<void> {
  const repository = await openRepository(resolve(repositoryFolder));
  await mkdir(folder, { recursive: true });
  const live = await realpath(folder);
  const settings = settingsOf(options);
  const hooks = await installHooks(repository, live, Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]));
  const filled = isProject(live) || await fill(repository, live, settings, terminal);
  if (!filled) await make();
  const branch = repository.branch.replace(/^refs\/heads\//, "");
  // A new project has said its one JSON value.
  if (terminal.json && filled) return await terminal.printJson({ folder: live, repository: repository.folder, branch, hooks });
  await terminal.print(`a push to ${terminal.style.blue(branch)} of ${repository.folder} is published into ${terminal.style.blue(live)}`);
}

/** What the hooks are to know wherever they run. */
function settingsOf(options: HookOptions): HookOptions {
  const [root, env] = [rootOverride(options), options.env ?? process.env["NEURALAKE_ENV"]];
  return { ...(root === undefined ? {} : { root }), ...(env === undefined || env === "" ? {} : { env }) };
}

function isProject(folder: string): boolean {
  return configFile(folder) !== undefined || existsSync(join(folder, "catalog")) || existsSync(join(folder, "generated"));
}

/** Publishes what the repository holds; false when that is nothing. */
async function fill(repository: Repository, live: string, options: HookOptions, terminal: Terminal): Promise<boolean> {
  if (await repository.tip(repository.branch) === undefined) return false;
  await receivePush(repository, live, options, terminal);
  return true;
}
