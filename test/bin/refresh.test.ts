/** Materialized views from the author's file to the command line: compiled, planned, applied, refreshed, changed, and kept fresh by the process that looks after them. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeShop, outcomeOf, startCommand, type Outcome, type Shop } from "./command.ts";
import { runHere } from "./in-process.ts";

let shop: Shop;
let before: string;
beforeAll(async () => {
  shop = await makeShop();
  before = process.cwd();
  process.chdir(shop.folder);
});
afterAll(async () => {
  process.chdir(before);
  await shop.remove();
});

const run = (...args: string[]): Promise<Outcome> => runHere(args);
const json = async (...args: string[]): Promise<unknown> => JSON.parse((await run(...args, "--json")).stdout);
const declare = (sql: string, refresh = "1h", columns = "product: Int64;\n  sold: Int64;"): Promise<void> => writeFile(join(shop.folder, "catalog/shop/sold.ts"), `
import { columns, materializedView, sql } from "neuralake";
import type { Int64, Text } from "neuralake";
import { Orders } from "./orders.ts";

/** What was sold. */
@materializedView({ layer: "gold", refresh: "${refresh}" })
export class Sold {
  ${columns}

  static query(o = columns(Orders)) {
    return sql\`${sql}\`;
  }
}
`.trimStart());
const countOf = (name: string, read: string, file: string): string => `
import { columns, materializedView, sql } from "neuralake";
import { ${read} } from "./${file}.ts";

/** How many there are. */
@materializedView({ refresh: "1h" })
export class ${name} {
  static query(t = columns(${read})) {
    return sql\`SELECT count(*) AS n FROM \${t}\`;
  }
}
`.trimStart();
const grouped = "SELECT ${o.product_id} AS product, sum(${o.quantity}) AS sold FROM ${o} GROUP BY 1";

async function order(id: number, quantity: number): Promise<void> {
  await writeFile(join(shop.folder, "more.ndjson"), `${JSON.stringify({ order_id: id, product_id: 900, quantity, ordered_at: "2026-08-02T10:00:00", paid_with: "card", customer_email: null })}\n`);
  expect(await run("load", "shop.orders", "more.ndjson")).toMatchObject({ code: 0 });
}

test("compile, plan, apply, refresh", async () => {
  await declare(grouped);
  expect((await run("compile")).code).toBe(0);
  expect(await json("plan")).toMatchObject({ changes: [{ kind: "create-table", table: "shop.sold" }] });
  expect((await run("apply")).code).toBe(0);
  expect((await run("plan")).code).toBe(0);
  expect([await run("query", "SELECT * FROM shop.sold")]).toMatchObject([{ code: 1, stderr: expect.stringContaining("Run `neuralake refresh shop.sold`.") }]);
  const check = await run("refresh", "--check");
  expect([check.code, check.stdout]).toEqual([3, expect.stringContaining("shop.sold would be refreshed in full, since it was never refreshed")]);
  expect(await json("refresh")).toMatchObject([{ table: "shop.sold", mode: "full", version: 1 }]);
  await order(901, 7);
  expect(await json("refresh", "shop.sold")).toMatchObject({ table: "shop.sold", mode: "incremental", why: "shop.orders has new rows and no other change", version: 2, filesRead: 1 });
  expect(await json("query", "SELECT sold FROM shop.sold WHERE product = 900")).toEqual([{ sold: 7 }]);
  expect(await run("refresh")).toMatchObject({ code: 0, stdout: "shop.sold is up to date\n" });
  expect((await run("describe", "shop.sold")).stdout).toMatch(/^refreshed +\d+ seconds? ago$/m);
  expect([(await run("refresh", "--check")).code, (await run("refresh", "shop.orders")).code]).toEqual([0, 1]);
  expect(await json("lineage", "shop.sold.sold", "--up")).toMatchObject({ up: { edges: [{ from: { table: "shop.orders", column: "quantity" }, to: { table: "shop.sold", column: "sold" }, how: "aggregated" }] } });
});

test("another query is a change of the plan, which apply makes, and until then nobody is given rows of the old one", async () => {
  await declare("SELECT ${o.product_id} AS product, count(*) AS sold FROM ${o} GROUP BY 1");
  expect((await run("compile")).code).toBe(0);
  const plan = await run("plan");
  expect([plan.code, plan.stdout]).toEqual([3, expect.stringContaining("sold  work its rows out anew: its query is another one  safe")]);
  expect((await run("describe", "shop.sold")).stdout).toMatch(/^refreshed .*, for another query than the catalog has$/m);
  expect((await run("query", "SELECT * FROM shop.sold")).stderr).toContain("The rows of shop.sold are of another query than the catalog has.");
  expect(await json("apply")).toMatchObject({ changed: [{ table: "shop.sold", version: 3, changes: ["work its rows out anew: its query is another one"] }] });
  expect(await json("query", "SELECT sold FROM shop.sold WHERE product = 900")).toEqual([{ sold: 1 }]);
  await declare("SELECT ${o.product_id} AS product, CAST(count(*) AS VARCHAR) AS sold, 1 AS one FROM ${o} GROUP BY 1", "1h", "product: Int64;\n  sold: Text;\n  one: Int64;");
  await run("compile");
  expect((await run("apply")).code).toBe(0);
  expect(await json("query", "SELECT sold, one FROM shop.sold WHERE product = 900")).toEqual([{ sold: "1", one: 1 }]);
  expect((await run("plan")).code).toBe(0);
});

test("kept fresh, it is refreshed as soon as it is older than it may be", async () => {
  await declare(grouped, "1ms");
  await run("compile");
  await run("apply");
  const keeper = startCommand(shop.folder, ["refresh", "--every", "100ms", "--json"], { TMPDIR: shop.folder });
  const ended = outcomeOf(keeper);
  await order(902, 5);
  await expect.poll(() => json("query", "SELECT sold FROM shop.sold WHERE product = 900"), { timeout: 60_000, interval: 200 }).toEqual([{ sold: 12 }]);
  keeper.kill("SIGTERM");
  const { stdout, stderr } = await ended;
  expect([stdout.trim().split("\n").map((line) => JSON.parse(line) as object), stderr]).toMatchObject([[{ table: "shop.sold", mode: "incremental" }], ""]);
});

test("a view that fails is told, with those that stand on it, and the others are refreshed", async () => {
  await declare("SELECT ${o.product_id} AS product, CAST(${o.paid_with} AS BIGINT) AS sold FROM ${o}");
  await writeFile(join(shop.folder, "catalog/shop/order_count.ts"), countOf("OrderCount", "Orders", "orders"));
  await writeFile(join(shop.folder, "catalog/shop/sold_count.ts"), countOf("SoldCount", "Sold", "sold"));
  expect(await run("compile")).toMatchObject({ code: 0, stderr: "" });
  for (const name of ["order_count", "sold_count"]) expect((await run("plan")).stdout).toContain(name);
  // The rows of shop.sold are worked out by apply too, which fails; the others it creates.
  expect((await run("apply")).code).toBe(1);
  const outcome = await run("refresh");
  expect(outcome).toMatchObject({ code: 1, stdout: expect.stringMatching(/^shop\.order_count refreshed in full, since it was never refreshed: 1 row written .*\n$/) });
  expect(outcome.stderr).toMatch(/^shop\.sold was not refreshed: .* SQL_INVALID\n  hint .*\nshop\.sold_count was left as it is: it stands on shop\.sold, which was not refreshed\n$/s);
  const values = await run("refresh", "--json");
  expect([values.code, JSON.parse(values.stdout)]).toMatchObject([1, [
    { table: "shop.order_count", mode: "none" },
    { table: "shop.sold", mode: "failed", error: { code: "SQL_INVALID" } },
    { table: "shop.sold_count", mode: "skipped", why: "it stands on shop.sold, which was not refreshed" },
  ]]);
  expect([(await run("refresh", "--check")).code, (await run("refresh", "shop.order_count", "--check")).code]).toEqual([3, 0]);
});
