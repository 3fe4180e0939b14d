/**
 * The compiler on one screen: extract -> check -> bind -> emit -> write, and a migration for what differs from those there are;
 * what a lake has instead, `plan` tells, which is the commands' own.
 * Files of the catalog in, files of the generated folder out; whatever is wrong is a diagnostic, and with an error nothing is written.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { openBinding } from "./bind/bind.ts";
import { check } from "./check/check.ts";
import { functionCircles } from "./check/function-circles.ts";
import { hasErrors } from "./diagnostics/diagnostic.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { diagnose, messages } from "./diagnostics/messages.ts";
import { settle } from "./diagnostics/settle.ts";
import { wholeText } from "./emit/emitted-file.ts";
import { emitMigration } from "./emit/migration.ts";
import { noEmitter, openEmitter, startEmitter } from "./emitter.ts";
import type { Emitter, PrintedFile, PrintedFiles } from "./emitter.ts";
import { openCatalogReader, openTypeCheck } from "./extract/extract.ts";
import { openHistory } from "./history.ts";
import type { History } from "./history.ts";
import type { Catalog } from "./ir/catalog.ts";
import type { OwnEmitter } from "./ir/own-emitter.ts";
import { emitOwn } from "./own-emitters.ts";
import { nextMigration, replay } from "./plan/migrations.ts";
import { riddlesOf } from "./plan/riddles.ts";
import { openGenerated } from "./write.ts";
import type { GeneratedFolder, UpdateOptions } from "./write.ts";

export { defineEmitter } from "./ir/own-emitter.ts";
export type { OwnContext as EmitterContext, OwnEmitter as Emitter, OwnFile as EmittedFile } from "./ir/own-emitter.ts";

export interface CompileOptions {
  /** The project's directory; places in diagnostics are relative to it. */
  readonly project: string;
  /** `catalog` in the project without it. */
  readonly catalogDir?: string;
  /** `generated` in the project without it. */
  readonly generatedDir?: string;
  /** The PostgreSQL connections that the configuration names; where they are not known, no name of one is wrong. */
  readonly postgres?: readonly string[];
  /** The project's own, beside ours. */
  readonly emitters?: readonly OwnEmitter[];
  /** The configuration that names them, relative to the project; `neuralake.config.ts` without it. */
  readonly config?: string;
  /** Write nothing, and tell what is out of date. */
  readonly check?: boolean;
  /** Leave the migrations as they are: what is saved while somebody writes is no step of history. */
  readonly draft?: boolean;
}

/** What came of it. The paths are relative to the generated folder, sorted. */
export interface Compiled {
  readonly catalog: Catalog;
  /** In order of place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Empty when there are errors. */
  readonly files: readonly PrintedFile[];
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** With `check`: what would be written or removed. */
  readonly stale: readonly string[];
}

/** Compiles a project. Only what changed is written; only what a former run emitted is removed, and migrations never. */
export async function compile(options: CompileOptions): Promise<Compiled> {
  const compiler = openStages(options, startEmitter());
  try {
    return await compiler.compile();
  } finally {
    await compiler.close();
  }
}

/** Compiles a project again and again. */
export interface Compiler {
  /**
   * What a first compile would give, worked out from what changed. `changed` are the files, relative to the project, that may have another
   * text than the last time, may have come or gone; without it any may, and files of the generated folder may have been written into.
   */
  compile(changed?: ReadonlySet<string>): Promise<Compiled>;
  close(): Promise<void>;
}

/** A compiler for as long as somebody edits. Close it. */
export function openCompiler(options: CompileOptions): Compiler {
  return openStages(options, openEmitter());
}

/** What `compile` would say of a project; nothing is printed or written. */
export async function examine(options: CompileOptions): Promise<Pick<Compiled, "catalog" | "diagnostics">> {
  const examiner = openExaminer(options);
  try {
    return await examiner.compile();
  } finally {
    await examiner.close();
  }
}

/** The same again and again. Close it. */
export function openExaminer(options: CompileOptions): Compiler {
  return openStages({ ...options, check: true }, noEmitter);
}

