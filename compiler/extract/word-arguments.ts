/** What a word takes between its parentheses. TypeScript refuses the rest too, in words no author should have to read. */
import { ts } from "ts-morph";
import { onlySlip, suggest } from "../ir/nearest.ts";
import { replaceNode } from "./fixes.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** What a fact or argument is: a kind of literal, one of some texts, or facts by name. `any`: a rule of its own judges it. */
type Kind = "any" | "text" | "texts" | "flag" | "pattern" | "table" | readonly string[];
interface Shape {
  /** As an author would write it. */
  readonly example: string;
  /** The arguments, by what they are called. */
  readonly takes: { readonly [argument: string]: Kind };
  /** How many must be given; all of them without it. */
  readonly least?: number;
  /** The facts of the last argument. */
  readonly facts?: { readonly [fact: string]: Kind };
  /** The facts that must be given, where no other rule asks for them. */
  readonly needs?: readonly string[];
}

const table = { owner: "text", layer: ["bronze", "silver", "gold"], freshness: "text", retain: "text", tags: "texts" } as const;
const shown = { shows: "texts", clears: "texts" } as const;
const facts = { takes: { facts: "any" }, least: 0 } as const;
const one = (name: string, kind: Kind, example: string): Shape => ({ example, takes: { [name]: kind } });
const none = (name: string): Shape => ({ example: `@${name}()`, takes: {} });

const shapes: { readonly [word: string]: Shape } = {
  database: { ...facts, example: "@database({ owner: \"rides\" })", facts: { owner: "text" } },
  deltaTable: { ...facts, example: "@deltaTable({ layer: \"silver\" })", facts: { ...table, location: "text" } },
  parquetTable: { ...facts, example: "@parquetTable({ location: \"data/trips.parquet\" })", facts: { ...table, location: "text" } },
  csvTable: { ...facts, example: "@csvTable({ location: \"data/trips.csv\" })", facts: { ...table, location: "text", header: "flag", delimiter: "text", nulls: "texts" } },
  jsonTable: { ...facts, example: "@jsonTable({ location: \"data/trips.json\" })", facts: { ...table, location: "text", lines: "flag" } },
  postgresTable: { ...facts, example: "@postgresTable({ connection: \"main\", table: \"trips\" })", facts: { ...table, connection: "text", schema: "text", table: "text" } },
  view: { ...facts, example: "@view({ layer: \"gold\" })", facts: { ...table, ...shown } },
  materializedView: { takes: { facts: "any" }, example: "@materializedView({ refresh: \"1h\" })", facts: { ...table, ...shown, refresh: "text", engine: ["duckdb", "spark"], location: "text" }, needs: ["refresh"] },
  fromKafka: { ...facts, example: "@fromKafka({ topic: \"rides.trips\", format: \"json\" })", facts: { topic: "text", format: "any", deadLetter: "text" }, needs: ["format"] },
  table: { ...facts, example: "@table()", facts: { ...table, ...shown, input: "text" } },
  check: { example: "@check({ onFail: \"reject\" })", takes: { facts: "any" }, facts: { onFail: ["reject", "quarantine", "warn"], enforce: ["delta"] }, needs: ["onFail"] },
  key: none("key"), partition: none("partition"), cluster: none("cluster"), unique: none("unique"),
  pii: { example: "@pii(\"email\", { mask: \"hash\" })", takes: { category: "text", facts: "any" }, least: 1, facts: { mask: "text" } },
  unit: one("unit", "text", "@unit(\"km\")"),
  between: { example: "@between(1, 8)", takes: { low: "any", high: "any" } },
  matches: one("pattern", "pattern", "@matches(/^[A-Z]+$/)"),
  references: { example: "@references(() => Trips, \"trip_id\")", takes: { table: "table", column: "text" } },
  from: one("name", "text", "@from(\"trip.id\")"),
  dayOf: one("column", "text", "@dayOf(\"picked_up_at\")"),
  kafka: one("part", "any", "@kafka(\"timestamp\")"),
  was: one("name", "any", "@was(\"old_name\")"),
  initially: one("value", "any", "@initially(0)"),
};

/** The word `name` as an author would write it. */
export function exampleOf(name: string): string {
  return (Object.hasOwn(shapes, name) ? shapes[name]?.example : undefined) ?? `@${name}(…)`;
}

