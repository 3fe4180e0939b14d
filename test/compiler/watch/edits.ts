/** What somebody does to a catalog while it is watched, by chance: edits that are right, edits that are wrong, and the mending of both. */
import { below, chance, oneOf } from "../../random.ts";
import type { Random } from "../../random.ts";

/** Text by path below the project. */
export type Texts = ReadonlyMap<string, string>;

/** The files that become another text; undefined takes one away. */
export type Edit = ReadonlyMap<string, string | undefined>;

type MakeEdit = (random: Random, texts: Texts) => Edit | undefined;

const column = /^ {2}([a-z_]+): ([^;\n]+);$/gm;
const types = ["Int64", "Text", "Float64 | null", "Decimal<10, 2>", "Int65", "Text[]", "\"a\" | \"b\"", "Place", "bigint", "Day | null"];
const words = ["@unit(\"m\")", "@between(0, 9)", "@between(9, 0)", "@unique()", "@pii(\"email\")", "@was(\"old\")", "@dayOf(\"seen\")", "@matches(/a/)", "@keyy()", "@kafka(\"offset\")"];
const tails = [" WHERE true", " LIMIT 3", " ORDER BY nowhere", " WHERE", " GROUP BY 1", ", rides.trips", " -- told"];

/** One of the catalog's files that `fits`. */
function fileOf(random: Random, texts: Texts, fits: RegExp): string | undefined {
  const files = [...texts.keys()].filter((file) => file.endsWith(".ts") && (texts.get(file) ?? "").search(fits) >= 0);
  return files.length === 0 ? undefined : oneOf(random, files);
}

/** Another text of one file that fits, where there is one. */
function rewriting(fits: RegExp, rewrite: (random: Random, text: string) => string): MakeEdit {
  return (random, texts) => {
    const file = fileOf(random, texts, fits);
    const text = file === undefined ? undefined : rewrite(random, texts.get(file) ?? "");
    return file === undefined || text === texts.get(file) ? undefined : new Map([[file, text]]);
  };
}

/** Replaces one match, chosen by chance. */
function replaceOne(random: Random, text: string, pattern: RegExp, by: (match: RegExpMatchArray) => string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const match = oneOf(random, matches);
  return text.slice(0, match.index) + by(match) + text.slice(match.index + match[0].length);
}

const renameEverywhere: MakeEdit = (random, texts) => {
  const file = fileOf(random, texts, /^ {2}[a-z_]+: /m);
  const names = [...(texts.get(file ?? "") ?? "").matchAll(column)].map((match) => match[1] ?? "");
  if (names.length === 0) return undefined;
  const [from, to] = [oneOf(random, names), `c${below(random, 1_000)}`];
  const changed = [...texts].filter(([other, text]) => other.endsWith(".ts") && new RegExp(`\\b${from}\\b`).test(text));
  return new Map(changed.map(([other, text]) => [other, text.replaceAll(new RegExp(`\\b${from}\\b`, "g"), to)]));
};

const addTable: MakeEdit = (random, texts) => {
  const text = texts.get("catalog/people/riders.ts");
  const number = below(random, 40);
  return text === undefined ? undefined : new Map([[`catalog/${oneOf(random, ["people", "more"])}/riders${number}.ts`, text.replace("class Riders", `class Riders${number}`)]]);
};

const renameFile: MakeEdit = (random, texts) => {
  const file = fileOf(random, texts, /class/);
  if (file === undefined) return undefined;
  const named = chance(random, 0.5) ? file.replace(/(\w+)\.ts$/, `moved${below(random, 9)}.ts`) : file.replace("catalog/rides", "catalog/people");
  return named === file ? undefined : new Map([[file, undefined], [named, texts.get(file)]]);
};

/** By what it does. */
export const edits: { readonly [does: string]: MakeEdit } = {
  "renames a column in its file": rewriting(column, (random, text) => replaceOne(random, text, column, (match) => `  c${below(random, 1_000)}: ${match[2]};`)),
  "renames a column everywhere": renameEverywhere,
  "adds a column": rewriting(column, (random, text) => replaceOne(random, text, column, (match) => `${match[0]}\n\n  /** Added. */\n  c${below(random, 1_000)}: ${oneOf(random, types)};`)),
  "removes a column": rewriting(column, (random, text) => replaceOne(random, text, column, () => "")),
  "changes a type": rewriting(column, (random, text) => replaceOne(random, text, column, (match) => `  ${match[1]}: ${oneOf(random, types)};`)),
  "changes a comment": rewriting(/\/\*\* /, (random, text) => replaceOne(random, text, /\/\*\* [^*]*\*\//g, () => `/** Said ${below(random, 99)}.${chance(random, 0.3) ? "\n * @deprecated gone" : ""} */`)),
  "adds a word": rewriting(column, (random, text) => replaceOne(random, text, column, (match) => `  ${oneOf(random, words)}\n${match[0]}`)),
  "removes a word": rewriting(/^ {2}@/m, (random, text) => replaceOne(random, text, /^ {2}@.*\n/gm, () => "")),
  "changes the class's word": rewriting(/^@/m, (random, text) => text.replace(/^@(\w+)\(.*\)$/m, (_, word: string) => `@${word}({ owner: "o${below(random, 9)}" })`)),
  "changes an interface": rewriting(/interface/, (random, text) => text.replace(/interface \w+ \{\n/, (match) => `${match}  f${below(random, 99)}: ${oneOf(random, types)};\n`)),
  "changes SQL": rewriting(/sql`/, (random, text) => replaceOne(random, text, /`;$/gm, () => `${oneOf(random, tails)}\`;`)),
  "changes a reference in SQL": rewriting(/\$\{\w\.\w+\}/, (random, text) => replaceOne(random, text, /\$\{(\w)\.\w+\}/g, (match) => `\${${match[1]}.${oneOf(random, ["name", "fare", "driver_id", "nothing"])}}`)),
  "changes a function": rewriting(/return \[/, (random, text) => text.replace(/name: "[^"]*"/, `name: "n${below(random, 99)}"`).replace(/first = \w+/, `first = ${oneOf(random, ["1n", "2n", "3"])}`)),
  "changes an import": rewriting(/from "\.\.?\//, (random, text) => replaceOne(random, text, /from "(\.[^"]*)"/g, () => `from "${oneOf(random, ["./trips.ts", "./drivers.js", "../rides/drivers.ts", "./nowhere.ts", "../../outside.ts"])}"`)),
  "adds a table": addTable,
  "renames a file": renameFile,
  "deletes a file": (random, texts) => {
    const file = fileOf(random, texts, /(?:)/);
    return file === undefined ? undefined : new Map([[file, undefined]]);
  },
  "renames the package": (random) => new Map([["package.json", chance(random, 0.2) ? "{ nope" : `{ "name": "p${below(random, 9)}" }\n`]]),
  "takes a character out": rewriting(/./, (random, text) => {
    const at = below(random, text.length);
    return text.slice(0, at) + text.slice(at + 1);
  }),
  "puts a line in": rewriting(/./, (random, text) => {
    const lines = text.split("\n");
    lines.splice(below(random, lines.length), 0, oneOf(random, ["", "}", "// a remark", "declare global { interface Told { told: 1 } }", "export class Another {}", "const x: number = \"\";"]));
    return lines.join("\n");
  }),
  "empties a file": rewriting(/./, () => ""),
};
