/** What may be wrong with a machine, a project and its lake, each looked at by itself: what is found is a line, and never stops the others. */
import { access, constants, stat } from "node:fs/promises";
import { dirname, relative } from "node:path";
import type { Lake } from "../runtime/lake.ts";
import { Failure } from "../runtime/values/failure.ts";
import { CatalogErrors } from "./catalog-errors.ts";
import { compileProject } from "./commands/compile.ts";
import { findProject, openProjectLake, type LakeOptions, type Project } from "./project.ts";
import type { Terminal } from "./terminal.ts";

/** One thing that was looked at. `hint`: the way out, where it is not well. */
export interface Finding { readonly about: string; readonly ok: boolean; readonly text: string; readonly hint?: string }

const nodeMajor = 26;

/** Looks at everything there is to look at, in order; a project that cannot be read ends it. */
export async function* lookAtAll(options: LakeOptions, terminal: Terminal): AsyncGenerator<Finding> {
  yield nodeFinding(process.versions.node);
  const project = await attempt("configuration", () => findProject(options));
  if ("ok" in project) return yield project;
  yield { about: "configuration", ok: true, text: `project ${project.value.folder}` };
  yield await generatedFinding(project.value, terminal);
  yield await rootFinding(project.value);
  for (const broker of project.value.brokers) yield await brokerFinding(broker);
  const lake = await attempt("lake", () => openProjectLake(project.value));
  if ("ok" in lake) return yield lake;
  await using opened = lake.value;
  yield await tablesFinding(opened);
  yield* servedFindings(opened, project.value, terminal);
}

/** Whether this Node runs neuralake. */
export function nodeFinding(version: string): Finding {
  const ok = Number(version.split(".")[0]) >= nodeMajor;
  return { about: "Node", ok, text: `version ${version}`, ...(ok ? {} : { hint: `Version ${nodeMajor} or newer is needed; the package \`node\` brings it: npx neuralake.` }) };
}

async function generatedFinding(project: Project, terminal: Terminal): Promise<Finding> {
  const about = relative(project.folder, project.generatedDir) || "generated";
  const silent = { ...terminal, note: () => undefined };
  try {
    const { stale } = await compileProject(project, silent, { check: true, draft: false });
    if (stale.length === 0) return { about, ok: true, text: "up to date" };
    return { about, ok: false, text: `out of date: ${stale.slice(0, 3).join(", ")}${stale.length > 3 ? `, and ${stale.length - 3} more` : ""}`, hint: "Run `neuralake compile`." };
  } catch (error) {
    if (error instanceof CatalogErrors) return { about, ok: false, text: error.message, hint: "`neuralake compile` shows each with its place." };
    return failed(about, error);
  }
}

async function rootFinding({ root, folder }: Project): Promise<Finding> {
  const about = "root";
  try {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(root)) {
      const { openPlaces } = await import("../runtime/lake/places.ts");
      for await (const _first of openPlaces(root, folder).lake.list("")) break;
      return { about, ok: true, text: `${root} answers` };
    }
    const there = await nearestFolder(root);
    await access(there, constants.R_OK | constants.W_OK | constants.X_OK);
    return { about, ok: true, text: there === root ? `${root} can be written` : `${root} will be made by the first table` };
  } catch (error) {
    if (error instanceof Failure) return failed(about, error);
    return { about, ok: false, text: `${root} cannot be written: ${error instanceof Error ? error.message : String(error)}`, hint: "Give this user the right to write there, or name another root." };
  }
}

/** The folder itself, or the nearest above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const facts = await stat(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT" && folder !== dirname(folder)) return undefined;
    throw error;
  });
  if (facts === undefined) return await nearestFolder(dirname(folder));
  if (facts.isDirectory()) return folder;
  throw new Error(`${folder} is no folder`);
}

async function brokerFinding(broker: string): Promise<Finding> {
  const { brokerProblem } = await import("../runtime/ingest/kafka/reachable.ts");
  const problem = await brokerProblem(broker);
  if (problem === undefined) return { about: "Kafka broker", ok: true, text: `${broker} answers` };
  return { about: "Kafka broker", ok: false, text: problem, hint: "See whether it runs, and `kafka.brokers` in neuralake.config.ts." };
}

async function tablesFinding(lake: Lake): Promise<Finding> {
  const about = "Delta tables";
  try {
    const misfit = await lake.misfit();
    if (misfit === undefined) return { about, ok: true, text: "as they are declared" };
    return { about, ok: false, text: misfit.text, hint: "`neuralake plan` shows all that differs, `neuralake apply` makes it so." };
  } catch (error) {
    return failed(about, error);
  }
}

/** A line for each connection, and one for each table that is looked at through it. */
async function* servedFindings(lake: Lake, { postgres }: Project, { signal }: Terminal): AsyncGenerator<Finding> {
  const seen = Map.groupBy(await lake.served(signal), ({ connection }) => connection);
  for (const [connection, tables] of seen) {
    const about = `PostgreSQL ${connection}`;
    const failure = tables.find((table) => table.failure !== undefined)?.failure;
    if (failure !== undefined) {
      yield failed(about, failure);
      continue;
    }
    yield { about, ok: true, text: "answers" };
    for (const { table, drift } of tables) {
      if (drift.length === 0) yield { about: table, ok: true, text: "as it is declared" };
      for (const { text, hint } of drift) yield { about: table, ok: false, text, hint };
    }
  }
  for (const connection of Object.keys(postgres)) {
    if (!seen.has(connection)) yield { about: `PostgreSQL ${connection}`, ok: true, text: "no table is read through it" };
  }
}

async function attempt<T>(about: string, act: () => Promise<T>): Promise<{ readonly value: T } | Finding> {
  try {
    return { value: await act() };
  } catch (error) {
    return failed(about, error);
  }
}

function failed(about: string, error: unknown): Finding {
  if (error instanceof Failure) return { about, ok: false, text: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  throw error;
}
