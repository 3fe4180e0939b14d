/** The files of a pushed commit in a temporary folder of their own, with what the live project has installed; gone when disposed of. */
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { Failure } from "../../runtime/values/failure.ts";
import { resolveProject, type LakeOptions, type Project } from "../project.ts";
import type { Repository } from "./git.ts";

export interface PushedTree extends AsyncDisposable {
  /** Absolute, links followed. */
  readonly folder: string;
  /** The live project, with what the pushed files configure, declare and generate. */
  readonly project: Project;
}

/** Folders of the live project that a push never writes to. */
const reserved = ["node_modules", ".neuralake", ".git"];

/** Unpacks `commit` for the live project in `live`. PUSH_REFUSED for files that have no place in it. */
export async function unpackTree(repository: Repository, commit: string, live: string, options: LakeOptions): Promise<PushedTree> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "neuralake-push-")));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await repository.unpack(commit, folder);
    await refuseLinksOut(folder);
    for (const name of reserved) if (existsSync(join(folder, name))) throw refused(`${name}/ is in the pushed files, and belongs to the machine that serves them.`, `git rm -r --cached ${name}, and name it in .gitignore.`);
    const installed = join(live, "node_modules");
    if (existsSync(installed)) await symlink(installed, join(folder, "node_modules"), "junction");
    const project = await resolveProject(options, live, folder);
    requirePlaces(folder, live, project);
    await seedHistory(folder, live, project);
    return { folder, project, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A link that leads out of the tree would have the compiler read, and publishing write, where nobody expects it. */
async function refuseLinksOut(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    const target = await realpath(link).catch(() => undefined);
    if (target === undefined || !(target === folder || target.startsWith(folder + sep))) {
      throw refused(`${relative(folder, link)} is a link that leads to no file of the push.`, "Commit the file itself.");
    }
  }
}

/** Who does not commit generated/ has the history go on from what is live. */
async function seedHistory(folder: string, live: string, { generatedDir }: Project): Promise<void> {
  const pushed = join(generatedDir, "migrations");
  const lived = join(live, relative(folder, pushed));
  if (!existsSync(pushed) && existsSync(lived)) await cp(lived, pushed, { recursive: true });
}

function requirePlaces(folder: string, live: string, project: Project): void {
  for (const [name, place] of [["catalog", project.catalogDir], ["generated", project.generatedDir]] as const) {
    if (!place.startsWith(folder + sep)) throw refused(`The configuration puts ${name} outside of the project.`, "A push publishes what lies in the project.");
  }
  if (!existsSync(project.catalogDir)) throw refused(`The pushed files have no ${relative(folder, project.catalogDir)}/ folder.`, "It is where tables are declared; without it every table would go.");
  const lake = relative(live, project.root);
  if (lake !== "" && !lake.startsWith("..") && existsSync(join(folder, lake))) throw refused(`${lake}/ is in the pushed files, and is where the lake lies.`, `git rm -r --cached ${lake}, and name it in .gitignore.`);
}

function refused(message: string, hint: string): Failure {
  return new Failure("PUSH_REFUSED", message, { hint });
}
