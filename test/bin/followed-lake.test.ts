import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { followLake, type FollowedLake } from "../../bin/followed-lake.ts";
import type { Project } from "../../bin/project.ts";
import { compile } from "../../compiler/compile.ts";
import { readRows } from "../../runtime/parquet/arrow-rows.ts";
import type { Lake } from "../../runtime/lake.ts";
import { makeShop, type Shop } from "./command.ts";

let shop: Shop;
let project: Project;
let followed: FollowedLake;
let notes: string[];

beforeAll(async () => {
  shop = await makeShop();
  const at = (name: string): string => join(shop.folder, name);
  project = { folder: shop.folder, root: at("lake"), catalogDir: at("catalog"), generatedDir: at("generated"), brokers: [], postgres: {}, postgresNames: [] };
  await mkdir(at("catalog/tools"));
});
afterAll(() => shop.remove());
beforeEach(async () => {
  notes = [];
  await write("shop/returns.ts", returns("order_id: Int64;"));
  await write("tools/database.ts", tools("first"));
  await compiled();
  await using lake = await openNow();
  if ((await lake.misfit())?.table === "shop.returns") await lake.create("shop.returns");
  followed = await followLake(project, { note: (line) => notes.push(line), everyMs: 20, patienceMs: 3_000 });
});
afterEach(() => followed[Symbol.asyncDispose]());

const returns = (columns: string): string => `import { deltaTable } from "neuralake";\nimport type { Int64, Text } from "neuralake";\n/** What came back. */\n@deltaTable()\nexport class Returns {\n  ${columns}\n}\n`;
const tools = (word: string): string => `import { database, table } from "neuralake";\nimport type { Rows, Text } from "neuralake";\ninterface Word { word: Text }\n/** Tools. */\n@database()\nexport class Tools {\n  /** A word. */\n  @table()\n  static words(): Rows<Word> {\n    return [{ word: "${word}" }];\n  }\n}\n`;
const write = (file: string, text: string): Promise<void> => writeFile(join(project.catalogDir, file), text);

async function compiled(): Promise<void> {
  const { diagnostics } = await compile({ project: shop.folder });
  expect(diagnostics).toEqual([]);
}

async function openNow(): Promise<Lake> {
  const { openProjectLake } = await import("../../bin/project.ts");
  return await openProjectLake(project);
}

async function rowsOf(lake: Lake, sql: string): Promise<object[]> {
  const { columns, batches } = await lake.query({ sql });
  const rows: object[] = [];
  for await (const batch of batches) rows.push(...readRows(columns, batch));
  return rows;
}

test("a newer catalog waits until the lake fits it, which is told once; then it is taken", async () => {
  const before = followed.take();
  await write("shop/refunds.ts", returns("refund_id: Int64;").replace("Returns", "Refunds"));
  await compiled();
  await expect.poll(() => notes).toEqual(["the lake does not fit the newer catalog: shop.refunds was not created yet; the catalog before it goes on"]);
  expect(await rowsOf(before.lake, "SELECT count(*) AS n FROM shop.orders")).toEqual([{ n: 8n }]);
  await using lake = await openNow();
  const moved = followed.moved(before);
  await lake.create("shop.refunds");
  expect(await moved).toBe(true);
  const after = followed.take();
  expect(after.openapi).toHaveProperty(["paths", "/api/tables/shop.refunds"]);
  expect(await rowsOf(after.lake, "SELECT count(*) AS n FROM shop.refunds")).toEqual([{ n: 0n }]);
  expect(notes.slice(1)).toEqual(["took the newer catalog: 6 tables"]);
  followed.giveBack(after);
  followed.giveBack(before);
});

test("the edition before lives while somebody holds it, and closes with its last user", async () => {
  const [first, second] = [followed.take(), followed.take()];
  await write("tools/database.ts", tools("second"));
  await compiled();
  await expect.poll(() => followed.moved(first)).toBe(true);
  followed.giveBack(first);
  expect(await rowsOf(second.lake, "SELECT word FROM tools.words")).toEqual([{ word: "first" }]);
  followed.giveBack(second);
  await expect.poll(() => rowsOf(first.lake, "SELECT 1 AS one").catch((error: unknown) => error)).toMatchObject({ code: "UNAVAILABLE" });
});

test("a function that changed is called as it is now, though nothing else did", async () => {
  const before = await readFile(join(project.generatedDir, "catalog.json"), "utf8");
  for (const word of ["third", "fourth"]) {
    const edition = followed.take();
    await write("tools/database.ts", tools(word));
    await compiled();
    await expect.poll(() => followed.moved(edition)).toBe(true);
    followed.giveBack(edition);
    const newer = followed.take();
    expect(await rowsOf(newer.lake, "SELECT word FROM tools.words")).toEqual([{ word }]);
    followed.giveBack(newer);
  }
  expect(await readFile(join(project.generatedDir, "catalog.json"), "utf8")).toBe(before);
});

test("a catalog that cannot be read is told once and not taken; mended, it is", async () => {
  const edition = followed.take();
  const file = join(project.generatedDir, "catalog.json");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.slice(0, 100));
  await expect.poll(() => notes).toHaveLength(1);
  expect(notes[0]).toMatch(/^the newer catalog cannot be taken: .*catalog\.json is not JSON\.; the catalog before it goes on$/);
  expect(followed.take()).toBe(edition);
  await writeFile(file, text);
  await expect.poll(() => notes).toHaveLength(2);
  expect(notes[1]).toBe("took the newer catalog: 6 tables");
});

test("tables that moved on before their catalog are waited for; when it does not come, no longer than the patience", async () => {
  const edition = followed.take();
  expect(await followed.moved(edition)).toBe(false);
  await write("shop/returns.ts", returns("order_id: Int64;\n  reason: Text | null;"));
  await compiled();
  await expect.poll(() => notes).toHaveLength(1);
  expect(notes[0]).toContain("the lake has no column reason");
  expect(await followed.moved(edition)).toBe(false);
  expect(followed.take()).toBe(edition);
});

test("files that no compile sealed are taken once they rest", async () => {
  const edition = followed.take();
  const file = join(project.generatedDir, "functions", "tools.js");
  await writeFile(file, (await readFile(file, "utf8")).replace('"first"', '"by hand"'));
  await expect.poll(() => followed.moved(edition)).toBe(true);
  await expect.poll(() => rowsOf(followed.take().lake, "SELECT word FROM tools.words")).toEqual([{ word: "by hand" }]);
  expect(notes).toEqual([expect.stringMatching(/^took the newer catalog: \d tables$/)]);
});
