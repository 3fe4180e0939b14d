/**
 * TypeScript's check of a catalog, the first time of all its files, then of those that changed and those whose types follow from them.
 * What is said is the same either way: the errors of a file are worded by a program of the files that have errors and of what these import,
 * since TypeScript's words depend on what else it checked before.
 */
import type { ts } from "ts-morph";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { createProgram, resolveRelative } from "./program.ts";
import type { ParsedFiles } from "./program.ts";
import { openProof } from "./proven-shapes.ts";
import { isAmbient, moduleNames, typeShape } from "./type-shape.ts";
import { errorsOf, parses, semanticErrors } from "./typescript-errors.ts";
import type { CheckedSource, TypescriptError } from "./typescript-errors.ts";

export interface TypeCheck {
  /** What TypeScript says of those `sources` that parse, without what reading said better. */
  check(sources: readonly CheckedSource[]): Diagnostic[];
}

type Errors = ReadonlyMap<string, readonly TypescriptError[]>;

/** A check of the catalog of `project`. */
export function openTypeCheck(project: string): TypeCheck {
  let parsed: ParsedFiles | undefined;
  let ambient = new Set<string>();
  let errors: Errors = new Map();
  let worded: Errors = new Map();

  const ask = (files: readonly string[], now: ParsedFiles): Errors => {
    if (files.length === 0) return new Map();
    const program = createProgram(project, [...new Set([...files, ...ambient])], now);
    const sources = files.flatMap((file) => now.get(file) ?? []).filter(parses);
    return new Map(sources.map((source) => [source.fileName, errorsOf(program, source)] as const).filter(([, own]) => own.length > 0));
  };
  const proof = openProof();
  /** The same as `ask`, which is asked about what is not known to be right by its shape. Where a file speaks of all others, no shape stands by itself. */
  const askAsNeeded = (files: readonly string[], now: ParsedFiles): Errors => {
    if (ambient.size > 0) return ask(files, now);
    return proof.judge(files.flatMap((file) => now.get(file) ?? []), (sources) => ask(sources.map((source) => source.fileName), now));
  };
  const update = (now: ParsedFiles): void => {
    const changed = parsed === undefined ? [...now.keys()] : changedFiles(parsed, now);
    if (changed.length === 0) return;
    const wasAmbient = changed.some((file) => ambient.has(file));
    ambient = new Set([...ambient, ...changed].filter((file) => isAmbientNow(now, file)).sort());
    const whole = parsed === undefined || wasAmbient || changed.some((file) => ambient.has(file));
    const asked = whole ? [...now.keys()] : affectedFiles(parsed ?? now, now, changed);
    errors = replaced(errors, asked, askAsNeeded(asked, now), now);
    const wrong = [...errors.keys()];
    worded = wrong.length === 0 || wrong.join() === asked.join() ? errors : new Map([...errors, ...ask(wrong, now)]);
    parsed = now;
  };
  return {
    check(sources) {
      update(new Map(sources.map(({ source }) => [source.fileName, source])));
      return worded.size === 0 ? [] : sources.flatMap(({ source, said }) => semanticErrors(source, worded.get(source.fileName) ?? [], said));
    },
  };
}

/** `errors` with those `found` in the files that were `asked` about, in order of `now`. */
function replaced(errors: Errors, asked: readonly string[], found: Errors, now: ParsedFiles): Errors {
  const kept = new Map(errors);
  for (const file of asked) kept.delete(file);
  const all = new Map([...kept, ...found]);
  return all.size === 0 ? all : new Map([...now.keys()].flatMap((file) => {
    const own = all.get(file);
    return own === undefined ? [] : [[file, own] as const];
  }));
}

function isAmbientNow(now: ParsedFiles, file: string): boolean {
  const source = now.get(file);
  return source !== undefined && isAmbient(source);
}

/** Those that came, went or have another text. */
function changedFiles(before: ParsedFiles, now: ParsedFiles): string[] {
  const gone = [...before.keys()].filter((file) => !now.has(file));
  return [...now].filter(([file, source]) => before.get(file) !== source).map(([file]) => file).concat(gone);
}

/** `changed` as far as they are there, and whoever imports one, through however many files, whose shape is another; in order of name. */
function affectedFiles(before: ParsedFiles, now: ParsedFiles, changed: readonly string[]): string[] {
  const moved = new Set(changed.filter((file) => shapeOf(before, file) !== shapeOf(now, file)));
  if (moved.size > 0) {
    const importers = importersIn(now);
    // A set is walked in the order of its growth, to the last that was added.
    for (const file of moved) for (const importer of importers.get(file) ?? []) moved.add(importer);
  }
  return [...new Set([...changed, ...moved])].filter((file) => now.has(file)).sort((left, right) => (left < right ? -1 : 1));
}

function shapeOf(files: ParsedFiles, file: string): string | undefined {
  const source = files.get(file);
  return source === undefined ? undefined : typeShape(source);
}

/** By file, who imports it. Files that were never part of a program are among the changed ones anyway, or import no other. */
function importersIn(files: ParsedFiles): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const source of files.values()) {
    for (const name of relativeModules(source)) importers.getOrInsertComputed(name, () => []).push(source.fileName);
  }
  return importers;
}

function relativeModules(source: ts.SourceFile): string[] {
  return moduleNames(source).filter((name) => name.startsWith(".")).map((name) => resolveRelative(source.fileName, name));
}
