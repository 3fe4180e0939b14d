/** What TypeScript itself says about a file. Where we say it better, its words are left out: here, or when diagnostics are settled. */
import { ts } from "ts-morph";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { placeAt, placeOf } from "./place.ts";

/** The syntax errors of `source`. */
export function syntaxErrors(program: ts.Program, source: ts.SourceFile): Diagnostic[] {
  return program.getSyntacticDiagnostics(source).map((error) => diagnose("syntax", placeOfError(source, error), wording(error)));
}

/** The errors of meaning in `source`. A decorator that does not fit is left out when `said` holds something about the member under it. */
export function semanticErrors(program: ts.Program, source: ts.SourceFile, said: readonly Diagnostic[]): Diagnostic[] {
  return program.getSemanticDiagnostics(source).flatMap((error) => {
    const place = placeOfError(source, error);
    if (isImportError(error) && said.some((other) => names(source, other, error))) return [];
    if (!isDecoratorError(error)) return [diagnose("typescript", place, wording(error))];
    const under = decorated(source, error.start ?? 0);
    return under !== undefined && said.some((other) => covers(under, other)) ? [] : [diagnose("decorator", place, wording(error))];
  });
}

/** "Unable to resolve signature of … decorator when called as an expression". */
function isDecoratorError(error: ts.Diagnostic): boolean {
  return error.code >= 1238 && error.code <= 1241;
}

/** "Module has no exported member", with or without a better idea. */
function isImportError(error: ts.Diagnostic): boolean {
  return error.code === 2305 || error.code === 2724;
}

/** Whether `diagnostic` is about a use of the name that `error` is about. */
function names(source: ts.SourceFile, diagnostic: Diagnostic, error: ts.Diagnostic): boolean {
  const name = source.text.slice(error.start, (error.start ?? 0) + (error.length ?? 0));
  const start = source.getPositionOfLineAndCharacter(diagnostic.place.line - 1, diagnostic.place.column - 1);
  return source.text.slice(start, start + diagnostic.place.length).split(/\W+/).includes(name);
}

/** The class or member whose decorator holds `position`. */
function decorated(source: ts.SourceFile, position: number): ts.Node | undefined {
  const nodes: ts.Node[] = source.statements.flatMap((statement) => (ts.isClassDeclaration(statement) ? [statement, ...statement.members] : []));
  return nodes.find((node) => ts.canHaveDecorators(node) && ts.getDecorators(node)?.some((own) => own.pos <= position && position < own.end) === true);
}

function covers(node: ts.Node, diagnostic: Diagnostic): boolean {
  const from = placeOf(node).line;
  const to = placeAt(node.getSourceFile(), node.getEnd(), node.getEnd()).line;
  return from <= diagnostic.place.line && diagnostic.place.line <= to;
}

function placeOfError(source: ts.SourceFile, error: ts.Diagnostic): Diagnostic["place"] {
  const start = error.start ?? 0;
  return placeAt(source, start, start + (error.length ?? 0));
}

/** TypeScript nests its reasons; the first one within says what is really wrong. */
function wording(error: ts.Diagnostic): { text: string; number: number } {
  const { messageText } = error;
  if (typeof messageText === "string") return { text: messageText, number: error.code };
  const inner = messageText.next?.[0];
  return { text: inner === undefined ? messageText.messageText : `${messageText.messageText} ${inner.messageText}`, number: error.code };
}
