/** `neuralake compile`: catalog/ becomes generated/; every mistake of the author is said at once. */
import { join, relative } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { Compiled } from "../../compiler/compile.ts";
import { tellDiagnostics } from "../../compiler/diagnostics/told.ts";
import type { Mended } from "../../compiler/mend.ts";
import { durationText, pluralText } from "../amounts.ts";
import { CatalogErrors, frameText, sourceReader } from "../catalog-errors.ts";
import { addCommand, endWith, type DefineCommand } from "../command.ts";
import { findProject, type Project } from "../project.ts";
import { mendedJson, mendProject } from "../mended-catalog.ts";
import { reportProblem } from "../report.ts";
import { writeSarif, type SarifTarget } from "../sarif-output.ts";
import { errorStyle, type Terminal } from "../terminal.ts";
import { compileWhileWatched } from "../watched-compile.ts";

/** Whether to write, and whether what differs is a step of history yet: while files are watched, it is a draft. */
interface Mode { readonly check: boolean; readonly draft: boolean }
interface Options { readonly watch?: boolean; readonly check?: boolean; readonly fix?: boolean; readonly sarif?: string | true; readonly site: string; readonly json?: boolean }

export const defineCompile: DefineCommand = (program, terminal) => {
  addCommand(program, {
    usage: "compile",
    summary: "compile catalog/ to generated/",
    examples: ["neuralake compile", "neuralake compile --check", "neuralake compile --fix", "neuralake compile --check --sarif findings.sarif"],
  })
    .option("--watch", "compile again whenever a file of the catalog changes")
    .option("--check", "write nothing; exit 3 when generated/ is out of date")
    .addOption(new Option("--fix", "mend in catalog/ what can be meant in one way only, then compile").conflicts(["watch", "check"]))
    .addOption(new Option("--sarif [file]", "what was found as SARIF 2.1.0, for code hosts; without a file on stdout, and nothing else there").conflicts("watch"))
    .addOption(new Option("--site <url>", "with --sarif: where the site is served, whose pages explain the codes").default("http://localhost:8080/", "where `neuralake serve` serves it").argParser(siteUrl))
    .action(async (options: Options) => {
      const project = await findProject();
      const check = options.check === true;
      if (options.sarif === true && options.json === true) throw new InvalidArgumentError("error: option '--sarif' without a file cannot be used with option '--json'");
      const mended = options.fix === true ? await mendProject(project, terminal) : undefined;
      if (options.watch === true) return compileAndWatch(project, check, terminal);
      await compileOnce(project, { check, draft: false }, terminal, { mended, ...(options.sarif === undefined ? {} : { sarif: { sarif: options.sarif, site: options.site } }) });
    });
};

/** What else is told of a compilation. */
interface Beside { readonly sarif?: SarifTarget; readonly mended?: Mended | undefined }

function siteUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new InvalidArgumentError("It is not the address of a site, such as https://catalog.acme.com/.");
  return text;
}

async function compileOnce(project: Project, { check, draft }: Mode, terminal: Terminal, { sarif, mended }: Beside = {}): Promise<void> {
  const started = performance.now();
  const compiled = await compileProject(project, terminal, { check, draft }).catch(async (error: unknown) => {
    if (error instanceof CatalogErrors && sarif !== undefined) await writeSarif(error.diagnostics, project.folder, sarif, terminal);
    throw error;
  });
  if (sarif !== undefined) await writeSarif(compiled.diagnostics, project.folder, sarif, terminal);
  if (sarif?.sarif !== true) await tellCompiled(compiled, project, performance.now() - started, terminal, mended);
  endWith(compiled.stale.length > 0 ? 3 : 0);
}

async function tellCompiled(compiled: Compiled, project: Project, ms: number, terminal: Terminal, mended?: Mended): Promise<void> {
  if (terminal.json) await terminal.printJson({ ...summaryOf(compiled, project), ...(mended === undefined ? {} : mendedJson(mended)) });
  else await printCompiled(compiled, project, ms, terminal);
}

/** Compiles a project and prints its warnings; throws `CatalogErrors` when there are errors. */
export async function compileProject(project: Project, terminal: Terminal, mode: Mode = { check: false, draft: false }): Promise<Compiled> {
  // TypeScript itself is loaded only when there is something to compile.
  const { compile } = await import("../../compiler/compile.ts");
  return tellFound(await compile({ project: project.folder, catalogDir: project.catalogDir, generatedDir: project.generatedDir, postgres: project.postgresNames, ...project.emitting, ...mode }), project, terminal);
}

/** Prints the warnings; throws `CatalogErrors` when there are errors. */
function tellFound(compiled: Compiled, project: Project, terminal: Terminal): Compiled {
  const colour = errorStyle().blue("x") !== "x";
  if (compiled.diagnostics.some((diagnostic) => diagnostic.severity === "error")) throw new CatalogErrors(compiled.diagnostics, project.folder, colour);
  if (compiled.diagnostics.length > 0) terminal.note(frameText(compiled.diagnostics, project.folder, colour).trimEnd());
  return compiled;
}

function summaryOf({ catalog, diagnostics, written, removed, stale }: Compiled, project: Project): object {
  const tables = catalog.databases.reduce((sum, database) => sum + database.tables.length, 0);
  return { databases: catalog.databases.length, tables, written, removed, stale, diagnostics: tellDiagnostics(diagnostics, sourceReader(project.folder)) };
}

async function printCompiled(compiled: Compiled, project: Project, ms: number, terminal: Terminal): Promise<void> {
  const { style } = terminal;
  const { written, removed, stale } = compiled;
  const tables = compiled.catalog.databases.reduce((sum, database) => sum + database.tables.length, 0);
  await terminal.print(`${pluralText(compiled.catalog.databases.length, "database")}, ${pluralText(tables, "table")} in ${durationText(ms)}`);
  const generated = relative(process.cwd(), project.generatedDir);
  const lines = [
    ...written.map((file) => `${style.quiet("wrote")} ${join(generated, file)}`),
    ...removed.map((file) => `${style.quiet("removed")} ${join(generated, file)}`),
    ...stale.map((file) => `${style.coral("out of date")} ${join(generated, file)}`),
  ];
  if (lines.length === 0) lines.push(style.quiet("generated files are up to date"));
  await terminal.print(lines.map((line) => `  ${line}`).join("\n"));
  if (stale.length > 0) await terminal.print("`neuralake compile` brings them up to date");
}

async function compileAndWatch(first: Project, check: boolean, terminal: Terminal): Promise<void> {
  await compileWhileWatched(first, {
    check, signal: terminal.signal, find: findProject,
    async heard(outcome) {
      try {
        if ("error" in outcome) throw outcome.error;
        await tellCompiled(tellFound(outcome.compiled, outcome.project, terminal), outcome.project, outcome.ms, terminal);
        endWith(outcome.compiled.stale.length > 0 ? 3 : 0);
      } catch (error) {
        endWith(await reportProblem(error, terminal));
      }
      if (!terminal.signal.aborted) terminal.note(errorStyle().quiet("watching; Ctrl-C ends it"));
    },
  });
}
