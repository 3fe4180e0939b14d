import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crawl } from "./crawl.ts";
import { longName, tables, writeFixture } from "./fixture.ts";
import { siteBuilder } from "./site-builder.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const { buildSite } = await siteBuilder(pathToFileURL(path.join(repository, "site/build.js")));
let folder: string;
let fixture: { generatedDir: string; factsFile: string };

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuralake-site-"));
  fixture = await writeFixture(folder);
  await buildSite({ ...fixture, outDir: path.join(folder, "out"), cacheDir: path.join(folder, "cache"), projectName: "Shop & Co" });
});
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

/** The compiler's codes have a page each in every site. */
const codes = (await readdir(path.join(repository, "site/errors"))).map((name) => name.slice(0, -".md".length)).sort();

const page = (name: string) => readFile(path.join(folder, "out", name), "utf8");

test("a site with hostile names and text has a page for each table and no link that leads nowhere", async () => {
  const { pages, broken, links } = await crawl(path.join(folder, "out"));
  expect(broken).toEqual([]);
  expect(pages).toHaveLength(5 + codes.length + 2 + tables.length);
  expect(links).toBeGreaterThan(500);
});

test("every code of the compiler has its page, and one that lists them", async () => {
  const list = await page("errors.html");
  expect([...list.matchAll(/<dt><a href="[^"]*errors\/(NL\d{4})\.html"/g)].map((match) => match[1])).toEqual(codes);
  const html = await page("errors/NL1031.html");
  for (const words of ["<h1 data-pagefind-meta=\"title:NL1031 A type that is no column type\">A type that is no column type</h1>", "<figcaption class=\"faint\"><code>catalog/rides/trips.ts</code></figcaption>", "error NL1031 number is no column type.", "id=\"why\"", "<a href=\"../errors.html\">Codes of the compiler</a>"]) expect(html).toContain(words);
  // What is printed keeps its columns.
  expect(html).toContain("  7 |   distance: number;\n    |             ^^^^^^\n");
  expect(await page("index.html")).toContain("<a href=\"errors.html\">Codes of the compiler</a>");
});

test("markup in the author's words stays text", async () => {
  const html = (await page("tables/shop/orders.html")).replaceAll(/="[^"]*"/g, "");
  expect(html).not.toContain("<script>window.hurt");
  expect(html).toContain("&lt;script&gt;window.hurt = true&lt;/script&gt;");
});

test("names the author wrote in code lead to their tables and columns", async () => {
  const html = await page("tables/shop/customers.html");
  expect(html).toContain(`<a href="../../tables/shop/orders.html"><code>orders</code></a>`);
  expect(html).toContain(`<a href="../../tables/shop/orders.html#column-placed"><code>shop.orders.placed</code></a>`);
  expect(html).toContain("<code>nothing.known</code>");
});

test("what is known of a table stands on its page, and what is not known is said in words", async () => {
  const known = await page("tables/shop/customers.html");
  for (const words of ["3,000,000", "13.4 MB", "2 commits", "60 min old", "goal 15 min", "when built", "personal: email, masked by hash", "personal data, not shown", "25% null", "always null", "first 1,000,000 rows", "9007199254740993"]) expect(known).toContain(words);
  expect(await page("tables/shop/wide.html")).toContain("was not asked about this table");
  expect(await page("tables/sql/index.html")).toContain("line 3: `a` is no Int64.");
  expect(await page("tables/shop/orders.html")).toContain("It holds no rows.");
  expect(await page("tables/shop/spend.html")).toContain("It reads tables that hold personal data.");
});

test("a site built without facts says so instead of showing zeros, and one page alone needs to know where the site lies: that for unknown addresses", async () => {
  const outDir = path.join(folder, "bare");
  await buildSite({ generatedDir: fixture.generatedDir, outDir, cacheDir: path.join(folder, "cache"), base: "/docs/shop/" });
  const html = await readFile(path.join(outDir, "tables/shop/customers.html"), "utf8");
  expect(html).toContain("Not built beside a lake");
  expect(html).not.toMatch(/<dt>Rows<\/dt>/);
  expect(await readFile(path.join(outDir, "404.html"), "utf8")).toContain(`<base href="/docs/shop/">`);
  expect(await readFile(path.join(outDir, "index.html"), "utf8")).not.toContain("/docs/shop/");
});

describe("two builds at once, of different sites,", () => {
  const demo = { generatedDir: path.join(repository, "generated") };
  let [cacheDir, one, two] = ["", "", ""];
  let pages: number;
  beforeAll(async () => {
    [cacheDir, one, two] = [path.join(folder, "cache"), path.join(folder, "one"), path.join(folder, "two")];
    [, { pages }] = await Promise.all([buildSite({ ...fixture, outDir: one, cacheDir, projectName: "One" }), buildSite({ ...demo, outDir: two, cacheDir, projectName: "Two" })]);
  });

  test("do not disturb each other and leave no state behind", async () => {
    expect(await readFile(path.join(one, "index.html"), "utf8")).toContain("<title>One</title>");
    expect(await readFile(path.join(two, "index.html"), "utf8")).toContain("<title>Two</title>");
    expect(await readdir(cacheDir)).toEqual([]);
    expect(await readdir(path.join(repository, "site"))).not.toContain(".astro");
  });

  test("have no broken links: the committed demo catalog's", async () => {
    const found = await crawl(two);
    expect(found.broken).toEqual([]);
    expect(found.pages).toHaveLength(pages);
    expect(found.pages).toContain(path.join("tables", "flights", "departures.html"));
  });

  test("a page of a table that is gone goes with the next build", async () => {
    expect(await readdir(path.join(one, "tables"))).toContain("shop");
    await buildSite({ ...demo, outDir: one, cacheDir });
    expect(await readdir(path.join(one, "tables"))).not.toContain("shop");
  });
});

test("a site installed in node_modules builds, and writes nothing beside itself", async () => {
  const consumer = path.join(folder, "consumer");
  const installed = path.join(consumer, "node_modules/neuralake");
  await mkdir(installed, { recursive: true });
  await cp(path.join(repository, "site"), path.join(installed, "site"), { recursive: true });
  await writeFile(path.join(installed, "package.json"), `{ "name": "neuralake", "type": "module" }`);
  await symlink(path.join(repository, "node_modules"), path.join(installed, "node_modules"), "junction");
  const before = (await readdir(path.join(installed, "site"), { recursive: true })).toSorted();
  const inside = await siteBuilder(pathToFileURL(path.join(installed, "site/build.js")));
  const outDir = path.join(consumer, "public");
  await inside.buildSite({ ...fixture, outDir, cacheDir: path.join(consumer, ".neuralake/cache") });
  expect((await crawl(outDir)).broken).toEqual([]);
  expect((await readdir(path.join(installed, "site"), { recursive: true })).toSorted()).toEqual(before);
});

test("a folder with other files in it is refused and left as it is", async () => {
  const outDir = path.join(folder, "precious");
  await mkdir(outDir);
  await writeFile(path.join(outDir, "thesis.txt"), "years of work");
  await expect(buildSite({ ...fixture, outDir, cacheDir: path.join(folder, "cache") })).rejects.toThrow(/holds files that are not from a site build/);
  expect(await readdir(outDir)).toEqual(["thesis.txt"]);
});

test("site data of another format, and site data that is absent, fail with the file's name", async () => {
  const generatedDir = path.join(folder, "strange");
  await mkdir(path.join(generatedDir, "site"), { recursive: true });
  await writeFile(path.join(generatedDir, "site/index.json"), `{ "format": 2, "databases": [] }`);
  const options = { outDir: path.join(folder, "never"), cacheDir: path.join(folder, "cache") };
  await expect(buildSite({ ...options, generatedDir })).rejects.toThrow(/strange.site.index\.json has format 2/);
  await expect(buildSite({ ...options, generatedDir: path.join(folder, "absent") })).rejects.toThrow(/absent.site.index\.json cannot be read/);
  expect(await readdir(folder)).not.toContain("never");
});

test("an empty catalog is a site that says how to begin", async () => {
  const generatedDir = path.join(folder, "empty");
  await mkdir(path.join(generatedDir, "site"), { recursive: true });
  await writeFile(path.join(generatedDir, "site/index.json"), `{ "format": 1, "databases": [] }`);
  const outDir = path.join(folder, "empty-out");
  const { pages } = await buildSite({ generatedDir, outDir, cacheDir: path.join(folder, "cache") });
  expect(pages).toBe(5 + codes.length);
  expect(await readFile(path.join(outDir, "index.html"), "utf8")).toContain("The catalog is empty");
});

test("names of 120 characters are whole on their page", async () => {
  expect(longName).toHaveLength(120);
  expect(await page(`tables/shop/${longName}.html`)).toContain(`>${longName}</h1>`);
});

test("every file of every search index built above has its bytes", async () => {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && /\bpagefind\b/.test(entry.parentPath));
  expect(files.filter(({ name }) => name === "pagefind-entry.json").length).toBeGreaterThan(5);
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => ({ name, size: (await stat(path.join(parentPath, name))).size })));
  expect(sizes.filter(({ size }) => size === 0)).toEqual([]);
});
