/**
 * A function that returns `sql`, read and never run: its `const t = columns(Trips)` lines, then its template. The text between the
 * interpolations is kept letter for letter, so that a position in it is a position in the source.
 */
import { ts } from "ts-morph";
import { suggest } from "../ir/nearest.ts";
import { snakeCase } from "../ir/names.ts";
import type { Parameter, SourceSpan, SqlPart, SqlTemplate } from "../ir/catalog.ts";
import { importName, respell } from "./fixes.ts";
import { columnNames } from "./members.ts";
import { placeAt } from "./place.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { findClass, languageName, tableName } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { homeOf, suggestTable } from "./table-suggestions.ts";

/** A table under the name a template knows it by; `alias` is empty for the row of a check, which has no table to name. */
export interface TableAlias {
  readonly local: string;
  readonly table: string;
  readonly alias: string;
  readonly columns: readonly string[];
  /** The `columns(…)` that makes it. */
  readonly node?: ts.Node;
}

/** The one `return sql` of a function that has one; undefined when it returns something else. */
export function returnedSql(scope: Scope, method: ts.MethodDeclaration): ts.TaggedTemplateExpression | undefined {
  for (const statement of method.body?.statements ?? []) {
    const returned = ts.isReturnStatement(statement) ? statement.expression : undefined;
    if (returned !== undefined && ts.isTaggedTemplateExpression(returned) && ts.isIdentifier(returned.tag) && languageName(scope, returned.tag.text) === "sql") return returned;
  }
  return undefined;
}

/**
 * Reads the template of `method`, in which `aliases` and `parameters` may be interpolated beside its own `columns(…)` lines. One
 * that names what is not there has no parts: it was reported, and its SQL says nothing.
 */
export function readTemplate(reader: Reader, scope: Scope, method: ts.MethodDeclaration, aliases: readonly TableAlias[], parameters: readonly Pick<Parameter, "name">[]): SqlTemplate | undefined {
  const returned = returnedSql(scope, method);
  const known: TableAlias[] = [];
  let sound = true;
  for (const [index, alias] of aliases.entries()) {
    if (alias.alias !== "" && !isFree(reader, known, alias, method.parameters[index] ?? method)) sound = false;
    known.push(alias);
  }
  for (const statement of method.body?.statements ?? []) {
    if (ts.isReturnStatement(statement) && statement.expression === returned) continue;
    const found = readColumnsLines(reader, scope, statement);
    if (found === undefined) report(reader, "sqlStatement", statement, { text: statement.getText() });
    for (const alias of found ?? []) {
      if (!isFree(reader, known, alias, statement)) sound = false;
      known.push(alias);
    }
  }
  if (returned === undefined) return undefined;
  const template = readParts(reader, returned.template, known, parameters);
  if (template.parts.length > 0) reportUnused(reader, template, known);
  return sound && known.every((alias) => alias.table !== "") ? template : { parts: [], place: template.place };
}

/** Tables that were made ready and are in no part of the template. */
function reportUnused(reader: Reader, { parts }: SqlTemplate, known: readonly TableAlias[]): void {
  const named = new Set(parts.flatMap((part) => (typeof part !== "string" && "alias" in part ? [part.alias] : [])));
  for (const { node, local, table, alias } of known) if (node !== undefined && !named.has(alias)) report(reader, "tableUnused", node, { local, table });
}

/** `t = columns(Trips)` or `t = columns(Trips, "a")`; undefined when `value` is no call of `columns`. */
export function readAlias(reader: Reader, scope: Scope, local: string, value: ts.Expression): TableAlias | undefined {
  if (!ts.isCallExpression(value) || !ts.isIdentifier(value.expression) || languageName(scope, value.expression.text) !== "columns") return undefined;
  const [table, alias] = value.arguments;
  const found = table !== undefined && ts.isIdentifier(table) ? findClass(reader.scopes, scope, table.text) : undefined;
  const given = alias === undefined ? undefined : ts.isStringLiteralLike(alias) ? alias.text : "";
  if (found === undefined || given === "") {
    const suggestion = table !== undefined && ts.isIdentifier(table) && found === undefined ? suggestTable(reader.scopes, scope, table.text) : "";
    const home = table !== undefined && ts.isIdentifier(table) ? homeOf(reader.scopes, scope, table.text) : undefined;
    const fix = home === undefined || table === undefined ? undefined : importName(scope.source, table.getText(), home);
    if (suggestion !== undefined) report(reader, "columnsArgument", value, { text: value.arguments.map((argument) => argument.getText()).join(", "), suggestion }, fix);
    return { local, table: "", alias: local, columns: [] };
  }
  return { local, table: tableName(found), alias: given ?? snakeCase(found.declaration.name?.text ?? local), columns: columnNames(found.declaration), node: value };
}

