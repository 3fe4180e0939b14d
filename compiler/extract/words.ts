/** The words over a class or one of its members, and the facts that stand in their arguments. */
import { ts } from "ts-morph";
import { suggest } from "../ir/nearest.ts";
import { wordFacts, words as allWords } from "../ir/words.ts";
import { foreignWords } from "./foreign-words.ts";
import type { WordTarget } from "../ir/words.ts";
import type { SourceSpan, Word, WordArgument } from "../ir/catalog.ts";
import { call as callWord, importWord, removeDecorator, respell } from "./fixes.ts";
import { readArgument, unwrapped } from "./literals.ts";
import { placeAt, placeOf } from "./place.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { languageName } from "./scope.ts";
import { checkArguments, exampleOf } from "./word-arguments.ts";
import type { Scope } from "./scope.ts";

/** Words that need no argument. */
const bare: readonly string[] = ["database", "deltaTable", "view", "table", "key", "partition", "cluster", "unique"];

/** The facts that list columns. */
const listing: readonly string[] = ["shows", "clears"];

const targets = { class: "class", column: "column", method: "static method" } as const;

/** Reads the words over `node`, in the author's order. What is no word, or stands where it does not belong, is reported and left out. */
export function readWords(reader: Reader, scope: Scope, node: ts.HasDecorators, target: WordTarget): Word[] {
  const words: Word[] = [];
  for (const decorator of ts.getDecorators(node) ?? []) {
    const word = readWord(reader, scope, decorator, target);
    if (word === undefined) continue;
    const first = words.find((other) => other.name === word.name);
    if (first === undefined) words.push(word);
    else if (ts.isCallExpression(decorator.expression)) report(reader, "wordTwice", decorator, { word: word.name }, JSON.stringify(first.args) === JSON.stringify(word.args) ? removeDecorator(decorator) : undefined);
  }
  return words;
}

/** A name that is no word, and the one that is most likely meant: over a column only words for columns come into question. */
function reportUnknown(reader: Reader, decorator: ts.Decorator, callee: ts.Expression, target: WordTarget): void {
  const word = callee.getText();
  const fitting = Object.entries(allWords).flatMap(([name, { on }]) => (on === target ? [name] : []));
  const foreign = Object.hasOwn(foreignWords, word) ? foreignWords[word] : undefined;
  const near = suggest(word, Object.keys(allWords));
  const suggestion = foreign ?? (near.startsWith("Did") ? near : suggest(word, fitting));
  report(reader, "unknownWord", decorator, { word, suggestion }, ts.isIdentifier(callee) ? respell(callee, word, Object.keys(allWords)) : undefined);
}

function readWord(reader: Reader, scope: Scope, decorator: ts.Decorator, target: WordTarget): Word | undefined {
  const call = decorator.expression;
  const callee = ts.isCallExpression(call) ? call.expression : call;
  const name = ts.isIdentifier(callee) ? languageName(scope, callee.text) : undefined;
  const facts = name === undefined ? undefined : wordFacts(name);
  if (name === undefined || facts === undefined) {
    const word = callee.getText();
    if (name === undefined && wordFacts(word) !== undefined) report(reader, "notImported", decorator, { name: word, how: "import" }, importWord(scope.source, word));
    else reportUnknown(reader, decorator, callee, target);
    return undefined;
  }
  if (!ts.isCallExpression(call)) {
    report(reader, "wordNotCalled", decorator, { word: name, example: bare.includes(name) ? `@${name}()` : exampleOf(name) }, bare.includes(name) ? callWord(decorator) : undefined);
    return bare.includes(name) && facts.on === target ? { name, args: [], place: placeOf(decorator) } : undefined;
  }
  if (facts.on !== target) {
    report(reader, "misplacedWord", decorator, { word: name, stands: targets[target], belongs: targets[facts.on] });
    return undefined;
  }
  if (!checkArguments(reader, call, name)) return undefined;
  const args: WordArgument[] = [];
  for (const argument of call.arguments) {
    const value = readArgument(reader, scope, argument);
    if (value === undefined) {
      report(reader, "computedArgument", argument, { word: name });
      return undefined;
    }
    args.push(value);
  }
  const listed = listedIn(call);
  return { name, args, place: placeOf(decorator), ...(listed.length === 0 ? {} : { listed: Object.fromEntries(listed) }) };
}

/** Where the names stand that facts of `call` list of columns. */
function listedIn(call: ts.CallExpression): readonly (readonly [string, readonly SourceSpan[]])[] {
  const facts = call.arguments.map(unwrapped).find(ts.isObjectLiteralExpression);
  return (facts?.properties ?? []).flatMap((property) => {
    if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name) || !listing.includes(property.name.text)) return [];
    const list = unwrapped(property.initializer);
    return ts.isArrayLiteralExpression(list) ? [[property.name.text, list.elements.map((element) => withinQuotes(unwrapped(element)))] as const] : [];
  });
}

function withinQuotes(node: ts.Expression): SourceSpan {
  const { line, column, length } = placeAt(node.getSourceFile(), node.getStart() + 1, node.getEnd() - 1);
  return { line, column, length };
}

/** The word `name` among `words`. */
export function findWord(words: readonly Word[], name: string): Word | undefined {
  return words.find((word) => word.name === name);
}

/** The facts given as an object: the argument of a word at `index`; nothing when left out. */
export function factsAt(word: Word | undefined, index: number): { readonly [name: string]: WordArgument } {
  const argument = word?.args[index];
  return typeof argument === "object" && argument !== null && "object" in argument ? argument.object : {};
}

/** The text of a fact or argument; undefined when it is anything else. */
export function textOf(argument: WordArgument | undefined): string | undefined {
  return typeof argument === "string" ? argument : undefined;
}

/** The texts of a list; none when it is anything else. */
export function textsOf(argument: WordArgument | undefined): readonly string[] {
  if (typeof argument !== "object" || argument === null || !("list" in argument)) return [];
  return argument.list.filter((item) => typeof item === "string");
}
