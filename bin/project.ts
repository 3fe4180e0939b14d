/** From the working directory, options and environment variables to the project a command works on: its folders, its lake's root, its catalog. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { CompileOptions } from "../compiler/compile.ts";
import { catalogFormat, type Catalog } from "../compiler/ir/catalog.ts";
import { isPath } from "../runtime/lake/targets.ts";
import { userCache } from "../runtime/lake/user-cache.ts";
import type { Config } from "../runtime/config.ts";
import type { Lake, LakeOptions as LakeFacts } from "../runtime/lake.ts";
import { Failure } from "../runtime/values/failure.ts";
import { brokersOf } from "./brokers.ts";
import { readCatalog, readFunctions } from "./compiled-project.ts";
import { configFile, readConfig } from "./config-file.ts";
import { postgresNames, postgresOf } from "./postgres-connections.ts";
import { logTableOf } from "./log-table.ts";

/** Options every command that meets a lake takes. */
export interface LakeOptions { readonly root?: string; readonly env?: string; readonly json?: boolean }

export interface Project {
  /** Absolute, as are the others. */
  readonly folder: string;
  /** A directory, or the URI of one. */
  readonly root: string;
  readonly catalogDir: string;
  readonly generatedDir: string;
  /** The project's own emitters, and the configuration that names them, relative to its folder. */
  readonly emitting?: Pick<CompileOptions, "emitters" | "config">;
  /** Of Kafka, `host:port` each; none where nobody names one. */
  readonly brokers: readonly string[];
  /** Of copies of remote files, where it is not the lake's own choice. */
  readonly cache?: NonNullable<LakeFacts["cache"]>;
  /** Where DuckDB's extensions lie, when the configuration says. */
  readonly duckdb?: NonNullable<LakeFacts["duckdb"]>;
  /** The servers of tables under @postgresTable, by connection. */
  readonly postgres: NonNullable<LakeFacts["postgres"]>;
  /** The connections that any environment names. */
  readonly postgresNames: readonly string[];
  /** Through which commits go on S3, where they do. */
  readonly logTable?: NonNullable<LakeFacts["logTable"]>;
}

/** The nearest folder, from here upwards, that holds a configuration or a catalog; none outside of projects. */
function projectFolder(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (configFile(folder) !== undefined || existsSync(join(folder, "catalog"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Resolves the project of the working directory; CONFIG_INVALID for an unknown environment or a root this version cannot keep. */
export async function findProject(options: LakeOptions = {}): Promise<Project> {
  return await resolveProject(options, projectFolder(process.cwd()));
}

/** The project in `found`, with what is configured, declared and generated read from `sources`, where that is another folder. */
export async function resolveProject(options: LakeOptions, found: string | undefined, sources?: string): Promise<Project> {
  const folder = found ?? process.cwd();
  const written = sources ?? folder;
  const config = await readConfig(written);
  const env = options.env ?? process.env["NEURALAKE_ENV"];
  const environment = env === undefined || env === "" ? undefined : config.environments?.[env];
  if (env !== undefined && env !== "" && environment === undefined) {
    const known = Object.keys(config.environments ?? {});
    throw new Failure("CONFIG_INVALID", `There is no environment "${env}".`, { hint: known.length === 0 ? "neuralake.config.ts declares none." : `There are: ${known.join(", ")}.` });
  }
  const root = rootOverride(options) ?? resolveRoot(folder, environment?.root ?? config.root ?? "./lake");
  const { directory, ...bound } = config.cache ?? {};
  const cache = { ...bound, ...(directory === undefined ? (found === undefined ? { directory: userCache() } : {}) : { directory: resolve(folder, directory) }) };
  const logTable = logTableOf(config, environment);
  const extensions = config.duckdb?.extensions;
  return { folder, root, cache, ...(extensions === undefined ? {} : { duckdb: { extensions: resolve(folder, extensions) } }), ...(logTable === undefined ? {} : { logTable }), catalogDir: resolve(written, config.catalog ?? "catalog"), generatedDir: resolve(written, config.generated ?? "generated"), emitting: emittingOf(config, written), brokers: brokersOf(config, environment), postgres: postgresOf(config, environment), postgresNames: postgresNames(config) };
}

function emittingOf({ emitters }: Config, written: string): NonNullable<Project["emitting"]> {
  const file = configFile(written);
  return emitters === undefined || file === undefined ? {} : { emitters, config: relative(written, file) };
}

/** What `--root` or NEURALAKE_ROOT says, which goes before every configuration; undefined when neither does. */
export function rootOverride(options: LakeOptions = {}): string | undefined {
  const root = options.root ?? process.env["NEURALAKE_ROOT"];
  return root === undefined || root === "" ? undefined : resolveRoot(process.cwd(), root);
}

/** CONFIG_INVALID for a URI where no lake can be kept. */
function resolveRoot(base: string, root: string): string {
  if (isUri(root) && !/^s3:/i.test(root)) {
    throw new Failure("CONFIG_INVALID", `The root "${root}" is neither a directory nor on S3.`, { hint: "Give a path, such as ./lake, or s3://bucket/prefix." });
  }
  return isUri(root) ? root : resolve(base, root);
}

function isUri(target: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(target);
}

/** The project's lake, with its catalog and its row functions. */
export async function openProjectLake(project: Project): Promise<Lake> {
  const catalog = await readCatalog(project.generatedDir);
  return openLakeLate({ ...lakeFacts(project), catalog, functions: await readFunctions(project.generatedDir, catalog) });
}

/** Of a lake that is opened with the project's settings: all but its catalog. */
export function lakeFacts({ root, folder, cache, duckdb, postgres, logTable }: Project): Pick<LakeFacts, "root" | "project" | "cache" | "duckdb" | "postgres" | "logTable"> {
  return { root, project: folder, postgres, ...(duckdb === undefined ? {} : { duckdb }), ...(cache === undefined ? {} : { cache }), ...(logTable === undefined ? {} : { logTable }) };
}

/** The project's lake as another catalog than the compiled one declares it; nothing of the author's can run in it. */
export function openCatalogLake(project: Project, catalog: Catalog): Promise<Lake> {
  return openLakeLate({ ...lakeFacts(project), catalog });
}

/** The lake's rooms are loaded only by a command that needs them, so that the others answer at once. */
async function openLakeLate(options: LakeFacts): Promise<Lake> {
  const { openLake } = await import("../runtime/lake.ts");
  return openLake(options);
}

const noCatalog: Catalog = { format: catalogFormat, databases: [] };

/** A lake that can look at `target`: a table of the catalog, or any Delta table by its path or URI, and for that no project is needed. */
export async function openTargetLake(project: Project, target: string): Promise<Lake> {
  if (!isPath(target) || existsSync(join(project.generatedDir, "catalog.json"))) return openProjectLake(project);
  return openLakeLate({ ...lakeFacts(project), catalog: noCatalog });
}

/** The target as the lake takes it: a name of the catalog as it is, a path absolute. */
export function resolveTarget(target: string): string {
  return isPath(target) && !isUri(target) ? resolve(target) : target;
}

/** The name in the project's package.json; undefined when there is none. */
export async function readProjectName(project: Project): Promise<string | undefined> {
  const file = join(project.folder, "package.json");
  if (!existsSync(file)) return undefined;
  const { name } = JSON.parse(await readFile(file, "utf8")) as { name?: unknown };
  return typeof name === "string" ? name : undefined;
}
