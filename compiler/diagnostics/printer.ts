/** Diagnostics as people read them: where, what, the line of source with the offending text underlined, the way out. */
import type { Diagnostic } from "./diagnostic.ts";
import { linesOf } from "./lines.ts";
import type { ReadSource } from "./told.ts";

export interface PrintOptions { readonly colour: boolean }

type Paint = (text: string) => string;
interface Paints { readonly error: Paint; readonly warning: Paint; readonly faint: Paint; readonly strong: Paint; readonly hint: Paint }

/** All of `diagnostics`, how many there are, and where to read more; empty when there are none. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], readSource: ReadSource, options: PrintOptions): string {
  if (diagnostics.length === 0) return "";
  const paints = paintsFor(options.colour);
  const sources = new Map<string, readonly string[]>();
  const linesIn = (file: string): readonly string[] => {
    const known = sources.get(file) ?? linesOf(readSource(file) ?? "");
    sources.set(file, known);
    return known;
  };
  const printed = diagnostics.map((diagnostic) => printOne(diagnostic, linesIn(diagnostic.place.file), paints));
  return `${printed.join("\n\n")}\n\n${paints.strong(count(diagnostics))} ${paints.faint(more(diagnostics))}\n`;
}

function printOne(diagnostic: Diagnostic, lines: readonly string[], paints: Paints): string {
  const { file, line, column } = diagnostic.place;
  const paint = paints[diagnostic.severity];
  const head = `${paints.strong(`${file}:${line}:${column}`)} ${paint(`${diagnostic.severity} ${diagnostic.code}`)} ${diagnostic.message}`;
  const hint = diagnostic.hint === undefined ? [] : [`  ${paints.hint("hint:")} ${diagnostic.hint}`];
  return [head, ...frame(diagnostic, lines, paints, paint), ...hint].join("\n");
}

/** The line of the place, the one before it for company, and a line of carets. */
function frame(diagnostic: Diagnostic, lines: readonly string[], paints: Paints, paint: Paint): string[] {
  const { line, column, length } = diagnostic.place;
  const text = lines[line - 1];
  if (text === undefined || text.trim() === "") return [];
  const width = String(line).length;
  const numbered = (number: number, content: string): string => `  ${paints.faint(`${String(number).padStart(width)} |`)} ${content}`.trimEnd();
  const before = lines[line - 2];
  const carets = "^".repeat(Math.max(1, Math.min(length, text.length - column + 1)));
  const under = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [
    ...(before === undefined || before.trim() === "" ? [] : [numbered(line - 1, before)]),
    numbered(line, text),
    `  ${paints.faint(`${" ".repeat(width)} |`)} ${under}${paint(carets)}`,
  ];
}

function count(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const parts = [[errors, "error"], [warnings, "warning"]] as const;
  return `${parts.filter(([number]) => number > 0).map(([number, name]) => `${number} ${name}${number === 1 ? "" : "s"}`).join(", ")}.`;
}

/** The ways on: the page of the first code, and what `--fix` would do. */
function more(diagnostics: readonly Diagnostic[]): string {
  const [first] = diagnostics.toSorted((left, right) => Number(left.severity === "warning") - Number(right.severity === "warning"));
  const certain = diagnostics.filter((diagnostic) => diagnostic.fix !== undefined).length;
  const fixed = certain === 0 ? "" : `\`neuralake compile --fix\` mends ${certain === diagnostics.length ? (certain === 1 ? "it" : "all") : certain}; `;
  return `${fixed}\`neuralake explain ${first?.code ?? ""}\` says more.`;
}

function paintsFor(colour: boolean): Paints {
  const paint = (code: number): Paint => (colour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return { error: paint(31), warning: paint(33), faint: paint(2), strong: paint(1), hint: paint(36) };
}
