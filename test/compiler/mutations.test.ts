/**
 * Good catalogs, spoilt by chance: whatever is done to a file, the compiler says what is wrong or compiles, and never fails itself. Every
 * spoilt catalog is judged in one process by the whole compiler; those that still compile are printed too. The seed makes the same 2,000
 * again; a tenth of them runs in `npm test`, all under NEURALAKE_TORTURE=1.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExaminer } from "../../compiler/compile.ts";
import type { Compiler } from "../../compiler/compile.ts";
import { hasErrors } from "../../compiler/diagnostics/diagnostic.ts";
import { endOf } from "../../compiler/diagnostics/lines.ts";
import { emit } from "../../compiler/emit/emit.ts";
import { below, oneOf, randomOf } from "../random.ts";
import type { Random } from "../random.ts";

const golden = path.join(import.meta.dirname, "../golden");
const seed = Number(process.env["NEURALAKE_SEED"] ?? 7);
const rounds = process.env["NEURALAKE_TORTURE"] === "1" ? 2_000 : 200;

/** The pieces of a source: names, numbers, texts, spaces, single signs. */
const pieces = (text: string): string[] => text.match(/[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|"[^"\n]*"|'[^'\n]*'|\s+|[^]/gu) ?? [];
const types = ["Text", "Int8", "Int64", "Float64", "Bool", "Bytes", "Uuid", "Day", "Timestamp", "Decimal<10, 2>", "Decimal", "string", "number", "Text[]", "Record<string, Text>", "{ a: Text }", "\"a\" | \"b\"", "null", "undefined", "never", "Trips"];
const signs = ["\u{1F6B2}", "\0", "`", "${", "}", "{", "(", ")", "@", "*/", "/*", "//", "<<<<<<< HEAD\n", "\r", "\u2028", "\uFEFF", "\\", "'", "\"", ";", "<", "e\u0301", "--", "::", "$$"];

/** Something in the middle of `list` that is `fit`, by its index; -1 for none. */
function indexOf(random: Random, list: readonly string[], fit: (piece: string) => boolean): number {
  const found = list.flatMap((piece, index) => (fit(piece) ? [index] : []));
  return found.length === 0 ? -1 : oneOf(random, found);
}

const isName = (piece: string): boolean => /^[\p{L}_$]/u.test(piece);
const isPiece = (piece: string): boolean => piece.trim() !== "";

type Spoil = (random: Random, text: string) => string;

/** Changes one of the pieces that are `fit`. */
const changing = (fit: (piece: string) => boolean, change: (random: Random, piece: string) => string): Spoil => (random, text) => {
  const list = pieces(text);
  const index = indexOf(random, list, fit);
  return index === -1 ? text : list.with(index, change(random, list[index] ?? "")).join("");
};

const lineWise = (change: (random: Random, lines: string[]) => string[]): Spoil => (random, text) => change(random, text.split("\n")).join("\n");

const spoils: { readonly [name: string]: Spoil } = {
  "a piece is lost": changing(isPiece, () => ""),
  "a piece is doubled": changing(isPiece, (_, piece) => `${piece} ${piece}`),
  "two pieces change places": (random, text) => {
    const list = pieces(text);
    const [one, other] = [indexOf(random, list, isPiece), indexOf(random, list, isPiece)];
    return list.with(one, list[other] ?? "").with(other, list[one] ?? "").join("");
  },
  "a name is misspelt": changing(isName, (random, name) => {
    const at = below(random, name.length);
    return oneOf(random, [name.slice(0, at) + name.slice(at + 1), name.slice(0, at) + (name[at] ?? "") + name.slice(at), name.toUpperCase(), name.toLowerCase(), `${name}2`, `${name}é`]);
  }),
  "a name is another's": (random, text) => changing(isName, () => oneOf(random, pieces(text).filter(isName)))(random, text),
  "a literal is another": changing((piece) => /^[\d"']/.test(piece), (random, piece) => oneOf(random, [`-${piece}`, "0", "1e400", "99999999999999999999999", "1n", "\"\"", "\"é\\u0000\"", "true", "null", "/(/", "[]", "{}", "() => 1"])),
  "a type is another": (random, text) => text.replace(new RegExp(`(: )([A-Z]\\w*)(;)`), (_, before: string, __, after: string) => before + oneOf(random, types) + after),
  "any type is another": changing((piece) => /^[A-Z]\w+$/.test(piece), (random) => oneOf(random, types)),
  "an import is lost": lineWise((random, lines) => {
    const index = indexOf(random, lines, (line) => line.startsWith("import"));
    return index === -1 ? lines : lines.toSpliced(index, 1);
  }),
  "a file is cut": (random, text) => text.slice(0, below(random, text.length + 1)),
  "the beginning of a file is lost": (random, text) => text.slice(below(random, text.length + 1)),
  "a sign is put in": (random, text) => {
    const at = below(random, text.length + 1);
    return text.slice(0, at) + oneOf(random, signs) + text.slice(at);
  },
  "a word moves to another line": lineWise((random, lines) => {
    const index = indexOf(random, lines, (line) => line.trim().startsWith("@"));
    return index === -1 ? lines : lines.toSpliced(index, 1).toSpliced(below(random, lines.length), 0, lines[index] ?? "");
  }),
  "a line is lost": lineWise((random, lines) => lines.toSpliced(below(random, lines.length), 1)),
  "a line is doubled": lineWise((random, lines) => lines.toSpliced(below(random, lines.length), 0, oneOf(random, lines))),
  "lines end otherwise": (random, text) => text.replaceAll("\n", oneOf(random, ["\r\n", "\r", "\n\n"])),
  "nothing is left": () => "",
};