function readColumnsLines(reader: Reader, scope: Scope, statement: ts.Statement): TableAlias[] | undefined {
  if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.Const) === 0) return undefined;
  const aliases: TableAlias[] = [];
  for (const { name, initializer } of statement.declarationList.declarations) {
    const alias = ts.isIdentifier(name) && initializer !== undefined ? readAlias(reader, scope, name.text, initializer) : undefined;
    if (alias === undefined) return undefined;
    aliases.push(alias);
  }
  return aliases;
}

function isFree(reader: Reader, known: readonly TableAlias[], alias: TableAlias, node: ts.Node): boolean {
  const taken = known.some((other) => other.alias.toLowerCase() === alias.alias.toLowerCase());
  if (taken) report(reader, "aliasTwice", node, { alias: alias.alias });
  return !taken;
}

function readParts(reader: Reader, template: ts.TemplateLiteral, aliases: readonly TableAlias[], parameters: readonly Pick<Parameter, "name">[]): SqlTemplate {
  const literals = ts.isNoSubstitutionTemplateLiteral(template) ? [template] : [template.head, ...template.templateSpans.map((span) => span.literal)];
  const expressions = ts.isNoSubstitutionTemplateLiteral(template) ? [] : template.templateSpans.map((span) => span.expression);
  const parts: SqlPart[] = [];
  const spans: SourceSpan[] = [];
  let sound = true;
  const add = (part: SqlPart, start: number, end: number): void => {
    if (part === "") return;
    const { line, column, length } = placeAt(template.getSourceFile(), start, end);
    parts.push(part);
    spans.push({ line, column, length });
  };
  for (const [index, literal] of literals.entries()) {
    const expression = expressions[index];
    const end = literal.getEnd() - (expression === undefined ? 1 : 2);
    add(rawText(literal), literal.getStart() + 1, end);
    const part = expression === undefined ? undefined : readPart(reader, expression, aliases, parameters);
    if (part !== undefined) add(part, end, (literals[index + 1]?.getStart() ?? end) + 1);
    else if (expression !== undefined) sound = false;
  }
  const place = placeAt(template.getSourceFile(), template.getStart() + 1, template.getEnd() - 1);
  return sound ? { parts, place, spans } : { parts: [], place };
}

function readPart(reader: Reader, node: ts.Expression, aliases: readonly TableAlias[], parameters: readonly Pick<Parameter, "name">[]): SqlPart | undefined {
  if (ts.isIdentifier(node)) {
    const alias = aliases.find((known) => known.local === node.text);
    if (alias !== undefined && alias.alias !== "") return { table: alias.table, alias: alias.alias };
    if (alias === undefined && parameters.some((parameter) => parameter.name === node.text)) return { parameter: node.text };
  }
  const column = columnAccess(node);
  const alias = column === undefined ? undefined : aliases.find((known) => known.local === column.local);
  if (column === undefined || alias === undefined) {
    report(reader, "sqlInterpolation", node, { text: node.getText() });
    return undefined;
  }
  if (alias.table !== "" && !alias.columns.includes(column.name)) {
    report(reader, "templateColumn", column.node, { column: column.name, table: alias.table, suggestion: suggest(column.name, alias.columns) }, respell(column.node, column.name, alias.columns));
  }
  return { column: column.name, alias: alias.alias };
}

/** `t.fare` or `t["fare"]`. */
function columnAccess(node: ts.Expression): { local: string; name: string; node: ts.Node } | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) return { local: node.expression.text, name: node.name.text, node: node.name };
  if (!ts.isElementAccessExpression(node) || !ts.isIdentifier(node.expression) || !ts.isStringLiteralLike(node.argumentExpression)) return undefined;
  return { local: node.expression.text, name: node.argumentExpression.text, node: node.argumentExpression };
}

/** The text as it stands between the back-ticks: a backslash is a backslash. */
function rawText(node: ts.TemplateLiteralLikeNode): string {
  const text = node.getText();
  const tail = node.kind === ts.SyntaxKind.TemplateHead || node.kind === ts.SyntaxKind.TemplateMiddle ? 2 : 1;
  return text.slice(1, -tail).replaceAll("\r\n", "\n");
}
