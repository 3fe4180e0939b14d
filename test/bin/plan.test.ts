import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeShop, runCommand, type Outcome, type Shop } from "./command.ts";

describe("plan and apply", () => {
  let shop: Shop;
  beforeAll(async () => { shop = await makeShop(); });
  afterAll(() => shop.remove());
  const run = (...args: string[]): Promise<Outcome> => runCommand(shop.folder, args);

  test("a lake that is as the catalog says gives an empty plan and exit 0", async () => {
    const { code, stdout } = await run("plan");
    expect([code, stdout]).toEqual([0, "the lake is as the catalog says\n"]);
  });

  test("a table the lake does not have is planned with exit 3, made by apply, and then there is nothing to plan", async () => {
    await rm(join(shop.folder, "lake"), { recursive: true });
    const plan = await run("plan", "--json");
    expect(plan.code).toBe(3);
    expect(JSON.parse(plan.stdout)).toMatchObject({ changes: [{ kind: "create-table", table: "shop.orders" }] });
    expect((await run("plan")).stdout).toMatch(/^shop\n└─ orders {2}/);
    const apply = await run("apply", "--json");
    expect([apply.code, JSON.parse(apply.stdout)]).toEqual([0, { root: join(shop.folder, "lake"), created: ["shop.orders"], changed: [] }]);
    expect((await run("plan")).code).toBe(0);
    expect((await run("apply")).stdout).toBe("the lake is as the catalog says\n");
  });

  const orders = () => join(shop.folder, "catalog", "shop", "orders.ts");
  const edit = async (from: string, to: string): Promise<void> => {
    const text = await readFile(orders(), "utf8");
    if (!text.includes(from)) throw new Error(`no ${from} in\n${text}`);
    await writeFile(orders(), text.replace(from, to));
  };
  test("a catalog that was changed and not compiled is told of, errors or not; one that only looks newer is not", async () => {
    const before = await readFile(orders(), "utf8");
    await edit("quantity: Int32;", "quantity: Int32;\n\n  size: Int32 | null;");
    expect(await run("plan")).toEqual({ code: 0, stdout: "the lake is as the catalog says\n", stderr: "catalog/ was changed since it was compiled, and this goes by what was: run `neuralake compile`\n" });
    await edit("size: Int32", "size: Int");
    expect((await run("apply")).stderr).toBe("catalog/ has errors, and was changed since it was compiled, and this goes by what was: run `neuralake compile`\n");
    await writeFile(orders(), before);
    expect((await run("plan")).stderr).toBe("");
  });

  const rows = async (sql: string): Promise<unknown> => JSON.parse((await run("query", sql, "--json")).stdout) as unknown;
  const applied = async (...args: string[]): Promise<{ created: string[]; changed: { table: string; version: number; changes: string[]; rewritten: number }[] }> => {
    const { code, stdout, stderr } = await run("apply", "--json", ...args);
    if (code !== 0) throw new Error(stdout + stderr);
    return JSON.parse(stdout) as Awaited<ReturnType<typeof applied>>;
  };

  test("a column with a value for older rows is planned with its cost, added in one commit, and older versions stay as they were", async () => {
    await run("load", "shop.orders", "data/orders.csv");
    const before = await rows("SELECT * FROM shop.orders ORDER BY ALL");
    await edit("quantity: Int32;", "quantity: Int32;\n\n  /** Stars. */\n  @initially(5)\n  stars: Int32;");
    await edit("import { ", "import { initially, was, ");
    const compiled = await run("compile");
    expect(compiled.stdout).toMatch(/wrote generated\/migrations\/0002-[0-9a-f]{12}\.json/);
    const plan = await run("plan");
    expect([plan.code, plan.stdout]).toEqual([3, expect.stringMatching(/└─ orders {2}add stars: Int32, 5 in rows there are {2}breaking\n {6}who appends must give stars\n {6}writes \d+ rows anew: \d+ files?, [\d.]+ k?B\n/)]);
    expect((await applied()).changed).toEqual([{ table: "shop.orders", version: 2, changes: ["add stars: Int32, 5 in rows there are"], rewritten: expect.any(Number) as number }]);
    expect(await rows("SELECT stars, count(*) > 0 AS many FROM shop.orders GROUP BY stars")).toEqual([{ stars: 5, many: true }]);
    expect(await rows("SELECT * FROM shop.orders AT (VERSION => 1) ORDER BY ALL")).toEqual(before);
    expect((await run("plan")).code).toBe(0);
    const [newest] = JSON.parse((await run("history", "shop.orders", "--json")).stdout) as { operation: string; operationParameters: { migration: string; changes: string } }[];
    expect(newest).toMatchObject({ operation: "ALTER TABLE", operationParameters: { migration: expect.stringMatching(/^0002-/) as string, changes: '["add stars: Int32, 5 in rows there are"]' } });
  });

  test("a rename without @was is no plan but a question with two ways out; with @was it is one commit that touches no file", async () => {
    await edit("stars: Int32;", "rating: Int32;");
    await edit("  @initially(5)\n", "");
    const compiled = await run("compile");
    expect([compiled.code, compiled.stderr]).toEqual([0, expect.stringContaining("warning NL4011 rating: Int32 is new in shop.orders, and stars is gone.")]);
    for (const command of ["plan", "apply"]) {
      const { code, stdout, stderr } = await run(command, "--json");
      expect([command, code, JSON.parse(stdout)]).toMatchObject([command, 2, { error: { code: "CATALOG_INVALID", diagnostics: [{ code: "NL4002" }] } }]);
      expect(stderr).toContain('write @was("stars") over rating');
      expect(stderr).toContain("`--allow destructive`");
    }
    await edit("rating: Int32;", '@was("stars")\n  rating: Int32;');
    await edit("import { initially, was, ", "import { was, ");
    expect((await run("compile")).code).toBe(0);
    expect((await applied()).changed).toEqual([{ table: "shop.orders", version: 3, changes: ["rename stars to rating"], rewritten: 0 }]);
    expect(await rows("SELECT rating FROM shop.orders GROUP BY rating")).toEqual([{ rating: 5 }]);
    expect(await rows("SELECT stars FROM shop.orders AT (VERSION => 2) GROUP BY stars")).toEqual([{ stars: 5 }]);
  });

  test("a column is widened and rows go on being loaded and appended under their own names", async () => {
    await edit("rating: Int32;", "rating: Int64;");
    await run("compile");
    expect((await applied()).changed).toMatchObject([{ changes: ["widen rating from Int32 to Int64"] }]);
    const [{ n }] = await rows("SELECT count(*) AS n FROM shop.orders") as [{ n: number }];
    await writeFile(join(shop.folder, "more.json"), JSON.stringify([{ ...(await rows("SELECT * FROM shop.orders LIMIT 1") as [object])[0], rating: 9007199254740000 }]));
    const loaded = await run("load", "shop.orders", "more.json", "--json");
    expect([loaded.code, loaded.stderr]).toEqual([0, ""]);
    expect(await rows("SELECT count(*) AS n, max(rating) AS best FROM shop.orders")).toEqual([{ n: n + 1, best: 9007199254740000 }]);
  });

  test("a column is dropped only when that is allowed, and then no file is touched", async () => {
    await edit('\n  /** Stars. */\n  @was("stars")\n  rating: Int64;', "");
    await run("compile");
    const plan = await run("plan", "--json");
    expect([plan.code, JSON.parse(plan.stdout)]).toMatchObject([3, { changes: [{ kind: "drop-column", column: "rating", risk: "destructive" }] }]);
    const refused = await run("apply", "--json");
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { error: { code: "MIGRATION_DESTRUCTIVE", message: "shop.orders: drop rating: Int64, which is not declared" } }]);
    expect((await applied("--allow", "destructive")).changed).toMatchObject([{ changes: ["drop rating: Int64, which is not declared"], rewritten: 0 }]);
    expect((await run("plan")).code).toBe(0);
    expect((await run("query", "SELECT rating FROM shop.orders")).code).toBe(1);
    expect((await run("load", "shop.orders", "data/orders.csv", "--json")).code).toBe(0);
  });

  test("a @was that names nothing is an error where it is written", async () => {
    await edit("quantity: Int32;", 'quantity: Int32;\n\n  @was("nothing")\n  note: Text | null;');
    await run("compile");
    const { code, stderr } = await run("plan");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/orders\.ts:\d+:3 error NL4001 note was nothing, says the catalog, and shop\.orders in the lake has neither\.[^]*@was\("nothing"\)\n[^]*\^{15}\n/)]);
  });

  test("a migration that was changed is refused, and one that is missing is written anew", async () => {
    const folder = join(shop.folder, "generated", "migrations");
    const names = (await readdir(folder)).sort();
    const last = join(folder, names.at(-1) ?? "");
    const text = await readFile(last, "utf8");
    await writeFile(last, text.replace("nothing", "anything"));
    for (const args of [["compile"], ["compile", "--check"], ["plan"]]) {
      const { code, stderr } = await run(...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining("error NL4010 This migration cannot be read: it is not the text that its name was made of.")]);
    }
    await rm(last);
    const check = await run("compile", "--check");
    expect([check.code, check.stdout]).toEqual([3, expect.stringContaining(`out of date generated/migrations/${names.at(-1)}`)]);
    expect((await run("compile")).code).toBe(0);
    expect(await readFile(last, "utf8")).toBe(text);
    expect((await run("compile", "--check")).code).toBe(0);
  });
});