interface Spoilt { readonly name: string; readonly project: string; readonly files: ReadonlyMap<string, string>; readonly compiler: Compiler }

const folder = mkdtempSync(path.join(tmpdir(), "neuralake-spoilt-"));
let catalogs: Spoilt[] = [];
beforeAll(() => {
  catalogs = readdirSync(golden).map((name) => {
    const project = path.join(folder, name);
    cpSync(path.join(golden, name, "catalog"), path.join(project, "catalog"), { recursive: true });
    const names = readdirSync(path.join(project, "catalog"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts")).sort();
    return { name, project, files: new Map(names.map((file) => [`catalog/${file}`, readFileSync(path.join(project, "catalog", file), "utf8")])), compiler: openExaminer({ project, draft: true }) };
  });
});
afterAll(async () => {
  for (const { compiler } of catalogs) await compiler.close();
  rmSync(folder, { recursive: true });
});

test(`${rounds} spoilt catalogs are refused in words or compile, and none makes the compiler fail`, { timeout: 1_800_000 }, async () => {
  const random = randomOf(seed);
  const counts = { refused: 0, warned: 0, compiled: 0, same: 0 };
  const failed: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const spoilt = oneOf(random, catalogs);
    const [file, text] = oneOf(random, [...spoilt.files]);
    const names = Object.keys(spoils);
    const name = names[round % names.length] ?? "";
    const wrong = spoils[name]?.(random, text) ?? "";
    const outcome = await judged(spoilt, file, wrong).catch((error: unknown) => {
      failed.push(`seed ${seed} round ${round}: ${spoilt.name}/${file}, ${name}: ${error instanceof Error ? error.stack?.split("\n").slice(0, 4).join(" ") : String(error)}\n${differing(text, wrong)}`);
      return "refused" as const;
    });
    counts[wrong === text ? "same" : outcome] += 1;
  }
  console.log(`${rounds} spoilt catalogs (seed ${seed}): ${counts.refused} refused, ${counts.warned} warned, ${counts.compiled} compiled, ${counts.same} unchanged, ${failed.length} failed`);
  expect(failed).toEqual([]);
  expect(counts.refused).toBeGreaterThan(rounds / 2);
});

/** Compiles the catalog with `file` spoilt, and looks at each place that is told. */
async function judged({ project, files, compiler }: Spoilt, file: string, text: string): Promise<"refused" | "warned" | "compiled"> {
  const at = path.join(project, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
  try {
    const { catalog, diagnostics } = await compiler.compile();
    for (const { place, message, fix } of diagnostics) {
      for (const own of [place, ...(fix?.edits.map((edit) => edit.place) ?? [])]) requirePlace(own, own.file === file ? text : files.get(own.file));
      if (message === "") throw new Error(`nothing is said at ${place.line}:${place.column}`);
    }
    if (hasErrors(diagnostics)) return "refused";
    await emit(catalog, { title: "spoilt", project: "../..", functions: [] });
    return diagnostics.length > 0 ? "warned" : "compiled";
  } finally {
    writeFileSync(at, files.get(file) ?? "");
  }
}

/** A place begins within its file, on a line that is there, and ends within it. */
function requirePlace(place: { file: string; line: number; column: number; length: number }, text = ""): void {
  const { endLine, endColumn } = endOf(text, place);
  const begins = endOf(text, { ...place, length: 0 });
  if (begins.endLine !== place.line || begins.endColumn !== place.column || endLine < place.line || (endLine === place.line && endColumn < place.column)) {
    throw new Error(`there is no ${place.file}:${place.line}:${place.column}+${place.length}`);
  }
}

/** The first line that differs, both ways. */
function differing(before: string, after: string): string {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const line = now.findIndex((own, index) => own !== old[index]);
  return `- ${old[line] ?? ""}\n+ ${now[line] ?? "(cut)"}`;
}
