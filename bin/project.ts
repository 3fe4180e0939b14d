/** From the working directory, options and environment variables to the project a command works on: its folders, its lake's root, its catalog. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { catalogFormat, type Catalog } from "../compiler/ir/catalog.ts";
import { isPath } from "../runtime/lake/targets.ts";
import type { Lake, LakeOptions as LakeFacts } from "../runtime/lake.ts";
import { Failure } from "../runtime/values/failure.ts";
import { brokersOf } from "./brokers.ts";
import { readCatalog, readFunctions } from "./compiled-project.ts";
import { configFile, readConfig } from "./config-file.ts";

/** Options every command that meets a lake takes. */
export interface LakeOptions { readonly root?: string; readonly env?: string; readonly json?: boolean }

export interface Project {
  /** Absolute, as are the others. */
  readonly folder: string;
  readonly root: string;
  readonly catalogDir: string;
  readonly generatedDir: string;
  /** Of Kafka, `host:port` each; none where nobody names one. */
  readonly brokers: readonly string[];
}

/** The nearest folder, from here upwards, that holds a configuration or a catalog; else this one. */
function projectFolder(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (configFile(folder) !== undefined || existsSync(join(folder, "catalog"))) return folder;
    if (folder === dirname(folder)) return from;
  }
}

/** Resolves the project of the working directory; CONFIG_INVALID for an unknown environment or a root this version cannot keep. */
export async function findProject(options: LakeOptions = {}): Promise<Project> {
  const folder = projectFolder(process.cwd());
  const config = await readConfig(folder);
  const env = options.env ?? process.env["NEURALAKE_ENV"];
  const environment = env === undefined || env === "" ? undefined : config.environments?.[env];
  if (env !== undefined && env !== "" && environment === undefined) {
    const known = Object.keys(config.environments ?? {});
    throw new Failure("CONFIG_INVALID", `There is no environment "${env}".`, { hint: known.length === 0 ? "neuralake.config.ts declares none." : `There are: ${known.join(", ")}.` });
  }
  const override = options.root ?? process.env["NEURALAKE_ROOT"];
  const root = override !== undefined && override !== "" ? resolveRoot(process.cwd(), override) : resolveRoot(folder, environment?.root ?? config.root ?? "./lake");
  return { folder, root, catalogDir: resolve(folder, config.catalog ?? "catalog"), generatedDir: resolve(folder, config.generated ?? "generated"), brokers: brokersOf(config, environment) };
}

function resolveRoot(base: string, root: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(root)) {
    throw new Failure("CONFIG_INVALID", `The root "${root}" is a URI; this version keeps a lake in a local directory.`, { hint: "Give --root a path, such as ./lake." });
  }
  return resolve(base, root);
}

/** The project's lake, with its catalog and its row functions. */
export async function openProjectLake(project: Project): Promise<Lake> {
  const catalog = await readCatalog(project.generatedDir);
  return openLakeLate({ catalog, root: project.root, project: project.folder, functions: await readFunctions(project.generatedDir, catalog) });
}

/** The lake's rooms are loaded only by a command that needs them, so that the others answer at once. */
async function openLakeLate(options: LakeFacts): Promise<Lake> {
  const { openLake } = await import("../runtime/lake.ts");
  return openLake(options);
}

const noCatalog: Catalog = { format: catalogFormat, databases: [] };

/** A lake that can look at `target`: a table of the catalog, or any Delta table by its path, and for that no project is needed. */
export async function openTargetLake(project: Project, target: string): Promise<Lake> {
  if (!isPath(target) || existsSync(join(project.generatedDir, "catalog.json"))) return openProjectLake(project);
  return openLakeLate({ catalog: noCatalog, root: project.root, project: project.folder });
}

/** The target as the lake takes it: a name of the catalog as it is, a path absolute. */
export function resolveTarget(target: string): string {
  return isPath(target) && !/^[a-z][a-z0-9+.-]+:\/\//i.test(target) ? resolve(target) : target;
}

/** The name in the project's package.json; undefined when there is none. */
export async function readProjectName(project: Project): Promise<string | undefined> {
  const file = join(project.folder, "package.json");
  if (!existsSync(file)) return undefined;
  const { name } = JSON.parse(await readFile(file, "utf8")) as { name?: unknown };
  return typeof name === "string" ? name : undefined;
}
