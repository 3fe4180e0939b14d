/**
 * Tables of parts by chance, right and wrong: what is said of them is what TypeScript says when it is shown every file, and it is shown few.
 * NEURALAKE_TORTURE=1 makes ten times as many.
 */
import { expect, test } from "vitest";
import { createProgram, parseSource } from "../../../compiler/extract/program.ts";
import { openProof } from "../../../compiler/extract/proven-shapes.ts";
import { shapesOf } from "../../../compiler/extract/table-shapes.ts";
import { errorsOf, parses } from "../../../compiler/extract/typescript-errors.ts";
import { chance, oneOf, randomOf } from "../../random.ts";
import type { Random } from "../../random.ts";

const rounds = process.env["NEURALAKE_TORTURE"] === "1" ? 60 : 6;
const filesEach = 60;

const imports = `import { between, check, columns, dayOf, deltaTable, from, initially, key, matches, pii, references, sql, unique, unit, was } from "neuralake";
import type { Bool, Columns, Day, Decimal, Float64, Int32, Int64, Text, Timestamp, Uuid } from "neuralake";`;

const rightHeads = ["@deltaTable()", '@deltaTable({ layer: "silver" })', '@deltaTable({ owner: "rides", freshness: "15m" })', '@deltaTable({ owner: "ops", freshness: "15m" })'];
const wrongHeads = ['@deltaTable({ layer: "tin" })', '@deltaTable({ owner: 1 })', '@deltaTable({ owner: "a", owner: "b" })', "@deltaTable", "@deltaTable() @gone()", '@deltaTable({ freshness: "soon" })', "@key()"];
/** Each takes the name of a column. */
const rightColumns: readonly ((name: string) => string)[] = [
  (name) => `/** What it says. */ ${name}: Int64;`, (name) => `@key() ${name}: Text;`, (name) => `@between(0, 10) ${name}: Int32;`, (name) => `@between(-5, 1_000) ${name}: Int32;`,
  (name) => `${name}: Float64 | null;`, (name) => `${name}: "open" | "closed";`, (name) => `${name}: { a: Text; b: Int64 | null };`, (name) => `${name}: Decimal<10, 2>;`, (name) => `${name}: Int32[];`,
  (name) => `@from("a.${name}") ${name}: Text;`, (name) => `@was("old_${name}") @unit("EUR") ${name}: Decimal<8, 2>;`, (name) => `@pii("email", { mask: "hash" }) ${name}: Text;`, (name) => `${name}: Record<Text, Int64>;`,
  (name) => `@initially("x") ${name}: Text;`, (name) => `@initially(3n) ${name}: Int64;`, (name) => `@matches(/^a+$/) ${name}: Text;`, (name) => `seen_${name}: Timestamp; @dayOf("seen_${name}") ${name}: Day;`,
];
const wrongColumns: readonly ((name: string) => string)[] = [
  (name) => `@between(0, 10) ${name}: Text;`, (name) => `@key() ${name}: Text | null;`, (name) => `@between(0) ${name}: Int32;`, (name) => `@between(0, "ten") ${name}: Int32;`, (name) => `${name}: Txt;`,
  (name) => `${name}: Int64; ${name}: Int64;`, () => "constructor: Int64;", () => "#secret: Int64; toString: Int64;", (name) => `@dayOf("nowhere") ${name}: Day;`, (name) => `${name}: Int64 = 1;`, (name) => `@unit(1) ${name}: Int32;`,
  (name) => `@pii("birthday") ${name}: Text;`, (name) => `@initially(3) ${name}: Int64;`, (name) => `${name}: Decimal<10>;`, (name) => `@matches(/(/) ${name}: Text;`, (name) => `export ${name}: Int64;`, (name) => `${name}: { a: Text; a: Text };`,
  (name) => `@references(() => Elsewhere, "id") ${name}: Int64;`, (name) => `private ${name}: Int64; @key() declare ${name}2: Int64;`, (name) => `@key ${name}: Int64;`, (name) => `@from(...["a"]) @from(undefined) ${name}: Text;`,
];
/** What else a file may hold; most of them wrong. */
const twists: readonly ((text: string) => string)[] = [
  (text) => text.replace("key,", "keys,"), (text) => text.replace("import {", "import type {"), (text) => text.replace("Int64,", "Int64, Int64,"), (text) => text.replace("Text,", "Text as Int64,").replace(" Int64,", ""),
  (text) => text.replace(/class \w+/, "class Text"), (text) => text.replace(/class \w+/, "class string"), (text) => text.replace(/class (\w+)/, "class $1 extends Nothing"), (text) => text.replace(/class (\w+)/, "class $1<T>"),
  (text) => text.replace(/\w+: Int64;/, (column) => `// @ts-expect-error\n${column}`), (text) => `// @ts-nocheck\n${text}`, (text) => `${text}\nconst left: Int64 = "over";`, (text) => `${text}\nexport class Another {}`, (text) => text.replace(" Int64;", " Int64"),
  (text) => text.replace('"neuralake"', '"neuralakes"'), (text) => text.replace("Int64 }", "Int64, Missing }"), (text) => text.replace("Text,", "Text, Record,").replace("Uuid", "Uuid as Record"), (text) => text.replace("import type {", "import defer {"), (text) => text.replace("Int64,", "type Int64,"), (text) => text.replace(/\}$/, "static late() { return 1 as never as Text; } }"),
];

