import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
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

  test("with --json each says where it ends and what would mend it, warnings beside errors", async () => {
    const wrong = text.replace("quantity: Int32", "quantity: Int23").replace("product_id: Int64;", "product_id: bigint;\n  left: Text;");
    await writeFile(file, wrong);
    const { stdout } = await runCommand(shop.folder, ["compile", "--json"]);
    await writeFile(file, text);
    const { error } = JSON.parse(stdout) as { error: { message: string; hint: string; diagnostics: { code: string; severity: string; place: Record<string, number>; fix?: { title: string; edits: { file: string; start: number; end: number; text: string }[] } }[] } };
    expect(error.message).toBe("The catalog has 2 errors.");
    expect(error.diagnostics.map(({ code, severity, fix }) => [code, severity, fix?.title])).toEqual([["NL1031", "error", "Write Int64."], ["NL2010", "warning", undefined], ["NL1031", "error", undefined]]);
    const [mendable] = error.diagnostics;
    const [edit] = mendable?.fix?.edits ?? [];
    expect(wrong.slice(edit?.start, edit?.end)).toBe("bigint");
    expect(mendable?.place).toMatchObject({ endLine: mendable?.place["line"], endColumn: (mendable?.place["column"] ?? 0) + 6 });
    expect(error.hint).toContain("Int64");
  });

  test("--fix mends what is certain, says so, compiles, and leaves the rest to its author", async () => {
    await writeFile(file, text.replace("product_id: Int64", "product_id: bigint"));
    const { code, stderr } = await runCommand(shop.folder, ["compile", "--fix"]);
    expect([code, await readFile(file, "utf8")]).toEqual([0, text]);
    expect(stderr).toMatch(/mended catalog\/shop\/orders\.ts:\d+:\d+ NL1031 Write Int64\./);
    await writeFile(file, text.replace("product_id: Int64", "product_id: bigint").replace("quantity: Int32", "quantity: number"));
    const half = await runCommand(shop.folder, ["compile", "--fix"]);
    expect([half.code, await readFile(file, "utf8")]).toEqual([2, text.replace("quantity: Int32", "quantity: number")]);
    await writeFile(file, text);
    const none = await runCommand(shop.folder, ["compile", "--fix", "--json"]);
    expect(JSON.parse(none.stdout)).toMatchObject({ fixed: [], left: [], diagnostics: [] });
    expect((await runCommand(shop.folder, ["compile", "--fix", "--check"])).code).toBe(2);
  });

  test("--sarif tells code hosts, in a file or alone on stdout, whether or not there are errors", async () => {
    const findings = join(shop.folder, "findings.sarif");
    await writeFile(file, text.replace("quantity: Int32", "quantity: number"));
    const broken = await runCommand(shop.folder, ["compile", "--sarif", findings, "--site", "https://catalog.acme.com/lake"]);
    await writeFile(file, text);
    expect([broken.code, broken.stdout]).toEqual([2, ""]);
    expect(JSON.parse(await readFile(findings, "utf8"))).toMatchObject({ version: "2.1.0", runs: [{
      tool: { driver: { name: "neuralake", rules: [{ id: "NL1031", helpUri: "https://catalog.acme.com/lake/errors/NL1031.html" }] } },
      results: [{ ruleId: "NL1031", level: "error", locations: [{ physicalLocation: { artifactLocation: { uri: "catalog/shop/orders.ts" } } }] }],
    }] });
    const sound = await runCommand(shop.folder, ["compile", "--check", "--sarif"]);
    expect([sound.code, (JSON.parse(sound.stdout) as { runs: { results: unknown[] }[] }).runs[0]?.results]).toEqual([0, []]);
    expect((await runCommand(shop.folder, ["compile", "--sarif", "--json"])).code).toBe(2);
  });

  test("--check --json names what is otherwise, what is missing and what is too much, writes nothing, and exits 3", async () => {
    const generated = (name: string): string => join(shop.folder, "generated", name);
    const [kept, gone] = [await readFile(generated("openapi.json"), "utf8"), await readFile(generated("client/index.ts"), "utf8")];
    await writeFile(generated("openapi.json"), "{}");
    await rm(generated("client/index.ts"));
    await writeFile(generated("site/tables/old.json"), "{}");
    const { code, stdout } = await runCommand(shop.folder, ["compile", "--check", "--json"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([3, { written: [], removed: [], stale: ["client/index.ts", "openapi.json", "site/tables/old.json"], diagnostics: [] }]);
    expect(await readFile(generated("openapi.json"), "utf8")).toBe("{}");
    await expect(readFile(generated("client/index.ts"))).rejects.toThrow("ENOENT");
    expect(JSON.parse((await runCommand(shop.folder, ["compile", "--json"])).stdout)).toMatchObject({ written: ["client/index.ts", "openapi.json"], removed: ["site/tables/old.json"], stale: [] });
    expect([await readFile(generated("openapi.json"), "utf8"), await readFile(generated("client/index.ts"), "utf8")]).toEqual([kept, gone]);
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

  test("--watch follows a folder that took another's place, and one that is a link", async () => {
    const child = startCommand(shop.folder, ["compile", "--watch"]);
    const outcome = outcomeOf(child);
    const [catalog, folder, aside] = [join(shop.folder, "catalog"), join(shop.folder, "catalog", "shop"), join(shop.folder, "aside")];
    const edited = async (doc: string): Promise<void> => {
      await writeFile(file, text.replace("One order of one product.", doc));
      await printed(child, /wrote .*catalog\.json/);
    };
    try {
      await printed(child, /watching/);
      await cp(folder, aside, { recursive: true });
      await rename(folder, join(shop.folder, "before"));
      await rename(aside, folder);
      await printed(child, /watching/);
      await edited("Of a folder that was renamed.");
      await rm(catalog, { recursive: true });
      await cp(join(shop.folder, "before"), folder, { recursive: true });
      await printed(child, /wrote .*catalog\.json/);
      await edited("Of a folder made anew.");
      await rename(folder, aside);
      await symlink(aside, folder);
      await printed(child, /watching/);
      await edited("Of a link to a folder.");
    } finally {
      child.kill("SIGINT");
      await outcome;
      await rm(catalog, { recursive: true });
      await cp(join(shop.folder, "before"), folder, { recursive: true });
      for (const left of [aside, join(shop.folder, "before")]) await rm(left, { recursive: true });
    }
    expect((await outcome).code).toBe(0);
  }, 180_000);

  test("--watch follows a new database, a broken file that is mended, and another configuration", async () => {
    const child = startCommand(shop.folder, ["compile", "--watch"]);
    const outcome = outcomeOf(child);
    const folder = join(shop.folder, "catalog", "people");
    const config = join(shop.folder, "neuralake.config.ts");
    try {
      await printed(child, /watching/);
      await mkdir(folder);
      await writeFile(join(folder, "staff.ts"), 'import { deltaTable } from "neuralake";\nimport type { Text } from "neuralake";\n\n/** Who works here. */\n@deltaTable()\nexport class Staff {\n  name: Text;\n}\n');
      await printed(child, /wrote .*site\/tables\/people\.json/);
      await writeFile(file, text.replace("export class", "export clas"));
      await printed(child, /catalog\/shop\/orders\.ts:/);
      await writeFile(file, text.replace("One order of one product.", "One order."));
      await printed(child, /wrote .*client\/index\.ts/);
      await writeFile(config, 'export default { generated: "./made" };\n');
      await printed(child, /wrote made\/catalog\.json/);
    } finally {
      child.kill("SIGINT");
      await outcome;
      await writeFile(file, text);
      await rm(config, { force: true });
    }
    expect((await outcome).code).toBe(0);
  }, 180_000);
});
