import { execFileSync } from "node:child_process";
import { cp, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeShop, outcomeOf, printed, runCommand, startCommand, type Outcome, type Shop } from "./command.ts";

const header = "order_id,ordered_at,product_id,quantity,paid_with,customer_email";

describe("load", () => {
  let shop: Shop;
  let folder: string;
  let copies = 0;
  beforeAll(async () => { shop = await makeShop(); });
  afterAll(() => shop.remove());
  // Each test loads into a copy of its own, which lies beside the first.
  beforeEach(async () => {
    folder = `${shop.folder}-${++copies}`;
    await cp(shop.folder, folder, { recursive: true });
  });
  const run = (...args: string[]): Promise<Outcome> => runCommand(folder, args);
  const rows = async (): Promise<unknown> => JSON.parse((await run("query", "SELECT count(*) AS n FROM shop.orders", "--json")).stdout);

  test("a file is loaded once, also under another name, and --again loads it once more", async () => {
    const first = await run("load", "shop.orders", "data/orders.csv", "--json");
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, [expect.objectContaining({ skipped: true, table: "shop.orders" })]]);
    const again = await run("load", "shop.orders", "data/orders.csv", "--again", "--json");
    expect(JSON.parse(again.stdout)).toEqual([expect.objectContaining({ skipped: false, kept: 8, quarantined: 0, version: 2 })]);
    expect(await rows()).toEqual([{ n: 16 }]);
  });

  test("a bad cell names file, line, column and value, and nothing is loaded", async () => {
    await writeFile(join(folder, "bad.csv"), `${header}\n9,2026-05-07 09:00:00,1,2,card,\n10,2026-05-07 09:00:00,1,several,card,\n`);
    const { code, stdout, stderr } = await run("load", "shop.orders", "bad.csv", "--json");
    expect(code).toBe(1);
    const { error } = JSON.parse(stdout) as { error: { message: string; place: object } };
    for (const part of ["bad.csv", "3", "quantity", "several"]) expect(JSON.stringify(error)).toContain(part);
    expect(stderr).toContain("several");
    expect(await rows()).toEqual([{ n: 8 }]);
  });

  test("a value beyond its rule refuses the whole file", async () => {
    await writeFile(join(folder, "many.csv"), `${header}\n9,2026-05-07 09:00:00,1,101,card,\n10,2026-05-07 09:00:00,1,1,card,\n`);
    const { code, stdout } = await run("load", "shop.orders", "many.csv", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "ROWS_REFUSED", message: expect.stringContaining("101") } });
    expect(await rows()).toEqual([{ n: 8 }]);
  });

  test("a row that fails a quarantine check goes aside, and the exit code asks for a review", async () => {
    await writeFile(join(folder, "vouchers.csv"), `${header}\n9,2026-05-07 09:00:00,1,2,voucher,\n10,2026-05-07 09:00:00,1,1,voucher,\n`);
    const { code, stdout } = await run("load", "shop.orders", "vouchers.csv");
    expect(code).toBe(3);
    expect(stdout).toContain("1 row failed a check and went to shop.orders__dead");
    expect(await rows()).toEqual([{ n: 9 }]);
  });

  test("columns that found no place are told in one line, and in the JSON; a file of others is refused", async () => {
    await writeFile(join(folder, "more.csv"), `note,${header.replace(",customer_email", "")},colour\nx,9,2026-05-07 09:00:00,1,2,card,red\n`);
    const { code, stdout } = await run("load", "shop.orders", "more.csv");
    expect([code, stdout.split("\n")[1]]).toEqual([0, "  not loaded: note, colour; filled with null: customer_email"]);
    const again = await run("load", "shop.orders", "more.csv", "--again", "--json");
    expect(JSON.parse(again.stdout)).toEqual([expect.objectContaining({ notLoaded: ["note", "colour"], filledWithNull: ["customer_email"] })]);
    await writeFile(join(folder, "others.csv"), "Order,Customer\n1,2\n");
    const refused = await run("load", "shop.orders", "others.csv", "--json");
    expect([refused.code, JSON.parse(refused.stdout)]).toEqual([1, { error: expect.objectContaining({ code: "FILE_INVALID", message: expect.stringContaining('it has "Order", "Customer"') }) }]);
  });

  test("Ctrl-C in the middle of a file stops the load at once, with nothing of it loaded, and exit code 130", async () => {
    // A quarter of a terabyte of nothing, which takes no room and minutes to read.
    await writeFile(join(folder, "endless.csv"), `${header}\n`);
    await truncate(join(folder, "endless.csv"), 256e9);
    const child = startCommand(folder, ["load", "shop.orders", "data/orders.csv", "endless.csv"]);
    const ended = outcomeOf(child);
    await printed(child, /holds orders.csv already/);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining("INTERRUPTED")]);
    expect(await rows()).toEqual([{ n: 8 }]);
  });

  test("a pipe, which can be read only once, is refused at once", async () => {
    execFileSync("mkfifo", [join(folder, "pipe.csv")]);
    const { code, stdout } = await run("load", "shop.orders", "pipe.csv", "--json");
    expect([code, JSON.parse(stdout)]).toEqual([1, { error: expect.objectContaining({ code: "FILE_INVALID", message: expect.stringContaining("pipe.csv is no regular file") }) }]);
  });

  test("a missing file, a table that is not in the catalog and one that cannot be written are refused", async () => {
    for (const [args, error] of [
      [["shop.orders", "absent.csv"], "FILE_NOT_FOUND"],
      [["shop.nothing", "data/orders.csv"], "TABLE_NOT_FOUND"],
      [["shop.products", "data/products.csv"], "TABLE_NOT_WRITABLE"],
    ] as const) {
      const { code, stdout } = await run("load", ...args, "--json");
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: error } });
    }
  });
});
