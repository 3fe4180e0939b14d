import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withServices } from "../services/with-services.ts";
import { longName, writeFixture } from "./fixture.ts";
import { openHost, type Host } from "./host.ts";
import { siteBuilder } from "./site-builder.ts";

const prefix = "/deep/shop-site/";
let folder: string;
let host: Host;
let browser: Browser;

const customers = "tables/shop/customers.html";
const everyPage = ["errors.html", "errors/NL1031.html", "index.html", "search.html", "sql.html", "404.html", "tables/shop.html", "tables/sql/index.html", customers, "tables/shop/orders.html", "tables/shop/spend.html", `tables/shop/${longName}.html`];
const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

/** Opens a page of the site, hands it over, and closes it; what the page logs as an error is a failure. */
async function at(address: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: desktop, ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(address.includes(":") ? address : host.url + address);
  await look(page);
  await context.close();
  expect(errors).toEqual([]);
}

/** What axe finds by all its rules or by those named, with the elements it found it on. No page has frames, for which axe would open a page of its own. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  expect(page.frames()).toHaveLength(1);
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const found = await (rules === undefined ? axe : axe.withRules([...rules])).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
}

const widthOver = (page: Page) => page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");

await withServices(["chromium"], "in a browser", ({ chromium }) => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "neuralake-pages-"));
    const { buildSite } = await siteBuilder(new URL("../../site/build.js", import.meta.url));
    await buildSite({ ...await writeFixture(folder), outDir: path.join(folder, "out"), cacheDir: path.join(folder, "cache"), projectName: "Shop", base: prefix });
    host = await openHost(path.join(folder, "out"), prefix);
    browser = await chromium();
  });
  afterAll(async () => {
    await browser.close();
    await host[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  // The dark scheme has other colours, and nothing else of its own.
  for (const [colorScheme, rules] of [["light", undefined], ["dark", ["color-contrast", "link-in-text-block"]]] as const) {
    for (const [device, viewport] of [["a desktop", desktop], ["a phone", phone]] as const) {
      test(`axe finds nothing on any page: ${colorScheme}, ${device}, and no page is wider than the window`, async () => {
        await at("index.html", { colorScheme, viewport }, async (page) => {
          for (const address of everyPage) {
            await page.goto(host.url + address);
            expect({ address, violations: await violations(page, rules) }).toEqual({ address, violations: [] });
            expect({ address, over: await widthOver(page) }).toEqual({ address, over: 0 });
          }
        });
      });
    }
  }

  test("pages whose scripts never arrive pass axe as well", async () => {
    await at("index.html", {}, async (page) => {
      await page.route("**/*.js*", (route) => route.abort());
      for (const address of [customers, "search.html", "sql.html"]) {
        await page.goto(host.url + address);
        expect(await page.locator(".copy").count()).toBe(0);
        expect({ address, violations: await violations(page) }).toEqual({ address, violations: [] });
      }
    });
  });

  test("with script off the search link leads to the index, and the index to a column", async () => {
    await at(customers, { javaScriptEnabled: false }, async (page) => {
      await page.click("[data-search]");
      expect(page.url()).toBe(`${host.url}search.html`);
      await page.getByRole("link", { name: "placed", exact: true }).click();
      expect(page.url()).toBe(`${host.url}tables/shop/orders.html#column-placed`);
    });
  });

  test("snippets are tabs without script: a key moves between them and one is shown", async () => {
    await at(customers, { javaScriptEnabled: false }, async (page) => {
      await page.locator("#use-typescript").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      expect(await page.locator(".pane:visible").count()).toBe(1);
      expect(await page.locator(".pane:visible").innerText()).toContain("SELECT * FROM shop.customers");
    });
  });

  test("one column is followed without script, by mouse or key: what does not belong to it fades, and its names lead on", async () => {
    await at("tables/shop/spend.html", { javaScriptEnabled: false }, async (page) => {
      const opacities = async (selector: string) => await page.evaluate<string[]>(`[...new Set([...document.querySelectorAll(".follow .t${selector}")].map((each) => getComputedStyle(each).opacity))]`);
      expect(await opacities(":not(path)")).toEqual(["1"]);
      await page.locator("#follow-all").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => opacities(".k1:not(path)")).toEqual(["1"]);
      await expect.poll(() => opacities(":not(.k1)")).toEqual(["0.12"]);
      await page.click(".words summary");
      expect(await page.locator(".words").innerText()).toContain("odd is of unknown lineage: a row's number is no column");
      await page.locator(".words").getByRole("link", { name: "shop.customers.email" }).click();
      expect(page.url()).toBe(`${host.url}tables/shop/customers.html#column-email`);
    });
  });

  test("slash opens the search, typing finds columns, arrows and Enter lead to one, Escape closes", async () => {
    await at("index.html", {}, async (page) => {
      await page.keyboard.press("/");
      await page.locator("dialog[open] input").waitFor();
      await page.keyboard.type("email");
      await page.locator(".found a.part").first().waitFor();
      expect(await page.locator(".found a.whole b").first().textContent()).toBe("shop.customers");
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/tables/shop/customers.html#column-*");
      await page.keyboard.press("/");
      await page.locator("dialog[open]").waitFor();
      await page.keyboard.press("Escape");
      expect(await page.locator("dialog[open]").count()).toBe(0);
    });
  });

  test("a word inside a snake_case name finds it", async () => {
    await at(customers, {}, async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("measure_77");
      await page.locator(".found a", { hasText: "measure_77" }).first().waitFor();
    });
  });

  test("the summary of a result keeps its commas, and its marks are text", async () => {
    await at("index.html", {}, async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("placed");
      const words = page.locator(".found a.whole", { hasText: "shop.orders" }).locator("p").first();
      await words.waitFor();
      expect(await words.textContent()).toContain(`Holds <script>window.hurt = true</script>, "quotes" & <b>marks</b>.`);
    });
  });

  test("what authors write is never run", async () => {
    for (const address of [customers, "tables/shop/orders.html", "tables/shop.html"]) {
      await at(address, {}, async (page) => { expect(await page.evaluate<boolean>("'hurt' in window")).toBe(false); });
    }
  });

  test("an unknown address far below shows the page for it, styled, with links that lead back", async () => {
    await at("no/such/page.html", {}, async (page) => {
      expect(await page.locator("h1").textContent()).toBe("No such page");
      await page.locator("main").getByRole("link", { name: "begin at the first page" }).click();
      expect(page.url()).toBe(`${host.url}index.html`);
    });
  });

  test("a table of 1,000 columns shows all of them, on a phone as cards", async () => {
    await at("tables/shop/wide.html", { viewport: phone }, async (page) => {
      expect(await page.locator(".columns tbody tr").count()).toBe(1000);
      expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.columns tbody tr')).display")).toBe("block");
      expect(await widthOver(page)).toBe(0);
    });
  });

  test("copying a snippet puts its text on the clipboard", async () => {
    await at(customers, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.locator(".pane:visible .copy").click();
      await page.locator(".copy[data-done]").waitFor();
      expect(await page.evaluate<string>("navigator.clipboard.readText()")).toBe(`const rows = await lake.selectFrom("shop.customers").selectAll().execute();`);
    });
  });

  test("opened from disk, pages link to each other, the search leads to the index and the SQL page says what it lacks", async () => {
    const disk = pathToFileURL(path.join(folder, "out")).href;
    await at(`${disk}/index.html`, {}, async (page) => {
      await page.getByRole("link", { name: "customers", exact: true }).first().click();
      expect(await page.locator("h1").textContent()).toBe("customers");
      // The key is heard once the page's script has run.
      await page.waitForLoadState();
      await page.keyboard.press("/");
      await page.keyboard.type("placed");
      await page.getByText("Enter looks it up in the index.").waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/search.html?q=placed");
      expect(await page.locator("[data-entry]:visible").count()).toBe(1);
      await page.getByRole("link", { name: "SQL", exact: true }).click();
      await page.getByText("No server answers beside this page").waitFor();
    });
  });

  test("on paper there is no bar and every snippet is there", async () => {
    await at(customers, {}, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await page.locator(".bar:visible").count()).toBe(0);
      expect(await page.locator(".pane:visible").count()).toBe(4);
    });
  });
});
