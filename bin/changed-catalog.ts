/** Whether catalog/ says something else than generated/, by which a plan is made: a person who forgot to compile would take the plan for the answer. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CatalogErrors } from "./catalog-errors.ts";
import { compileProject } from "./commands/compile.ts";
import type { Project } from "./project.ts";
import type { Terminal } from "./terminal.ts";

/** Tells so in a line. It is compiled, and nothing written, only when a file of catalog/ is newer than generated/catalog.json. */
export async function tellChangedCatalog(project: Project, terminal: Terminal): Promise<void> {
  if (!(await isNewer(project))) return;
  const silent = { ...terminal, note: () => undefined };
  const found = await compileProject(project, silent, { check: true, draft: false }).then(({ stale }) => (stale.length > 0 ? "was changed" : undefined), (error: unknown) => {
    if (error instanceof CatalogErrors) return "has errors, and was changed";
    throw error;
  });
  if (found !== undefined) terminal.note(`catalog/ ${found} since it was compiled, and this goes by what was: run \`neuralake compile\``);
}

async function isNewer({ catalogDir, generatedDir }: Project): Promise<boolean> {
  const compiled = await modified(join(generatedDir, "catalog.json"));
  const names = existsSync(catalogDir) ? await readdir(catalogDir, { recursive: true }) : [];
  const times = await Promise.all(names.filter((name) => name.endsWith(".ts")).map((name) => modified(join(catalogDir, name))));
  return times.some((time) => time > compiled);
}

/** Milliseconds; 0 for what is not there. */
async function modified(file: string): Promise<number> {
  return await stat(file).then(({ mtimeMs }) => mtimeMs, () => 0);
}
