import { readFile, rm, writeFile } from "node:fs/promises";
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
    expect([apply.code, JSON.parse(apply.stdout)]).toEqual([0, { root: join(shop.folder, "lake"), created: ["shop.orders"] }]);
    expect((await run("plan")).code).toBe(0);
    expect((await run("apply")).stdout).toBe("the lake is as the catalog says\n");
  });

  test("a table that differs is planned, and apply refuses to touch it", async () => {
    const file = join(shop.folder, "catalog", "shop", "orders.ts");
    await writeFile(file, (await readFile(file, "utf8")).replace("quantity: Int32;", "quantity: Int32;\n\n  note: Text | null;"));
    expect((await run("compile")).code).toBe(0);
    const plan = await run("plan");
    expect(plan.code).toBe(3);
    expect(plan.stdout).toContain("note");
    const apply = await run("apply", "--json");
    expect(apply.code).toBe(1);
    expect(JSON.parse(apply.stdout)).toMatchObject({ error: { code: "SCHEMA_DIFFERS" } });
  });
});
