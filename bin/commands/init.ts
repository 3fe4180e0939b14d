/** `neuralake init`: a new project that compiles, holds sample rows and answers a query at once; with `--hook` one that a push publishes into. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { pluralText } from "../amounts.ts";
import { addCommand, type DefineCommand } from "../command.ts";
import { openProjectLake, rootOverride, type Project } from "../project.ts";
import { hookRepository, type HookOptions } from "../push/hook-repository.ts";
import { packageName, starterFiles, starterQuery, starterRows } from "../starter.ts";
import type { Terminal } from "../terminal.ts";
import { applyChanges } from "./apply.ts";
import { compileProject } from "./compile.ts";

interface Options extends HookOptions { readonly hook?: string }

export const defineInit: DefineCommand = (program, terminal) => {
  addCommand(program, {
    usage: "init [dir]",
    summary: "make a new project that compiles, loads sample rows and answers a query at once",
    examples: ["neuralake init shop", "neuralake init /srv/shop --hook /srv/shop.git"],
  })
    .option("--hook <repository>", "make a push to this bare git repository compile, plan, apply and publish into the project, which may be there already")
    .option("--root <dir>", "with --hook: where the lake lies (else NEURALAKE_ROOT, the configuration, ./lake)")
    .option("--env <name>", "with --hook: environment of neuralake.config.ts (else NEURALAKE_ENV)")
    .action((dir: string | undefined, options: Options) => {
      if (options.hook !== undefined) return hookRepository(options.hook, resolve(dir ?? "."), options, terminal, () => makeProject(dir ?? ".", options, terminal));
      if (options.root !== undefined || options.env !== undefined) throw new InvalidArgumentError("error: --root and --env are for --hook\nNEURALAKE_ROOT says where a new project's lake lies");
      return makeProject(dir ?? ".", {}, terminal);
    });
};

/** Writes a new project, fills its lake, and says what to do next. */
async function makeProject(dir: string, options: HookOptions, terminal: Terminal): Promise<void> {
  const folder = resolve(dir);
  const files = starterFiles(packageName(basename(folder)));
  const taken = files.find((file) => existsSync(join(folder, file.path)));
  if (taken !== undefined) throw new InvalidArgumentError(`error: ${join(dir, taken.path)} is there already\nchoose an empty folder`);
  for (const { path, text } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: "wx" });
  }
  const project: Project = { folder, root: rootOverride(options) ?? join(folder, "lake"), catalogDir: join(folder, "catalog"), generatedDir: join(folder, "generated"), brokers: [], postgres: {}, postgresNames: [] };
  const rows = await fillLake(project, terminal);
  if (terminal.json) return terminal.printJson({ folder, files: files.map((file) => file.path), table: starterRows.table, rows });
  await printNext(dir, files.length, rows, terminal);
}

/** Compiles the project, creates its tables and loads the sample rows; returns how many. */
async function fillLake(project: Project, terminal: Terminal): Promise<number> {
  terminal.progress("compiling");
  await compileProject(project, terminal);
  await using lake = await openProjectLake(project);
  await applyChanges(lake, project, { signal: terminal.signal });
  const { kept } = await lake.load(starterRows.table, join(project.folder, starterRows.file));
  return kept;
}

async function printNext(dir: string, files: number, rows: number, terminal: Terminal): Promise<void> {
  const { style } = terminal;
  const folder = relative(process.cwd(), resolve(dir));
  await terminal.print(`wrote ${pluralText(files, "file")}, compiled them, and loaded ${pluralText(rows, "row")} into ${style.blue(starterRows.table)}`);
  await terminal.print();
  if (folder !== "") await terminal.print(`  cd ${folder}`);
  await terminal.print(`  npx neuralake query "${starterQuery}"`);
  await terminal.print("  npx neuralake serve");
}
