/**
 * What TypeScript thinks of most tables follows from their parts alone: a column's words and type are right or wrong whatever the column is
 * called and whatever stands beside it. So a file that is made of parts that TypeScript found right elsewhere need not be shown to it.
 * Anything that is not known to stand by itself has no shape, and its file is always shown.
 */
import { ts } from "ts-morph";
import { words } from "../ir/words.ts";
import type { WordName } from "../ir/words.ts";
import { parses } from "./typescript-errors.ts";

/** Whether a word looks at nothing but what it stands over. `dayOf` looks at another column, `references` at another table, a view's at its query. */
const standsAlone: { readonly [Word in WordName]: boolean } = {
  database: false, table: false, check: false, view: false, materializedView: false,
  deltaTable: true, parquetTable: true, csvTable: true, jsonTable: true, postgresTable: true, ncfTable: true, fromKafka: true,
  key: true, partition: true, cluster: true, unique: true, pii: true, unit: true, between: true, matches: true, from: true, kafka: true, was: true, initially: true,
  dayOf: false, references: false,
};

/** Words whose text, and facts of tables whose text, may be any. */
const anyText: ReadonlySet<string> = new Set(["unit", "from", "was", "owner", "location", "topic", "deadLetter", "connection", "schema", "table"]);

/** Nodes that mean the same wherever they stand, as far as their own parts do. */
const plainKinds: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.ObjectLiteralExpression, ts.SyntaxKind.ArrayLiteralExpression,
  ts.SyntaxKind.TypeReference, ts.SyntaxKind.LiteralType, ts.SyntaxKind.UnionType, ts.SyntaxKind.ParenthesizedType, ts.SyntaxKind.ArrayType, ts.SyntaxKind.TypeLiteral,
]);

/** `name`: the local name of what is imported. */
type Imports = ReadonlyMap<string, string>;

/** A part that cannot be judged by itself. */
class Entangled extends Error {}

/** The shapes of the parts of `source`, of which TypeScript finds it right when it finds each right; undefined when more than these decides. */
export function shapesOf(source: ts.SourceFile): ReadonlySet<string> | undefined {
  // A comment may speak to TypeScript.
  if (!parses(source) || /@ts-|\/\/\//.test(source.text)) return undefined;
  try {
    const shapes = new Set<string>();
    const imports = importsOf(source, shapes);
    const [table, another] = source.statements.filter((statement) => !ts.isImportDeclaration(statement));
    if (table === undefined || another !== undefined || !ts.isClassDeclaration(table)) return undefined;
    addTable(table, imports, shapes);
    return shapes;
  } catch (error) {
    if (error instanceof Entangled) return undefined;
    throw error;
  }
}

function importsOf(source: ts.SourceFile, shapes: Set<string>): Imports {
  const imports = new Map<string, string>();
  for (const statement of source.statements.filter(ts.isImportDeclaration)) {
    const { importClause: clause, moduleSpecifier, attributes } = statement;
    const named = clause?.namedBindings;
    must(ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === "neuralake" && attributes === undefined && clause?.name === undefined);
    must(clause !== undefined && named !== undefined && ts.isNamedImports(named) && clause.phaseModifier !== ts.SyntaxKind.DeferKeyword);
    const ofTypes = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
    for (const { name, propertyName = name, isTypeOnly } of named.elements) {
      must(!imports.has(name.text) && ts.isIdentifier(propertyName) && !(ofTypes && isTypeOnly));
      const imported = `${ofTypes || isTypeOnly ? "type " : ""}${propertyName.text}`;
      imports.set(name.text, imported);
      shapes.add(`import ${imported} as ${name.text}`);
    }
  }
  return imports;
}

function addTable(table: ts.ClassDeclaration, imports: Imports, shapes: Set<string>): void {
  const name = table.name?.text ?? "";
  // Names of other shapes may be types of TypeScript's own.
  must(/^[A-Z]\w*$/.test(name) && !imports.has(name) && table.typeParameters === undefined && table.heritageClauses === undefined);
  shapes.add(`class ${(table.modifiers ?? []).map((modifier) => shapeOf(modifier, imports)).join(" ")}`);
  const columns = new Set(["constructor"]);
  for (const member of table.members) {
    must(ts.isPropertyDeclaration(member) && ts.isIdentifier(member.name) && member.type !== undefined);
    must(member.initializer === undefined && member.questionToken === undefined && member.exclamationToken === undefined);
    must(!columns.has(member.name.text) && !(member.name.text in Object.prototype));
    columns.add(member.name.text);
    shapes.add(`column ${[...(member.modifiers ?? []), member.type].map((part) => shapeOf(part, imports)).join(" ")}`);
  }
}

/** `node` without spaces and comments, names as they are imported; of a number in an argument only that it is one, and of a text where any is as good as another. */
function shapeOf(node: ts.Node, imports: Imports, anyValue = false): string {
  if (ts.isIdentifier(node)) return imports.get(node.text) ?? entangled();
  if (ts.isStringLiteral(node)) return anyValue ? "text" : JSON.stringify(node.text);
  if (ts.isRegularExpressionLiteral(node)) return node.text;
  if (isNumber(node)) return ts.isLiteralTypeNode(node.parent) ? node.text : String(node.kind);
  if (ts.isPrefixUnaryExpression(node) && isNumber(node.operand)) return `${node.operator}${ts.isLiteralTypeNode(node.parent) ? node.operand.text : node.operand.kind}`;
  if (ts.isDecorator(node)) return `@${callShape(node.expression, imports)}`;
  if (ts.isPropertyAssignment(node) || ts.isPropertySignature(node)) return propertyShape(node, imports);
  must(plainKinds.has(node.kind));
  return `${node.kind}(${childrenOf(node).map((child) => shapeOf(child, imports)).join(",")})`;
}

function isNumber(node: ts.Node): node is ts.NumericLiteral | ts.BigIntLiteral {
  return ts.isNumericLiteral(node) || ts.isBigIntLiteral(node);
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

function callShape(node: ts.Expression, imports: Imports): string {
  must(ts.isCallExpression(node) && node.typeArguments === undefined && node.questionDotToken === undefined && ts.isIdentifier(node.expression));
  const word = imports.get(node.expression.text) ?? "";
  must(Object.hasOwn(words, word) && standsAlone[word as WordName]);
  return `${word}(${node.arguments.map((argument) => shapeOf(argument, imports, anyText.has(word))).join(",")})`;
}

function propertyShape(node: ts.PropertyAssignment | ts.PropertySignature, imports: Imports): string {
  must(ts.isIdentifier(node.name) || ts.isStringLiteral(node.name));
  const value = ts.isPropertyAssignment(node) ? node.initializer : node.type;
  must(value !== undefined && (ts.isPropertyAssignment(node) || (node.questionToken === undefined && node.modifiers === undefined)));
  return `${JSON.stringify(node.name.text)}:${shapeOf(value, imports, anyText.has(node.name.text))}`;
}

function must(stands: boolean): asserts stands {
  if (!stands) entangled();
}

function entangled(): never {
  throw new Entangled();
}
