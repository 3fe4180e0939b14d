import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onEveryStore } from "../stores.ts";
import { makeShop, outcomeOf, printed, runCommand, startCommand, type Outcome, type Shop } from "./command.ts";

const returns = `import { deltaTable, key } from "neuralake";
import type { Int64, Text } from "neuralake";

/** One order that came back. */
@deltaTable()
export class Returns {
  @key()
  order_id: Int64;

  /** What the customer said. */
  reason: Text | null;
}
`;

await onEveryStore((site) => {
  describe("a project made by init", () => {
    let shop: Shop;
    let root: string;
    let env: NodeJS.ProcessEnv;
    beforeAll(async () => {
      shop = await makeShop((env = site.kind === "S3" ? { NEURALAKE_ROOT: site.newRoot("") } : {}));
      root = env["NEURALAKE_ROOT"] ?? join(shop.folder, "lake");
      env = { ...env, XDG_CACHE_HOME: join(shop.folder, "..", "user's cache") };
    });
    afterAll(() => shop.remove());

    const run = (...args: string[]): Promise<Outcome> => runCommand(shop.folder, args, env);
    /** What never comes to the lake's store is the same beside any. */
    const besideLake = test.runIf(site.kind === "files");
    const json = async (...args: string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await run(...args, "--json");
      expect([code, stderr]).toEqual([0, ""]);
      return JSON.parse(stdout);
    };

    test("init says what it did and what to do next", () => {
      expect(shop.init.code).toBe(0);
      expect(shop.init.stdout).toContain("loaded 8 rows into shop.orders");
      expect(shop.init.stdout).toContain("cd shop");
    });

    besideLake("init over an existing project is refused and changes nothing", async () => {
      const before = await readFile(join(shop.folder, "package.json"), "utf8");
      const { code, stderr } = await run("init", ".");
      expect(code).toBe(2);
      expect(stderr).toContain("package.json is there already");
      expect(await readFile(join(shop.folder, "package.json"), "utf8")).toBe(before);
    });

    besideLake("compile finds generated/ up to date right after init, and compile --check exits 3 when it is not", async () => {
      expect(await json("compile")).toMatchObject({ databases: 1, tables: 3, written: [], removed: [], stale: [] });
      expect((await run("compile", "--check")).code).toBe(0);
      const file = join(shop.folder, "generated", "openapi.json");
      const text = await readFile(file, "utf8");
      await writeFile(file, `${text}\n`);
      const check = await run("compile", "--check");
      expect(check.code).toBe(3);
      expect(check.stdout).toContain("openapi.json");
      expect(await readFile(file, "utf8")).toBe(`${text}\n`);
      expect((await run("compile")).code).toBe(0);
      expect(await readFile(file, "utf8")).toBe(text);
    });

    test("query prints one array of rows with --json, and csv through a pipe", async () => {
      const sql = "SELECT paid_with, count(*) AS n FROM shop.orders GROUP BY 1 ORDER BY 1";
      expect(await json("query", sql)).toEqual([{ paid_with: "card", n: 4 }, { paid_with: "cash", n: 2 }, { paid_with: "voucher", n: 2 }]);
      expect((await run("query", sql)).stdout.split(/\r?\n/)).toEqual(["paid_with,n", "card,4", "cash,2", "voucher,2", ""]);
    });

    besideLake("query --format table aligns numbers to the right and counts the rows", async () => {
      const { stdout } = await run("query", "SELECT name, price FROM shop.products ORDER BY product_id LIMIT 2", "--format", "table");
      expect(stdout.split("\n")).toEqual(["name    price", "Teapot  24.90", "Cup      6.50", "2 rows", ""]);
    });

    besideLake("wrong SQL gives line and column and exits 1", async () => {
      const { code, stdout, stderr } = await run("query", "SELECT order_id,\n  colour FROM shop.orders", "--json");
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: "SQL_INVALID", place: { line: 2, column: 3 } } });
      expect(stderr).toContain("colour");
    });

    besideLake("SQL that writes is refused and writes nothing", async () => {
      const { code, stdout } = await run("query", `COPY (SELECT 1) TO '${join(shop.folder, "lake", "b.csv")}'`, "--json");
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: expect.stringMatching(/^SQL_/) } });
      expect(existsSync(join(shop.folder, "lake", "b.csv"))).toBe(false);
    });

    test.each(site.kind === "files" ? ["json", "ndjson", "csv", "arrow", "parquet"] : ["arrow"])("query -o writes a whole %s file and nothing beside it", async (format) => {
      const out = join(shop.folder, `rows.${format}`);
      const { code, stdout } = await run("query", "SELECT * FROM shop.orders", "-o", out);
      expect([code, stdout]).toEqual([0, ""]);
      expect((await readFile(out)).byteLength).toBeGreaterThan(20);
      expect((await readdir(shop.folder)).filter((name) => name.startsWith("rows."))).toEqual([`rows.${format}`]);
      await rm(out);
    });

    besideLake("a query that fails half-way leaves no file and keeps the one that was there", async () => {
      const out = join(shop.folder, "rows.csv");
      await writeFile(out, "before");
      const { code } = await run("query", "SELECT CAST(CASE WHEN i = 900000 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM range(1000000) AS t(i)", "-o", out);
      expect(code).toBe(1);
      expect(await readFile(out, "utf8")).toBe("before");
      expect((await readdir(shop.folder)).filter((name) => name.startsWith("rows."))).toEqual(["rows.csv"]);
      await rm(out);
    });

    besideLake("a reader that goes away ends the command quietly", async () => {
      const child = startCommand(shop.folder, ["query", "SELECT i, repeat('x', 100) AS text FROM range(1000000) AS t(i)", "--format", "ndjson"]);
      child.stdout?.once("data", () => child.stdout?.destroy());
      const { code, stderr } = await outcomeOf(child);
      expect([code, stderr]).toEqual([0, ""]);
    });

    test("ls tells every table with kind, rows and version", async () => {
      expect(await json("ls")).toEqual([
        expect.objectContaining({ table: "shop.orders", kind: "delta", exists: true, rows: 8, version: 1, committed: expect.stringMatching(/^\d{4}-.*Z$/) }),
        expect.objectContaining({ table: "shop.products", kind: "csv", exists: true, version: null }),
        expect.objectContaining({ table: "shop.sales", kind: "sql", version: null }),
      ]);
    });

    test("describe and history --json have the shapes the surface names", async () => {
      const description = await json("describe", "shop.orders");
      expect(description).toMatchObject({
        name: "shop.orders", version: 1, rows: 8, files: 1, transactions: expect.any(Object), domains: {}, checkpoint: null,
        protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["timestampNtz"] },
        metadata: { schema: { type: "struct" }, partitionColumns: [], configuration: expect.any(Object), createdTime: expect.any(Number) },
      });
      expect(await json("history", "shop.orders")).toEqual([
        expect.objectContaining({ version: 1, operation: "WRITE" }),
        expect.objectContaining({ version: 0, operation: "CREATE TABLE" }),
      ]);
      expect(Object.keys((await json("history", "shop.orders") as object[])[0] ?? {}).sort()).toEqual(
        ["engineInfo", "isBlindAppend", "operation", "operationMetrics", "operationParameters", "timestamp", "userMetadata", "version"]);
    });

    besideLake("describe tells what the catalog says of tables without a log", async () => {
      expect(await json("describe", "shop.products")).toEqual({
        name: "shop.products", kind: "csv", location: "data/products.csv", description: expect.stringContaining("What the shop sells."),
        columns: expect.arrayContaining([{ name: "price", type: "Decimal<10, 2>", nullable: false, comment: "Price of one piece." }]),
      });
      expect(await json("describe", "shop.sales")).toMatchObject({ kind: "sql", parameters: [{ name: "since", type: "Day" }, { name: "atLeast", type: "Int32" }] });
    });

    test("describe, history and peek take the path or URI of a Delta table, without a project", async () => {
      const table = `${root}/shop/orders`;
      const outside = join(shop.folder, "..");
      for (const command of ["describe", "history", "peek"]) {
        const { code, stdout, stderr } = await runCommand(outside, [command, table, "--json"], env);
        expect([code, stderr]).toEqual([0, ""]);
        expect(JSON.parse(stdout)).toBeTruthy();
      }
      const place = site.kind === "S3" ? table : "./shop/lake/shop/orders";
      const relative = await runCommand(outside, ["peek", place, "--columns", "order_id", "--json"], env);
      expect(JSON.parse(relative.stdout)).toHaveLength(8);
    });

    test("peek chooses columns, rows, number and version", async () => {
      expect(await json("peek", "shop.orders", "--columns", "order_id,quantity", "--where", "quantity > 3", "--limit", "1")).toEqual([{ order_id: 4, quantity: 4 }]);
      expect(await json("peek", "shop.orders", "--all")).toHaveLength(8);
      expect(await json("peek", "shop.orders", "--version", "0")).toEqual([]);
      expect((await run("peek", "shop.orders", "--version", "7", "--json")).stdout).toContain("DELTA_VERSION_NOT_FOUND");
    });

    test.each([["describe", "shop.nothing"], ["peek", "./nowhere"], ["history", "./nowhere"]])("%s of a table that is not there says so and exits 1", async (command, target) => {
      const { code, stdout } = await run(command, target, "--json");
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: expect.stringMatching(/_NOT_FOUND$/) } });
    });

    test("plan finds nothing to do, apply makes a table that was added, and load fills it once", async () => {
      expect(await json("plan")).toEqual({ root, changes: [] });
      await writeFile(join(shop.folder, "catalog", "shop", "returns.ts"), returns);
      expect((await run("compile")).code).toBe(0);
      expect((await run("plan")).code).toBe(3);
      expect(await json("apply")).toMatchObject({ root });
      await writeFile(join(shop.folder, "returns.csv"), "order_id,reason\n1,too small\n2,\n");
      expect(await json("load", "shop.returns", "returns.csv")).toMatchObject([{ table: "shop.returns", kept: 2, skipped: false }]);
      expect(await json("load", "shop.returns", "returns.csv")).toMatchObject([{ kept: 0, skipped: true }]);
      expect(await json("query", "SELECT order_id, reason FROM shop.returns ORDER BY 1")).toEqual([{ order_id: 1, reason: "too small" }, { order_id: 2, reason: null }]);
    });

    test("serve takes rows and gives them, and site shows what the lake holds", async () => {
      const child = startCommand(shop.folder, ["serve", "--port", "0", "--json"], env);
      const outcome = outcomeOf(child);
      const { url } = JSON.parse(await printed(child, /\}\s*$/)) as { url: string };
      const posted = await fetch(`${url}/api/tables/shop.returns`, { method: "POST", headers: { "content-type": "application/json" }, body: '[{"order_id": 3, "reason": "late"}]' });
      expect(posted.status).toBeLessThan(300);
      const reply = await fetch(`${url}/api/tables/shop.returns?sort=-order_id&limit=1`);
      expect(await reply.json()).toEqual([{ order_id: 3, reason: "late" }]);
      child.kill("SIGINT");
      expect((await outcome).code).toBe(0);
      expect((await run("site", "--out", "pages")).code).toBe(0);
      const facts = JSON.parse(await readFile(join(shop.folder, ".neuralake", "facts.json"), "utf8")) as object;
      expect(JSON.stringify(facts)).toContain("too small");
    });
  });
});