/** Reports what `call`, a use of the word `name`, does not take; false when nothing of it should be read. Facts that are wrong are left out of it. */
export function checkArguments(reader: Reader, call: ts.CallExpression, name: string): boolean {
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (shape === undefined) return true;
  const { takes, example } = shape;
  const kinds = Object.entries(takes);
  const given = call.arguments.length;
  // Of one that is left out, most words have a rule of their own that says so.
  const least = shape.least ?? kinds.filter(([, kind]) => kind !== "any").length;
  if (given > kinds.length || given < least) {
    report(reader, "argumentCount", call.parent, { word: name, takes: kinds.map(([argument]) => argument).join(" and ") || "nothing", given, example });
    return false;
  }
  const sound = call.arguments.map((argument, index) => {
    const kind = kinds[index]?.[1] ?? "any";
    if (fits(kind, argument)) return true;
    const isClass = kind === "table" && ts.isIdentifier(argument);
    report(reader, "argumentKind", argument, { word: name, argument: kinds[index]?.[0] ?? "", value: argument.getText(), kind: kindText(kind), example }, isClass ? replaceNode(argument, `() => ${argument.text}`) : undefined);
    return false;
  });
  const last = call.arguments[kinds.length - 1];
  if (!sound.every(Boolean)) return false;
  if (shape.facts !== undefined && last !== undefined) return checkFacts(reader, last, name, shape);
  if (shape.needs === undefined || shape.least !== undefined) return true;
  report(reader, "factMissing", call.parent, { word: name, fact: shape.needs.join(" and "), example });
  return false;
}

function checkFacts(reader: Reader, node: ts.Expression, word: string, { facts: known = {}, needs = [], example }: Shape): boolean {
  if (!ts.isObjectLiteralExpression(node)) {
    // What is computed is told by who reads it.
    if (!isLiteral(node)) return true;
    report(reader, "argumentKind", node, { word, argument: "facts", value: node.getText(), kind: "facts in braces", example });
    return false;
  }
  const named = node.properties.flatMap((property) => (ts.isPropertyAssignment(property) && !ts.isComputedPropertyName(property.name) ? [{ property, name: property.name.text }] : []));
  for (const { property, name } of named) checkFact(reader, property, word, name, known);
  const lacking = needs.filter((need) => !named.some(({ name }) => name === need || onlySlip(name, Object.keys(known)) === need));
  if (lacking.length > 0 && named.length === node.properties.length) report(reader, "factMissing", node.parent.parent, { word, fact: lacking.join(" and "), example });
  return true;
}

function checkFact(reader: Reader, property: ts.PropertyAssignment, word: string, name: string, known: NonNullable<Shape["facts"]>): void {
  const kind = Object.hasOwn(known, name) ? known[name] : undefined;
  if (kind === undefined) {
    const right = onlySlip(name, Object.keys(known));
    report(reader, "factUnknown", property.name, { word, fact: name, suggestion: suggest(name, Object.keys(known)) }, right === undefined ? undefined : replaceNode(property.name, right));
    return;
  }
  if (fits(kind, property.initializer)) return;
  const value = property.initializer;
  const right = typeof kind === "string" || !ts.isStringLiteralLike(value) ? undefined : onlySlip(value.text, kind);
  report(reader, "factValue", property, { word, fact: name, value: value.getText(), kind: kindText(kind) }, right === undefined ? undefined : replaceNode(value, JSON.stringify(right)));
}

/** Whether `node` may be of `kind`; what is no literal is not judged here. */
function fits(kind: Kind, node: ts.Expression): boolean {
  if (kind === "any" || !isLiteral(node)) return kind !== "table" || !ts.isIdentifier(node);
  if (kind === "table") return ts.isArrowFunction(node);
  if (kind === "flag") return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
  if (kind === "pattern") return ts.isRegularExpressionLiteral(node);
  if (kind === "texts") return ts.isArrayLiteralExpression(node) && node.elements.every((element) => !isLiteral(element) || ts.isStringLiteralLike(element));
  return ts.isStringLiteralLike(node) && (kind === "text" || kind.includes(node.text));
}

function isLiteral(node: ts.Expression): boolean {
  return ts.isLiteralExpression(node) || ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node) || ts.isArrowFunction(node)
    || (ts.isPrefixUnaryExpression(node) && ts.isLiteralExpression(node.operand))
    || [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind);
}

const kindTexts = { any: "a value", text: "a text", texts: "a list of texts", flag: "true or false", pattern: "a pattern", table: "a function that gives a table" } as const;

function kindText(kind: Kind): string {
  if (typeof kind === "string") return kindTexts[kind];
  const texts = kind.map((text) => JSON.stringify(text));
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
