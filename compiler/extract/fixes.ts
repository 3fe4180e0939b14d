/** Ways out that are certain, as edits of the author's source: see `Fix`. What is not certain has none, and is left to its author. */
import { ts } from "ts-morph";
import type { Edit, Fix } from "../diagnostics/diagnostic.ts";
import { onlySlip } from "../ir/nearest.ts";
import { howImported, languageNames } from "./language-names.ts";
import { hasModifier } from "./members.ts";
import { placeAt, placeOf } from "./place.ts";

/** `text` instead of `node`. */
export function replaceNode(node: ts.Node, text: string): Fix {
  return { title: `Write ${text}.`, edits: [{ place: placeOf(node), text }] };
}

/** The name that `node` must be a slip of, where it can be one only; a name in quotes keeps its quotes. */
export function respell(node: ts.Node, name: string, known: readonly string[]): Fix | undefined {
  const right = onlySlip(name, known);
  if (right === undefined) return undefined;
  return replaceNode(node, ts.isStringLiteralLike(node) ? quoted(node, right) : right);
}

/** A text in the quotes that `node` is in. */
export function quoted(node: ts.StringLiteralLike, text: string): string {
  const quote = node.getText().charAt(0);
  return `${quote}${text}${quote}`;
}

/** Adds the word or type `name` of the language to the file's imports; undefined when one of them must be a slip of it. */
export function importWord(source: ts.SourceFile, name: string): Fix | undefined {
  const how = howImported(name);
  const own = importsOf(source).filter((statement) => moduleOf(statement) === "neuralake");
  if (how === undefined || own.some((statement) => namesOf(statement).some((imported) => imported === name || onlySlip(imported, languageNames) === name))) return undefined;
  return importName(source, name, "neuralake", how === "import type");
}

/** Adds `name` to the imports from `module`, in order of names, or an import of its own. */
export function importName(source: ts.SourceFile, name: string, module: string, asType = false): Fix {
  const statement = importsOf(source).find((own) => moduleOf(own) === module && own.importClause?.isTypeOnly === asType && namesOf(own).length > 0);
  const edit = statement === undefined ? newImport(source, `import ${asType ? "type " : ""}{ ${name} } from ${JSON.stringify(module)};`) : listed(statement, name);
  return { title: `Import ${name} from ${JSON.stringify(module)}.`, edits: [edit] };
}

function listed(statement: ts.ImportDeclaration, name: string): Edit {
  const bindings = statement.importClause?.namedBindings;
  const elements = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
  const next = elements.find((element) => element.name.text > name);
  const last = elements.at(-1);
  return next === undefined ? insert(statement, last?.getEnd() ?? statement.getEnd(), `, ${name}`) : insert(statement, next.getStart(), `${name}, `);
}

/** Behind the last import of words, before the first of anything else, or at the very beginning. */
function newImport(source: ts.SourceFile, line: string): Edit {
  const end = source.text.includes("\r\n") ? "\r\n" : "\n";
  const imports = importsOf(source);
  const behind = line.includes('"neuralake"') ? imports.findLast((statement) => moduleOf(statement) === "neuralake") : imports.at(-1);
  if (behind !== undefined) return insert(source, behind.getEnd(), `${end}${line}`);
  const [first] = imports;
  return first === undefined ? insert(source, 0, `${line}${end}${end}`) : insert(source, first.getStart(), `${line}${end}`);
}

/** `key` becomes `key()`. */
export function call(decorator: ts.Decorator): Fix {
  return { title: `Write ${decorator.getText()}().`, edits: [insert(decorator, decorator.getEnd(), "()")] };
}

/** Takes `decorator` away, with the space behind it. */
export function removeDecorator(decorator: ts.Decorator): Fix {
  const source = decorator.getSourceFile();
  const space = /^\s*/.exec(source.text.slice(decorator.getEnd()))?.[0].length ?? 0;
  return { title: `Take the second ${decorator.getText()} away.`, edits: [{ place: placeAt(source, decorator.getStart(), decorator.getEnd() + space), text: "" }] };
}

/** `a?: T` becomes `a: T | null`. */
export function nullInstead(member: ts.PropertySignature | ts.PropertyDeclaration): Fix | undefined {
  const { questionToken: question, type } = member;
  if (question === undefined || type === undefined) return undefined;
  const already = /\bnull\b/.test(type.getText());
  const text = ts.isFunctionTypeNode(type) ? undefined : " | null";
  if (text === undefined) return undefined;
  return {
    title: `Write ${member.name.getText()}: ${type.getText()}${already ? "" : text}.`,
    edits: [{ place: placeOf(question), text: "" }, ...(already ? [] : [insert(member, type.getEnd(), text)])],
  };
}

/** Puts `static` before a method, behind who may see it. */
export function makeStatic(method: ts.MethodDeclaration): Fix {
  const modifier = method.modifiers?.find((own) => !ts.isDecorator(own) && ![ts.SyntaxKind.PublicKeyword, ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword].includes(own.kind));
  const before = modifier ?? method.asteriskToken ?? method.name;
  return { title: `Write static ${method.name.getText()}.`, edits: [insert(method, before.getStart(), "static ")] };
}

/** Puts `export` before a class, or takes `default` away behind it. */
export function exportByName(node: ts.ClassDeclaration): Fix {
  const title = `Write export class ${node.name?.text ?? ""}.`;
  const byDefault = node.modifiers?.find((own) => own.kind === ts.SyntaxKind.DefaultKeyword);
  if (byDefault !== undefined && hasModifier(node, ts.SyntaxKind.ExportKeyword)) {
    return { title, edits: [{ place: placeAt(node.getSourceFile(), byDefault.getStart(), byDefault.getEnd() + 1), text: "" }] };
  }
  const first = node.modifiers?.find((own) => !ts.isDecorator(own)) ?? node.getChildren().find((child) => child.kind === ts.SyntaxKind.ClassKeyword) ?? node;
  return { title, edits: [insert(node, first.getStart(), "export ")] };
}

function insert(node: ts.Node, at: number, text: string): Edit {
  return { place: placeAt(node.getSourceFile(), at, at), text };
}

/** Whether the file imports `name` from anywhere, by that name or another. */
export function isImported(source: ts.SourceFile, name: string): boolean {
  return importsOf(source).some((statement) => namesOf(statement).includes(name));
}

function importsOf(source: ts.SourceFile): ts.ImportDeclaration[] {
  return source.statements.filter(ts.isImportDeclaration);
}

function moduleOf(statement: ts.ImportDeclaration): string {
  return ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : "";
}

/** The names an import takes one by one. */
function namesOf(statement: ts.ImportDeclaration): string[] {
  const bindings = statement.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements.map((element) => (element.propertyName ?? element.name).text) : [];
}
