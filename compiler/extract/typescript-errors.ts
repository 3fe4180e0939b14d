/** What TypeScript itself says about a file. Where we say it better, its words are left out: here, or when diagnostics are settled. */
import { ts } from "ts-morph";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Place } from "../ir/catalog.ts";
import { kindNames } from "../ir/type-name.ts";
import { wordFacts } from "../ir/words.ts";
import { onlySlip, suggest } from "../ir/nearest.ts";
import { importWord, isImported } from "./fixes.ts";
import { howImported, languageNames } from "./language-names.ts";
import { placeAt, placeOf } from "./place.ts";
import { insteadOf } from "./types.ts";

/** An error of TypeScript's as plain data: `start` and `length` in UTF-16 units of the file. */
export interface TypescriptError { readonly file: string; readonly start: number; readonly length: number; readonly code: number; readonly text: string }

/** A file as it was parsed, and what was said about it before TypeScript was asked. */
export interface CheckedSource { readonly source: ts.SourceFile; readonly said: readonly Diagnostic[] }

/** TypeScript's errors of meaning in `source`, a file of `program` that parses. */
export function errorsOf(program: ts.Program, source: ts.SourceFile): TypescriptError[] {
  return program.getSemanticDiagnostics(source).map((error) => plain(source.fileName, error));
}

/** Whether `source` is free of syntax errors. */
export function parses(source: ts.SourceFile): boolean {
  return parseErrors(source).length === 0;
}

/** The syntax errors of `source`. */
export function syntaxErrors(source: ts.SourceFile): Diagnostic[] {
  return parseErrors(source).map((error) => plain(source.fileName, error)).map((error) => diagnose("syntax", placeOfError(source, error), { text: error.text, number: error.code }));
}

