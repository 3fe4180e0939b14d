/** Finds the author's place for an offset in printed SQL, and the diagnostic for what the engine has against it. */
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { onlySlip, suggest } from "../ir/nearest.ts";
import type { Place, SqlTemplate } from "../ir/catalog.ts";
import { locatePart } from "../../runtime/query/sql-template.ts";
import type { PrintedSql } from "../../runtime/query/sql-template.ts";
import type { SqlProblem } from "../../runtime/query/binder.ts";

/** SQL as it was sent to the engine: `before` characters, then the printed template. */
export interface SentSql { readonly template: SqlTemplate; readonly printed: PrintedSql; readonly before: number }

/** The place of `offset` in the text that was sent; the whole template without one. */
export function placeInTemplate({ template, printed, before }: SentSql, offset: number | undefined): Place {
  if (offset === undefined) return template.place;
  const inside = Math.min(Math.max(offset - before, 0), printed.sql.length);
  const found = locatePart(printed, inside);
  const part = template.parts[found.part];
  const span = template.spans?.[found.part];
  if (part === undefined || span === undefined) return template.place;
  const { file } = template.place;
  if (typeof part !== "string") return { file, ...span };
  const lines = part.slice(0, found.offset).split("\n");
  const [last = ""] = lines.slice(-1);
  return {
    file,
    line: span.line + lines.length - 1,
    column: (lines.length === 1 ? span.column : 1) + last.length,
    length: wordLength(part.slice(found.offset)),
  };
}

/** A table as a statement names it. */
export interface NamedTable { readonly alias: string; readonly columns: readonly string[] }

/**
 * Inside a subquery the engine looks for `x.fares` outside too when x has no such column, and then says that there is no x. What is
 * missing is the column.
 */
function missingColumn(problem: SqlProblem, { printed, before }: SentSql, named: readonly NamedTable[]): SqlProblem | undefined {
  const alias = /^Referenced table "(.*?)" not found/.exec(problem.message)?.[1];
  const table = named.find((own) => alias !== undefined && own.alias.toLowerCase() === alias.toLowerCase());
  const [, name] = problem.offset === undefined ? [] : /^(?:"[^"]*"|[\w$]+)\s*\.\s*"?([\w$]+)/u.exec(printed.sql.slice(problem.offset - before)) ?? [];
  return table === undefined || name === undefined ? undefined : { ...problem, kind: "column", name, candidates: table.columns };
}

/** What the engine said, in our words and at the author's place. */
export function problemDiagnostic(problem: SqlProblem, sent: SentSql, named: readonly NamedTable[] = []): Diagnostic {
  const missing = missingColumn(problem, sent, named);
  if (missing !== undefined) return problemDiagnostic(missing, sent);
  const place = placeInTemplate(sent, problem.offset);
  const { name = "", candidates } = problem;
  switch (problem.kind) {
    case "syntax":
      return diagnose("sqlSyntax", place, { text: lowerFirst(problem.message.replace(/\.$/, "")) });
    case "column":
      return diagnose("sqlUnknownColumn", place, { name, suggestion: suggestion(name, candidates) }, respell(name, candidates.map((known) => known.slice(known.lastIndexOf(".") + 1)), sent, problem.offset));
    case "table":
      return diagnose("sqlUnknownTable", place, { name, suggestion: suggestion(name, candidates) });
    case "function":
      return diagnose("sqlUnknownFunction", place, { name, suggestion: suggestion(name, candidates) });
    case "other":
      return diagnose("sqlRefused", place, { text: sentence(problem.message) });
  }
}

/** The name at `offset` as it must have been meant, where that is certain: it stands in the author's own SQL, and one of `known` alone is near. */
export function respell(name: string, known: readonly string[], sent: SentSql, offset: number | undefined): Fix | undefined {
  const right = onlySlip(name, known);
  if (right === undefined || offset === undefined || !/^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*$/i.test(right)) return undefined;
  const found = locatePart(sent.printed, Math.max(0, offset - sent.before));
  const part = sent.template.parts[found.part];
  const text = typeof part === "string" ? part.slice(found.offset) : "";
  const word = text.slice(0, wordLength(text));
  if (name === "" || !word.toLowerCase().endsWith(name.toLowerCase())) return undefined;
  const place = placeInTemplate(sent, offset);
  return { title: `Write ${right}.`, edits: [{ place: { ...place, column: place.column + word.length - name.length, length: name.length }, text: right }] };
}

/** `Did you mean fare?` */
export function suggestion(name: string, known: readonly string[]): string {
  const text = suggest(name, known);
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[?.]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** How much of the text the engine most likely points at: a name or number with its dots, a quoted name or text, else one character. */
function wordLength(text: string): number {
  return /^(?:[\p{L}_][\p{L}\p{N}_.]*|\d[\d.]*|'[^'\n]*'|"[^"\n]*")/u.exec(text)?.[0].length ?? Math.min(1, text.length);
}

/** As the engine words it, beginning and ending as a sentence does. */
function sentence(text: string): string {
  const words = text.replace(/!+\.?$/, "");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?]$/.test(words) ? "" : "."}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
