/**
 * The compiler on one screen: extract -> check -> bind -> emit -> write, and a migration for what differs from those there are;
 * what a lake has instead, `plan` tells, which is the commands' own.
 * Files of the catalog in, files of the generated folder out; whatever is wrong is a diagnostic, and with an error nothing is written.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { bind } from "./bind/bind.ts";
import { check } from "./check/check.ts";
import { hasErrors } from "./diagnostics/diagnostic.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { diagnose } from "./diagnostics/messages.ts";
import { settle } from "./diagnostics/settle.ts";
import { emitMigration } from "./emit/migration.ts";
import { startEmitter } from "./emitter.ts";
import type { PrintedFile } from "./emitter.ts";
import { openCatalogReader, openTypeCheck } from "./extract/extract.ts";
import { readHistory } from "./history.ts";
import type { History } from "./history.ts";
import type { Catalog } from "./ir/catalog.ts";
import { nextMigration, replay } from "./plan/migrations.ts";
import { riddlesOf } from "./plan/riddles.ts";
import { compareFiles, writeFiles } from "./write.ts";

export interface CompileOptions {
  /** The project's directory; places in diagnostics are relative to it. */
  readonly project: string;
  /** `catalog` in the project without it. */
  readonly catalogDir?: string;
  /** `generated` in the project without it. */
  readonly generatedDir?: string;
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
  const project = path.resolve(options.project);
  const catalogDir = path.resolve(project, options.catalogDir ?? "catalog");
  const generatedDir = path.resolve(project, options.generatedDir ?? "generated");

  const emitter = startEmitter();
  try {
    const { sources, functions, ...extracted } = openCatalogReader({ project, catalogDir }).read();
    const checked = check(extracted.catalog);
    const { catalog, diagnostics: bound } = await bind(extracted.catalog, brokenFiles(extracted.diagnostics));
    const { title, wrong } = await titleOf(project);
    const history = readHistory(generatedDir, project);
    const ours = [...extracted.diagnostics, ...checked, ...bound, ...wrong, ...history.problems];
    const context = { title, project: relativeUrl(path.join(generatedDir, "client"), project), functions };
    const emitting = hasErrors(ours) ? [] : emitter.emit({ catalog, context });
    const migrating = hasErrors(ours) || options.draft === true ? nothingNew : migrate(history, catalog);
    const diagnostics = settle([...ours, ...migrating.riddles, ...openTypeCheck(project).check(sources)]);
    if (hasErrors(diagnostics)) return { catalog, diagnostics, files: [], written: [], removed: [], stale: [] };
    const files = [...(await emitting), ...migrating.files].sort((left, right) => (left.path < right.path ? -1 : 1));
    return { catalog, diagnostics, files, ...write(generatedDir, files, options.check === true) };
  } finally {
    await emitter.stop();
  }
}

interface Migrating { readonly files: readonly PrintedFile[]; readonly riddles: readonly Diagnostic[] }
const nothingNew: Migrating = { files: [], riddles: [] };

/** The migration that the history lacks. */
function migrate({ migrations }: History, catalog: Catalog): Migrating {
  const next = nextMigration(migrations, catalog);
  if (next === undefined) return nothingNew;
  const { path: name, text } = emitMigration(next);
  return { files: [{ path: name, bytes: Buffer.from(text) }], riddles: riddlesOf(next, replay(migrations), catalog) };
}

function write(generatedDir: string, files: readonly PrintedFile[], check: boolean): Pick<Compiled, "written" | "removed" | "stale"> {
  const differences = compareFiles(generatedDir, files);
  const changed = differences.changed.map((file) => file.path);
  const removed = differences.unknown;
  if (check) return { written: [], removed: [], stale: [...changed, ...removed].sort() };
  writeFiles(generatedDir, differences);
  return { written: changed, removed, stale: [] };
}

function relativeUrl(from: string, to: string): string {
  return path.relative(from, to).split(path.sep).join("/");
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