function tableText(random: Random, number: number): string {
  const isWrong = chance(random, 0.25);
  const columns = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, index) => oneOf(random, isWrong && chance(random, 0.2) ? wrongColumns : rightColumns)(`column_${index}`));
  const head = oneOf(random, isWrong && chance(random, 0.2) ? wrongHeads : rightHeads);
  const text = `${imports}\n\n/** Things. */\n${head}\nexport class Things${number} {\n  ${columns.join("\n  ")}\n}`;
  return isWrong && chance(random, 0.5) ? oneOf(random, twists)(text) : text;
}

test(`in ${rounds} rounds nothing is missed of what TypeScript says of ${filesEach} tables`, () => {
  const random = randomOf(11);
  const proof = openProof();
  let [shown, wrong, whole] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const sources = Array.from({ length: filesEach }, (_, number) => parseSource(`catalog/area/things${number}.ts`, tableText(random, number)));
    const all = new Map(sources.map((source) => [source.fileName, source]));
    const ask = (asked: typeof sources): ReadonlyMap<string, readonly string[]> => {
      const program = createProgram(import.meta.dirname, asked.map((source) => source.fileName), all);
      const told = asked.filter(parses).map((source) => [source.fileName, errorsOf(program, source).map(({ code, start, length }) => `${code} ${start} ${length}`)] as const);
      return new Map(told.filter(([, errors]) => errors.length > 0));
    };
    const found = proof.judge(sources, (asked) => {
      shown += asked.length;
      return ask([...asked]);
    });
    const expected = ask(sources);
    expect(new Map([...found].sort())).toEqual(new Map([...expected].sort()));
    wrong += expected.size;
    whole += sources.filter((source) => shapesOf(source) !== undefined).length;
  }
  expect(wrong).toBeGreaterThan(rounds * 5);
  expect(whole).toBeGreaterThan(rounds * filesEach / 4);
  expect(shown).toBeLessThan(rounds * filesEach * 0.8);
  console.log(`${rounds * filesEach} tables, ${wrong} of them wrong: TypeScript was shown ${shown}`);
});

test("of a thousand tables alike one is shown", () => {
  const sources = Array.from({ length: 1_000 }, (_, number) => parseSource(`catalog/area/things${number}.ts`, `${imports}\n\n@deltaTable({ owner: "team ${number}" })\nexport class Things${number} { @key() id_${number}: Int64; @between(${number}, 9_999) /* so many */ more: Int32 }`));
  const shown: string[] = [];
  openProof().judge(sources, (asked) => {
    shown.push(...asked.map((source) => source.fileName));
    return new Map();
  });
  expect(shown).toEqual(["catalog/area/things0.ts"]);
});

test("where the one that is shown is wrong, all that are like it are", () => {
  const sources = [0, 1, 2].map((number) => parseSource(`catalog/area/things${number}.ts`, `${imports}\n\n@deltaTable()\nexport class Things${number} { @between(0, 1) name_${number}: Text }`));
  const shown: string[][] = [];
  const found = openProof().judge(sources, (asked) => {
    shown.push(asked.map((source) => source.fileName));
    return new Map(asked.map((source) => [source.fileName, "wrong"]));
  });
  expect(shown.map((asked) => asked.length)).toEqual([1, 2]);
  expect(found.size).toBe(3);
});

test.each([
  ["a phase that names cannot have", "import defer { Text }"],
  ["a type said twice to be one", "import type { type Text }"],
  ["a name that is a text", 'import { "type Text" as Text }'],
])("an import may be wrong by its form, and has no shape: %s", (_form, clause) => {
  const text = (imported: string): string => `import { deltaTable } from "neuralake";\n${imported} from "neuralake";\n\n@deltaTable()\nexport class Things { name: Text }`;
  const source = parseSource("catalog/area/things.ts", text(clause));
  expect(parses(source)).toBe(true);
  expect(shapesOf(source)).toBeUndefined();
  expect(shapesOf(parseSource("catalog/area/things.ts", text("import type { Text }")))).toBeDefined();
});
