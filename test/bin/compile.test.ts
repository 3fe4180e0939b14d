import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeShop, outcomeOf, printed, runCommand, startCommand, type Shop } from "./command.ts";

describe("compile", () => {
  let shop: Shop;
  let file: string;
  let text: string;
  beforeAll(async () => {
    shop = await makeShop();
    file = join(shop.folder, "catalog", "shop", "orders.ts");
    text = await readFile(file, "utf8");
  });
  afterAll(() => shop.remove());

  test("errors are all told at once, with frame, exit 2, and nothing is written", async () => {
    const before = await readFile(join(shop.folder, "generated", "catalog.json"), "utf8");
    await writeFile(file, text.replace("quantity: Int32", "quantity: Int33").replace("product_id: Int64", "product_id: Integer"));
    const { code, stdout, stderr } = await runCommand(shop.folder, ["compile"]);
    await writeFile(file, text);
    expect([code, stdout]).toEqual([2, ""]);
    for (const part of ["Int33", "Integer", "catalog/shop/orders.ts:", "^"]) expect(stderr).toContain(part);
    expect(await readFile(join(shop.folder, "generated", "catalog.json"), "utf8")).toBe(before);
  });

  test("errors with --json are one object on stdout, each with code, place and message", async () => {
    await writeFile(file, text.replace("quantity: Int32", "quantity: Int33"));
    const { code, stdout } = await runCommand(shop.folder, ["compile", "--json"]);
    await writeFile(file, text);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; diagnostics: { code: string; place: object }[] } };
    expect(error.code).toBe("CATALOG_INVALID");
    expect(error.diagnostics[0]).toMatchObject({ code: expect.stringMatching(/^NL\d{4}$/), severity: "error", place: { file: "catalog/shop/orders.ts" } });
  });

  test("--watch compiles again after a change, and Ctrl-C ends it", async () => {
    const child = startCommand(shop.folder, ["compile", "--watch"]);
    const outcome = outcomeOf(child);
    await printed(child, /watching/);
    await writeFile(file, text.replace("One order of one product.", "One order, of one product."));
    await printed(child, /wrote .*catalog\.json/);
    await writeFile(file, text);
    child.kill("SIGINT");
    expect((await outcome).code).toBe(0);
    expect((await runCommand(shop.folder, ["compile"])).code).toBe(0);
  });
});
