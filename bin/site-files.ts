/** The catalog site of a project: facts of its lake, gathered into .neuralake/facts.json, and pages built beside them. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lake } from "../runtime/lake.ts";
import { Failure } from "../runtime/values/failure.ts";
import { packageRoot } from "./package-root.ts";
import { readProjectName, type Project } from "./project.ts";
import { jsonText } from "./terminal.ts";

interface SiteBuilder {
  buildSite(options: { generatedDir: string; factsFile?: string; outDir: string; cacheDir: string; projectName?: string }): Promise<{ pages: number }>;
}

/** Where `serve` looks for the site, and `site` builds it when not told otherwise. */
export function siteFolder(project: Project): string {
  return join(project.folder, ".neuralake", "site");
}

/** Gathers the facts of the lake and writes them; returns the file. */
export async function writeFacts(project: Project, lake: Lake): Promise<string> {
  const { collectFacts } = await import("../runtime/facts.ts");
  const folder = join(project.folder, ".neuralake");
  const file = join(folder, "facts.json");
  const draft = `${file}.${process.pid}.part`;
  await mkdir(folder, { recursive: true });
  await writeFile(draft, jsonText(await collectFacts(lake)));
  await rename(draft, file);
  return file;
}

/** Builds the pages into `outDir`, with the facts where a file of them is given. */
export async function buildPages(project: Project, outDir: string, factsFile: string): Promise<{ pages: number }> {
  // The site is plain JavaScript that is shipped as it is, outside what TypeScript compiles.
  const builder = (await import(new URL("site/build.js", packageRoot()).href)) as SiteBuilder;
  const projectName = await readProjectName(project);
  const options = {
    generatedDir: project.generatedDir, factsFile, outDir, cacheDir: join(project.folder, ".neuralake", "cache"),
    ...(projectName === undefined ? {} : { projectName }),
  };
  try {
    return await builder.buildSite(options);
  } catch (cause) {
    throw new Failure("SITE_FAILED", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
