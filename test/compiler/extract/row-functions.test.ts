import { expect, test } from "vitest";
import { extractFiles, language } from "../written-project.ts";

function moduleOf(database: string): string {
  const { functions, diagnostics } = extractFiles({ "catalog/demo/database.ts": `${language}\n${database}` });
  expect(diagnostics).toEqual([]);
  expect(functions.map((module) => module.module)).toEqual(["demo.js"]);
  return functions[0]?.code ?? "";
}

async function run(code: string, name: string, ...parameters: readonly unknown[]): Promise<unknown> {
  const module: { readonly [name: string]: (...parameters: readonly unknown[]) => unknown } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return await module[name]?.(...parameters);
}

test("a row function runs as plain JavaScript, with what it uses of its file and nothing else", async () => {
  const code = moduleOf(`
interface Supplier { s_suppkey: Int64; s_name: Text }
const prefix: string = "Supplier#";
function named(number: bigint): Supplier { return { s_suppkey: number, s_name: label(number) }; }
function label(number: bigint) { return prefix + String(number); }
function unused() { return 1; }
void unused;

@database() export class Demo {
  /** Who supplies parts. */
  @table() static supplier(upTo: Int32 = 2): Rows<Supplier> {
    return Array.from({ length: upTo }, (_, index) => named(BigInt(index + 1)));
  }
}`);
  expect(code).not.toMatch(/unused|neuralake|Demo|Rows|@table/);
  expect(code).toContain("/** Who supplies parts. */\nexport function supplier(upTo = 2) {");
  expect(await run(code, "supplier")).toEqual([{ s_suppkey: 1n, s_name: "Supplier#1" }, { s_suppkey: 2n, s_name: "Supplier#2" }]);
  expect(await run(code, "supplier", 1)).toHaveLength(1);
});

test("async functions and generators stay what they are", async () => {
  const code = moduleOf(`
@database() export class Demo {
  @table() static async later(): Promise<Rows<{ a: Int64 }>> { return [{ a: 1n }]; }
  @table() static *some(): Rows<{ a: Int64 }> { yield { a: 1n }; yield { a: 2n }; }
  @table() static async *stream(): Rows<{ a: Int64 }> { yield { a: 3n }; }
}`);
  expect(await run(code, "later")).toEqual([{ a: 1n }]);
  expect(await Array.fromAsync((await run(code, "some")) as Iterable<unknown>)).toEqual([{ a: 1n }, { a: 2n }]);
  expect(await Array.fromAsync((await run(code, "stream")) as AsyncIterable<unknown>)).toEqual([{ a: 3n }]);
});

test("the lake that a function is handed is no parameter of its callers, and a class that it is asked for is its name where the function runs", async () => {
  const { functions, diagnostics } = extractFiles({
    "catalog/demo/base.ts": `${language}\n@deltaTable() export class Base { a: Int64; }`,
    "catalog/demo/database.ts": `${language}\nimport type { Lake } from "neuralake";\nimport { Base } from "./base.ts";\n@database() export class Demo {
      @table() static async *twice(lake: Lake, by: Int32 = 2): Rows<{ a: Int64 }> { for await (const { a } of lake.rows(Base, { columns: ["a"] })) for (let k = 0; k < by; k++) yield { a }; }
    }`,
  });
  expect(diagnostics).toEqual([]);
  expect(functions[0]?.code).toContain('lake.rows("demo.base", { columns: ["a"] })');
  const asked: unknown[] = [];
  const lake = { async *rows(...wanted: readonly unknown[]) { asked.push(wanted); yield { a: 7n }; } };
  expect(await Array.fromAsync((await run(functions[0]?.code ?? "", "twice", lake)) as AsyncIterable<unknown>)).toEqual([{ a: 7n }, { a: 7n }]);
  expect(asked).toEqual([["demo.base", { columns: ["a"] }]]);
});

test("a class that nobody reads with the lake is part of the catalog still", () => {
  const { diagnostics } = extractFiles({
    "catalog/demo/base.ts": `${language}\n@deltaTable() export class Base { a: Int64; }`,
    "catalog/demo/database.ts": `${language}\nimport type { Lake } from "neuralake";\nimport { Base } from "./base.ts";\n@database() export class Demo { @table() static none(lake: Lake): Rows<{ a: Int64 }> { void lake; void Base; return []; } }`,
  });
  expect(diagnostics.map(({ code }) => code)).toEqual(["NL1054"]);
});

test("text over several lines keeps its letters, and a name of the function's own may hide a word", async () => {
  const code = moduleOf(`
@database() export class Demo {
  /**
   * Two lines,
   * one comment.
   */
  @table() static notes(): Rows<{ note: Text }> {
    const table = [\`a
    b\`];
    return table.map((key) => ({ note: key, toString() { return String(this); } }));
  }
}`);
  expect(code).toContain("/**\n * Two lines,\n * one comment.\n */\nexport function notes() {");
  expect(await run(code, "notes")).toMatchObject([{ note: "a\n    b" }]);
});

test("a database without row functions gives no module", () => {
  expect(extractFiles({ "catalog/demo/database.ts": `${language}\n@database() export class Demo { @table() static one() { return sql\`SELECT 1 AS a\`; } }` }).functions).toEqual([]);
});
