/** The SQL page in a browser, served by the real server beside a real lake. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { functions } from "../../generated/functions/index.js";
import { openLake, type Lake } from "../../runtime/lake.ts";
import { openServer } from "../../runtime/server/server.ts";
import { withServices } from "../services/with-services.ts";
import { siteBuilder } from "./site-builder.ts";

const project = path.join(import.meta.dirname, "../..");
let folder: string;
let lake: Lake;
let server: Awaited<ReturnType<typeof openServer>>;
let browser: Browser;
let page: Page;

async function ask(sql: string): Promise<void> {
  await page.fill("#sql", sql);
  await page.keyboard.press("Control+Enter");
}

await withServices(["chromium"], "the SQL page beside a server", ({ chromium }) => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "neuralake-sql-page-"));
    const { buildSite } = await siteBuilder(new URL("../../site/build.js", import.meta.url));
    await buildSite({ generatedDir: path.join(project, "generated"), outDir: path.join(folder, "site"), cacheDir: path.join(folder, "cache") });
    const catalog = JSON.parse(await readFile(path.join(project, "generated/catalog.json"), "utf8")) as Catalog;
    lake = await openLake({ catalog, root: path.join(folder, "lake"), project, functions });
    server = await openServer({ lake, openapi: {}, host: "127.0.0.1", port: 0, site: path.join(folder, "site") });
    browser = await chromium();
    page = await browser.newPage();
    await page.goto(`${server.url}/sql.html`);
    await page.locator("[data-sql]:visible").waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await lake.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("shows the rows of a query with all digits of an Int64", async () => {
    await ask("SELECT s_suppkey + 9007199254740992 AS big, s_name FROM demo.supplier ORDER BY 1 LIMIT 2");
    await page.locator(".told", { hasText: "2 rows in" }).waitFor();
    expect(await page.locator("[data-answer] tr").allInnerTexts()).toEqual(["big\ts_name", "9007199254740993\tSupplier#1", "9007199254740994\tSupplier#2"]);
  });

  test("stops a long answer after the first rows", async () => {
    await ask("SELECT * FROM range(5000000)");
    await page.locator(".told", { hasText: "The first 500 rows" }).waitFor();
    expect(await page.locator("[data-answer] tbody tr").count()).toBe(500);
  });

  test("shows what is wrong with a query and puts the cursor there", async () => {
    await ask("SELECT *\nFROM demo.suplier");
    await page.locator("[role=alert]", { hasText: "suplier" }).waitFor();
    expect(await page.evaluate<string>("(() => { const it = document.querySelector('#sql'); return it.value.slice(it.selectionStart, it.selectionEnd); })()")).toContain("demo");
  });

  test("says that a query without rows gave none", async () => {
    await ask("SELECT * FROM demo.supplier WHERE s_suppkey < 0");
    await page.locator(".told", { hasText: "0 rows in" }).waitFor();
  });

  test("a table picked from the list is asked for", async () => {
    await page.selectOption("[data-pick]", "flights.airports");
    expect(await page.inputValue("#sql")).toBe("SELECT *\nFROM flights.airports\nLIMIT 20");
    await page.click("button[type=submit]");
    await page.locator(".told", { hasText: "20 rows in" }).waitFor();
  });
});
