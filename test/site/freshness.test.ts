/** A table's age against its goal on its page: as it was built, and as the real server beside it says, in a browser. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "../../compiler/compile.ts";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { collectFacts } from "../../runtime/facts.ts";
import { createMetrics, type MetricsSnapshot } from "../../runtime/governance/metrics.ts";
import { openLake, type Lake } from "../../runtime/lake.ts";
import { openServer } from "../../runtime/server/server.ts";
import { withServices } from "../services/with-services.ts";
import { siteBuilder } from "./site-builder.ts";

const table = `import { deltaTable, key } from "neuralake";\nimport type { Int64 } from "neuralake";\n/** What was heard. */\n@deltaTable({ freshness: "4s" })\nexport class Heard {\n  @key()\n  id: Int64;\n}\n`;

const fed = table.replace("deltaTable, key", "deltaTable, fromKafka, key").replace("export class Heard", '@fromKafka({ topic: "said", format: "json" })\nexport class Said');

await withServices(["chromium"], "freshness on a table's page", ({ chromium }) => {
  let folder: string;
  let lake: Lake;
  let server: Awaited<ReturnType<typeof openServer>>;
  let browser: Browser;
  let beside: readonly MetricsSnapshot[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "neuralake-freshness-"));
    await mkdir(path.join(folder, "catalog/ears"), { recursive: true });
    await writeFile(path.join(folder, "catalog/ears/heard.ts"), table);
    await writeFile(path.join(folder, "catalog/ears/said.ts"), fed);
    expect((await compile({ project: folder })).diagnostics).toEqual([]);
    const catalog = JSON.parse(await readFile(path.join(folder, "generated/catalog.json"), "utf8")) as Catalog;
    lake = await openLake({ catalog, root: path.join(folder, "lake"), project: folder });
    await lake.create("ears.heard");
    await lake.append("ears.heard", [{ id: 1n }]);
    await lake.create("ears.said");
    const factsFile = path.join(folder, "facts.json");
    const facts = await collectFacts(lake, { now: new Date(Date.now() + 60_000 * 17) });
    await writeFile(factsFile, JSON.stringify(facts, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)));
    const { buildSite } = await siteBuilder(new URL("../../site/build.js", import.meta.url));
    await buildSite({ generatedDir: path.join(folder, "generated"), factsFile, outDir: path.join(folder, "site"), cacheDir: path.join(folder, "cache") });
    server = await openServer({ lake, openapi: {}, host: "127.0.0.1", port: 0, site: path.join(folder, "site"), beside: () => beside });
    browser = await chromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await lake.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("without script it is what it was when the pages were built", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${server.url}/tables/ears/heard.html`);
    const told = page.locator("[data-freshness]");
    expect((await told.innerText()).replace(/\s+/g, " ").trim()).toBe("17 min old goal 4 s when built");
    expect(await told.getAttribute("class")).toBe("freshness care");
    await page.goto(`${server.url}/tables/ears/said.html`);
    expect(await page.locator("[data-freshness]").getAttribute("class")).toBe("freshness");
    await context.close();
  });

  test("with script, a table that a topic feeds is not stale while nothing waits", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/tables/ears/said.html`);
    const told = async (cell: string): Promise<string> => {
      await page.locator(cell).waitFor();
      return (await page.locator(cell).innerText()).replace(/\s+/g, " ").trim();
    };
    const metrics = createMetrics("ingest");
    const waiting = async (lag: number): Promise<void> => {
      metrics.ingest.lag({ table: "ears.said", topic: "said", partition: 0 }, lag);
      beside = [await metrics.snapshot()];
    };
    await told("dd.care:has([data-then][hidden])");
    await waiting(0);
    expect(await told("dd.well:has([data-then]:not([hidden]))")).toMatch(/^\d+ (s|min) old goal 4 s nothing waits$/);
    await waiting(3);
    expect(await told("dd.care:has([data-then][hidden])")).toMatch(/^\d+ (s|min) old goal 4 s$/);
    await page.close();
  });

  test("with script it is what the server says: stale until the next commit, and fresh from then on", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/tables/ears/heard.html`);
    const told = async (verdict: string): Promise<string> => {
      const cell = page.locator(`dd.${verdict}:has([data-then][hidden])`);
      await cell.waitFor();
      return (await cell.innerText()).replace(/\s+/g, " ").trim();
    };
    expect(await told("care")).toMatch(/^\d+ s old goal 4 s$/);
    await lake.append("ears.heard", [{ id: 2n }]);
    expect(await told("well")).toMatch(/^\d+ m?s old goal 4 s$/);
    expect(await page.locator("time").first().getAttribute("datetime")).toBe(new Date((await lake.versions(["ears.heard"]))?.[0]?.committed ?? 0).toISOString());
    await page.close();
  });
});
