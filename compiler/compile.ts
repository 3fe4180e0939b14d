/**
 * The compiler on one screen: extract -> check -> bind -> emit -> write; `plan` compares the outcome with a lake, and is the commands' own.
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
import { startEmitter } from "./emitter.ts";
import type { PrintedFile } from "./emitter.ts";
import { read, typeDiagnostics } from "./extract/extract.ts";
import type { Catalog } from "./ir/catalog.ts";
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
    const { sources, functions, ...extracted } = read({ project, catalogDir });
    const checked = check(extracted.catalog);
    const { catalog, diagnostics: bound } = await bind(extracted.catalog, brokenFiles(extracted.diagnostics));
    const { title, wrong } = await titleOf(project);
    const ours = [...extracted.diagnostics, ...checked, ...bound, ...wrong];
    const context = { title, project: relativeUrl(path.join(generatedDir, "client"), project), functions };
    const emitting = hasErrors(ours) ? [] : emitter.emit({ catalog, context });
    const diagnostics = settle([...ours, ...typeDiagnostics(project, sources)]);
    if (hasErrors(diagnostics)) return { catalog, diagnostics, files: [], written: [], removed: [], stale: [] };
    const files = await emitting;
    return { catalog, diagnostics, files, ...write(generatedDir, files, options.check === true) };
  } finally {
    await emitter.stop();
  }
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
