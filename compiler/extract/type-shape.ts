/** What of a file other files can see: enough to tell whether they must be checked again, never too little. */
import { ts } from "ts-morph";

/**
 * The text of `source` without what no other file's types follow from: comments before statements and members, decorators, and the text of
 * SQL templates. Two sources of one shape are the same to whoever imports them.
 */
export function typeShape(source: ts.SourceFile): string {
  const left: [start: number, end: number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isDecorator(node)) return void left.push([node.pos, node.end]);
    if (ts.isStatement(node) || ts.isClassElement(node) || ts.isTypeElement(node)) left.push([node.pos, node.getStart(source, false)]);
    if (ts.isTaggedTemplateExpression(node) && ts.isNoSubstitutionTemplateLiteral(node.template)) return void left.push([node.template.pos, node.template.end]);
    if (ts.isTaggedTemplateExpression(node) && ts.isTemplateExpression(node.template)) {
      for (const literal of [node.template.head, ...node.template.templateSpans.map((span) => span.literal)]) left.push([literal.pos, literal.end]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return without(source.text, left);
}

function without(text: string, ranges: readonly (readonly [start: number, end: number])[]): string {
  const kept: string[] = [];
  let at = 0;
  for (const [start, end] of ranges.toSorted(([left], [right]) => left - right)) {
    if (start > at) kept.push(text.slice(at, start).trim());
    at = Math.max(at, end);
  }
  return [...kept, text.slice(at).trim()].filter((part) => part !== "").join("\n");
}

/** Whether a file says something about types beyond its own exports: whoever is checked is checked beside it. */
export function isAmbient(source: ts.SourceFile): boolean {
  if (source.referencedFiles.length + source.typeReferenceDirectives.length + source.libReferenceDirectives.length > 0) return true;
  return source.statements.some((statement) => ts.isModuleDeclaration(statement) || (isImport(statement) && ts.isStringLiteral(statement.moduleSpecifier) && !/^(?:neuralake$|\.)/.test(statement.moduleSpecifier.text)));
}

function isImport(statement: ts.Statement): statement is ts.ImportDeclaration {
  return ts.isImportDeclaration(statement);
}

/** The modules that a file names, in whatever way; known once it was part of a program. */
export function moduleNames(source: ts.SourceFile): readonly string[] {
  const { imports = [] } = source as ts.SourceFile & { readonly imports?: readonly ts.StringLiteralLike[] };
  return imports.map((name) => name.text);
}
