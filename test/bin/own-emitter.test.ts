/** The emitter of the README, in a project as a user has it. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeShop, outcomeOf, printed, runCommand, startCommand, type Shop } from "./command.ts";

let shop: Shop;
beforeAll(async () => { shop = await makeShop(); });
afterAll(() => shop.remove());

const generated = (name: string): string => join(shop.folder, "generated", name);
async function compile(...args: string[]): Promise<{ readonly code: number | null; readonly told: { readonly written?: readonly string[]; readonly removed?: readonly string[]; readonly error?: { readonly code: string } } }> {
  const { code, stdout } = await runCommand(shop.folder, ["compile", "--json", ...args]);
  return { code, told: JSON.parse(stdout) as object };
}

test("the README's emitter writes a dictionary, is asked for by --check, and its files go with it; when it fails, all stays", async () => {
  const readme = await readFile(join(import.meta.dirname, "../../README.md"), "utf8");
  const example = /```ts\n(import [^`]*defineEmitter\([\s\S]*?)```\n/.exec(readme)?.[1] ?? "";
  const config = join(shop.folder, "neuralake.config.ts");
  const before = existsSync(config) ? await readFile(config, "utf8") : undefined;
  await writeFile(config, example);
  expect((await compile("--check")).code).toBe(3);
  expect(await compile()).toMatchObject({ code: 0, told: { written: ["dictionary/shop.md"], removed: [] } });
  const text = await readFile(generated("dictionary/shop.md"), "utf8");
  expect(text).toContain("# shop.products\n");
  expect(text).toMatch(/^\| price \| decimal \| .*\|$/m);
  expect((await compile("--check")).code).toBe(0);

  await writeFile(config, example.replace("databases.map(", "databases.mop("));
  const failed = await runCommand(shop.folder, ["compile"]);
  expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('neuralake.config.ts:1:1 error NL1074 The emitter "dictionary" failed: databases.mop is not a function.')]);
  expect(await readFile(generated("dictionary/shop.md"), "utf8")).toBe(text);

  if (before === undefined) await rm(config);
  else await writeFile(config, before);
  expect(await compile()).toMatchObject({ code: 0, told: { written: [], removed: ["dictionary/shop.md"] } });
  expect(existsSync(generated("dictionary"))).toBe(false);
});

test("--watch follows the files that the configuration imports, also one that breaks or comes late", async () => {
  const write = (file: string, text: string): Promise<void> => writeFile(join(shop.folder, file), text);
  await mkdir(join(shop.folder, "emitters"));
  await write("emitters/words.ts", 'export const title = "first";\n');
  await write("emitters/titles.ts", 'import { defineEmitter } from "neuralake/config";\nimport { title } from "./words.ts";\nexport const titles = defineEmitter({ name: "titles", emit: () => [{ path: `titles/${title}.md`, text: `${title}\\n` }] });\n');
  await write("neuralake.config.ts", 'import { titles } from "./emitters/titles.ts";\nexport default { emitters: [titles] };\n');
  const child = startCommand(shop.folder, ["compile", "--watch"]);
  const outcome = outcomeOf(child);
  const told = async (pattern: RegExp, file: string, text: string): Promise<void> => {
    const said = printed(child, pattern);
    await write(file, text);
    await said;
  };
  try {
    await printed(child, /wrote .*titles\/first\.md[^]*watching/);
    await told(/wrote .*titles\/second\.md[^]*removed .*titles\/first\.md/, "emitters/words.ts", 'export const title = "second";\n');
    await told(/cannot be loaded[^]*late\.ts/, "emitters/words.ts", 'export { title } from "./late.ts";\n');
    await told(/cannot be loaded: TypeScript enum[^]*at emitters\/words\.ts:2/, "emitters/words.ts", '\nenum Title { first }\nexport const title = Title.first;\n');
    await told(/cannot be loaded[^]*late\.ts/, "emitters/words.ts", 'export { title } from "./late.ts";\n');
    await told(/wrote .*titles\/third\.md/, "emitters/late.ts", 'export const title = "third";\n');
  } finally {
    child.kill("SIGINT");
    await outcome;
  }
  expect((await outcome).code).toBe(0);
}, 120_000);