/** TypeScript keeps them on the file it parsed, and shows them only by a whole program. */
function parseErrors(source: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  return (source as ts.SourceFile & { readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics;
}

/**
 * TypeScript's errors in `source` as diagnostics. A decorator that does not fit is left out when `said` holds something about the
 * member under it; a name of the language that is not imported is told once.
 */
export function semanticErrors(source: ts.SourceFile, errors: readonly TypescriptError[], said: readonly Diagnostic[]): Diagnostic[] {
  const missing = new Set<string>();
  return errors.flatMap((error) => {
    const place = placeOfError(source, error);
    const words = { text: error.text, number: error.code };
    const name = source.text.slice(error.start, error.start + error.length);
    if (said.some((other) => isWithin(source, other, decoratorAt(source, error.start)))) return [];
    if (isUnknownTable(error) && (said.length > 0 || errors.some(isImportError))) return [];
    if (isImportError(error) && said.some((other) => names(source, other, name))) return [];
    if (isImportError(error) && error.text.includes("'\"neuralake\"'")) return [diagnose("languageImport", place, { name, suggestion: insteadOf(name) ?? suggest(name, languageNames) }, respelled(source, place, name))];
    const how = isNameError(error) ? howImported(name) : undefined;
    if (how !== undefined) {
      const told = missing.has(name);
      missing.add(name);
      return told ? [] : [diagnose("notImported", place, { name, how }, importWord(source, name))];
    }
    if (!isDecoratorError(error)) return [diagnose("typescript", place, words)];
    const under = decorated(source, error.start);
    if (under === undefined) return [diagnose("typescript", place, words)];
    return said.some((other) => covers(under, other)) ? [] : [diagnose("decorator", place, misfit(under, error.start))];
  });
}

/** None for a name that is imported beside it: twice it would be a mistake again. */
function respelled(source: ts.SourceFile, place: Place, name: string): Fix | undefined {
  const text = onlySlip(name, languageNames);
  return text === undefined || isImported(source, text) ? undefined : { title: `Write ${text}.`, edits: [{ place, text }] };
}

/** "Unable to resolve signature of … decorator when called as an expression". */
function isDecoratorError(error: TypescriptError): boolean {
  return error.code >= 1238 && error.code <= 1241;
}

/** "Module has no exported member", with or without a better idea, or declares it and does not export it. */
function isImportError(error: TypescriptError): boolean {
  return error.code === 2305 || error.code === 2724 || error.code === 2459;
}

/** "Cannot find name", with or without a better idea. */
function isNameError(error: TypescriptError): boolean {
  return [2304, 2552, 2662, 2663].includes(error.code);
}

/** "Property does not exist on type 'object'": what `columns(…)` gives for a class that was not found. */
function isUnknownTable(error: TypescriptError): boolean {
  return error.code === 2339 && error.text.endsWith("on type 'object'.");
}

/** Whether `diagnostic` is about a use of `name`. */
function names(source: ts.SourceFile, diagnostic: Diagnostic, name: string): boolean {
  const start = source.getPositionOfLineAndCharacter(diagnostic.place.line - 1, diagnostic.place.column - 1);
  return source.text.slice(start, start + diagnostic.place.length).split(/\W+/).includes(name);
}

/** The decorator that holds `position`. */
function decoratorAt(source: ts.SourceFile, position: number): ts.Decorator | undefined {
  const under = decorated(source, position);
  return under === undefined ? undefined : ts.getDecorators(under)?.find((own) => own.pos <= position && position < own.end);
}

function isWithin(source: ts.SourceFile, { place }: Diagnostic, node: ts.Node | undefined): boolean {
  if (node === undefined) return false;
  const start = source.getPositionOfLineAndCharacter(place.line - 1, place.column - 1);
  return node.getStart() <= start && start < node.getEnd();
}

/** The class or member whose decorator holds `position`. */
function decorated(source: ts.SourceFile, position: number): ts.HasDecorators | undefined {
  const nodes: ts.Node[] = source.statements.flatMap((statement) => (ts.isClassDeclaration(statement) ? [statement, ...statement.members] : []));
  return nodes.filter((node) => ts.canHaveDecorators(node)).find((node) => ts.getDecorators(node)?.some((own) => own.pos <= position && position < own.end) === true);
}

/** What TypeScript's refusal of a decorator means, in words. */
function misfit(under: ts.HasDecorators, position: number): { word: string; member: string; is: string; fits: string } {
  const decorator = decoratorAt(under.getSourceFile(), position);
  const called = decorator !== undefined && ts.isCallExpression(decorator.expression) ? decorator.expression.expression : decorator?.expression;
  const word = called?.getText() ?? "";
  const facts = wordFacts(word);
  const fits = facts === undefined ? "something else" : facts.on === "column" ? kindNames(facts.fits ?? []) || "columns of other types" : wholes[word] ?? `a ${facts.on}`;
  const member = under.name?.getText() ?? "this";
  if (ts.isPropertyDeclaration(under)) return { word, member, is: `is ${under.type?.getText() ?? "of no type"}`, fits };
  if (ts.isMethodDeclaration(under)) return { word, member, is: `returns ${under.type?.getText() ?? "something else"}`, fits };
  return { word, member, is: "is another class", fits };
}

const wholes: { readonly [word: string]: string } = {
  table: "a static method that returns sql`…` or Rows<…>",
  check: "a static method that takes the row, `t: Columns<Trips>`, and returns sql`…`",
  view: "a class whose `static query` returns sql`…`",
};

function covers(node: ts.Node, diagnostic: Diagnostic): boolean {
  const from = placeOf(node).line;
  const to = placeAt(node.getSourceFile(), node.getEnd(), node.getEnd()).line;
  return from <= diagnostic.place.line && diagnostic.place.line <= to;
}

function placeOfError(source: ts.SourceFile, { start, length }: TypescriptError): Diagnostic["place"] {
  return placeAt(source, start, start + length);
}

/** TypeScript nests its reasons; the first one within says what is really wrong. */
function plain(file: string, { start = 0, length = 0, code, messageText }: ts.Diagnostic): TypescriptError {
  if (typeof messageText === "string") return { file, start, length, code, text: messageText };
  const inner = messageText.next?.[0];
  return { file, start, length, code, text: inner === undefined ? messageText.messageText : `${messageText.messageText} ${inner.messageText}` };
}