function openStages(options: CompileOptions, emitter: Emitter): Compiler {
  const { project, catalogDir, generatedDir } = foldersOf(options);
  const reader = openCatalogReader({ project, catalogDir });
  const types = openTypeCheck(project);
  const binding = openBinding();
  const history = openHistory(generatedDir, project);
  const generated = openGenerated(generatedDir);
  return {
    async compile(changed) {
      const { sources, functions, ...extracted } = reader.read(changed);
      const checked = check(extracted.catalog, options.postgres);
      const { catalog, diagnostics: bound } = await binding.bind(extracted.catalog, brokenFiles([...extracted.diagnostics, ...checked.filter(isUndeclarable)]));
      const circles = functionCircles(catalog);
      const { title, wrong } = await titleOf(project);
      const past = history();
      const ours = [...extracted.diagnostics, ...checked, ...bound, ...circles, ...wrong, ...past.problems];
      const context = { title, project: relativeUrl(path.join(generatedDir, "client"), project), functions };
      const emitting = hasErrors(ours) ? undefined : emitter.emit({ catalog, context });
      const own = hasErrors(ours) ? nothingOwn : emitOwn({ emitters: options.emitters ?? [], config: options.config ?? "neuralake.config.ts", twice: options.check === true }, catalog, { title });
      const migrating = hasErrors(ours) || options.draft === true ? nothingNew : migrate(past, catalog);
      const diagnostics = settle([...ours, ...own.problems, ...migrating.riddles, ...types.check(sources)]);
      if (emitting === undefined || hasErrors(diagnostics)) return { catalog, diagnostics, files: [], written: [], removed: [], stale: [] };
      const files: PrintedFile[] = [];
      const written = await write(generated, noted([...own.files, ...migrating.files], emitting, files), { check: options.check === true, trust: changed !== undefined });
      return { catalog, diagnostics, files: files.sort((left, right) => (left.path < right.path ? -1 : 1)), ...written };
    },
    async close() {
      binding.close();
      await emitter.stop();
    },
  };
}

function foldersOf(options: CompileOptions): { readonly project: string; readonly catalogDir: string; readonly generatedDir: string } {
  const project = path.resolve(options.project);
  return { project, catalogDir: path.resolve(project, options.catalogDir ?? "catalog"), generatedDir: path.resolve(project, options.generatedDir ?? "generated") };
}

const nothingOwn = { files: [], problems: [] };

interface Migrating { readonly files: readonly PrintedFile[]; readonly riddles: readonly Diagnostic[] }
const nothingNew: Migrating = { files: [], riddles: [] };

/** The migration that the history lacks. */
function migrate({ migrations }: History, catalog: Catalog): Migrating {
  const next = nextMigration(migrations, catalog);
  if (next === undefined) return nothingNew;
  const { path: name, parts } = emitMigration(next);
  return { files: [{ path: name, parts: [wholeText(parts)] }], riddles: riddlesOf(next, replay(migrations), catalog) };
}

/** `first` and then the files that are `emitting`, all of them added to `files`. */
async function* noted(first: readonly PrintedFile[], emitting: PrintedFiles, files: PrintedFile[]): PrintedFiles {
  files.push(...first);
  yield first;
  for await (const list of emitting) {
    for (const file of list) files.push(file);
    yield list;
  }
}

async function write(generated: GeneratedFolder, files: PrintedFiles, options: UpdateOptions): Promise<Pick<Compiled, "written" | "removed" | "stale">> {
  const { changed, unknown } = await generated.update(files, options);
  return options.check === true ? { written: [], removed: [], stale: [...changed, ...unknown].sort() } : { written: changed, removed: unknown, stale: [] };
}

function relativeUrl(from: string, to: string): string {
  return path.relative(from, to).split(path.sep).join("/");
}

/** Whether the engine could not even be told of the table: two columns of one name, a decimal or an object that cannot be. */
function isUndeclarable({ code }: Diagnostic): boolean {
  return [messages.nameTwice, messages.decimalDigits, messages.emptyObject].some((message) => message.code === code);
}

function brokenFiles(diagnostics: readonly Diagnostic[]): Set<string> {
  return new Set(diagnostics.filter((diagnostic) => diagnostic.severity === "error").map((diagnostic) => diagnostic.place.file));
}

/** The name in the project's package.json; "neuralake" where there is none. */
async function titleOf(project: string): Promise<{ readonly title: string; readonly wrong: readonly Diagnostic[] }> {
  const text = await readFile(path.join(project, "package.json"), "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "{}";
    throw error;
  });
  try {
    const { name } = JSON.parse(text) as { readonly name?: unknown };
    return { title: typeof name === "string" ? name : "neuralake", wrong: [] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { title: "", wrong: [diagnose("packageUnreadable", { file: "package.json", line: 1, column: 1, length: 0 }, { text: error.message })] };
  }
}
