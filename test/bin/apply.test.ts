import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeShop, outcomeOf, runCommand, startCommand, type Shop } from "./command.ts";

let shop: Shop;
beforeAll(async () => { shop = await makeShop(); });
afterAll(() => shop.remove());

const run = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCommand(shop.folder, args);
  if (code !== 0) throw new Error(`${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
};
const rows = async (sql: string): Promise<unknown> => JSON.parse(await run("query", sql, "--json")) as unknown;

/** Adds a column whose value every older row gets. */
async function declare(name: string): Promise<void> {
  const file = join(shop.folder, "catalog/shop/orders.ts");
  const text = (await readFile(file, "utf8")).replace("quantity: Int32;", `quantity: Int32;\n\n  @initially(5)\n  ${name}: Int32;`);
  await writeFile(file, text.includes("initially,") ? text : text.replace("import { ", "import { initially, "));
  await run("compile");
}

/** Versions of the table in which its schema was changed. */
async function changes(): Promise<number> {
  const history = JSON.parse(await run("history", "shop.orders", "--json")) as { operation: string }[];
  return history.filter(({ operation }) => operation === "ALTER TABLE").length;
}

test("apply may be killed at any time and run again: what it does is done once, and nothing else", async () => {
  await declare("stars");
  for (const ms of [150, 400, 650, 900, 1_150]) {
    const child = startCommand(shop.folder, ["apply"], { TMPDIR: shop.folder });
    const ended = outcomeOf(child);
    await wait(ms);
    child.kill("SIGKILL");
    await ended;
    const [{ n }] = await rows("SELECT count(*) AS n FROM shop.orders") as [{ n: number }];
    expect([ms, n]).toEqual([ms, 8]);
  }
  await run("apply");
  expect([await changes(), await rows("SELECT stars, count(*) AS n FROM shop.orders GROUP BY stars")]).toEqual([1, [{ stars: 5, n: 8 }]]);
  expect(await run("apply")).toBe("the lake is as the catalog says\n");
});

test("of several that apply at once one changes the table, and all end well", async () => {
  await declare("likes");
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => runCommand(shop.folder, ["apply", "--json"])));
  expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual(outcomes.map(() => [0, ""]));
  const changed = outcomes.flatMap(({ stdout }) => (JSON.parse(stdout) as { changed: { changes: string[] }[] }).changed);
  expect(changed).toMatchObject([{ changes: ["add likes: Int32, 5 in rows there are"] }]);
  expect([await changes(), await rows("SELECT likes, count(*) AS n FROM shop.orders GROUP BY likes")]).toEqual([2, [{ likes: 5, n: 8 }]]);
});
