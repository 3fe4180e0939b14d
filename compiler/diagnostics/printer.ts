/** Diagnostics as people read them: where, what, the line of source with the offending text underlined, the way out. */
import type { Diagnostic } from "./diagnostic.ts";

export interface PrintOptions { readonly colour: boolean }

type Paint = (text: string) => string;
interface Paints { readonly error: Paint; readonly warning: Paint; readonly faint: Paint; readonly strong: Paint; readonly hint: Paint }

/** All of `diagnostics`, and how many there are; empty when there are none. `readSource` gives a file's text, undefined when there is none. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], readSource: (file: string) => string | undefined, options: PrintOptions): string {
  if (diagnostics.length === 0) return "";
  const paints = paintsFor(options.colour);
  const sources = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    const known = sources.get(file) ?? (readSource(file) ?? "").replace(/^\uFEFF/, "").split(/\r?\n/);
    sources.set(file, known);
    return known;
  };
  const printed = diagnostics.map((diagnostic) => printOne(diagnostic, linesOf(diagnostic.place.file), paints));
  return `${printed.join("\n\n")}\n\n${paints.strong(count(diagnostics))}\n`;
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

function paintsFor(colour: boolean): Paints {
  const paint = (code: number): Paint => (colour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return { error: paint(31), warning: paint(33), faint: paint(2), strong: paint(1), hint: paint(36) };
}
