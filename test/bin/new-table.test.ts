/** A table is added by one file: after a compile it is in the client's types, in OpenAPI and on the site, with no other edit. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeShop, runCommand, type Outcome, type Shop } from "./command.ts";

const table = `import { deltaTable, key } from "neuralake";
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

const consumer = `import { open } from "./generated/client/index.ts";

await using lake = await open();
const rows: { order_id: bigint; reason: string | null }[] = await lake.selectFrom("shop.returns").select(["order_id", "reason"]).execute();
await lake.append("shop.returns", rows);
`;

let shop: Shop;
beforeAll(async () => { shop = await makeShop(); });
afterAll(() => shop.remove());

/** TypeScript's errors in a file of the project; "neuralake/client" is the one of this repository. */
function typeErrors(file: string): string[] {
  const repository = fileURLToPath(new URL("../../", import.meta.url));
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(`${repository}tsconfig.json`, ts.sys.readFile).config, ts.sys, repository);
  const program = ts.createProgram({ rootNames: [file], options: { ...options, types: [], paths: { "neuralake/client": [`${repository}runtime/client/entry.ts`] } } });
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
}

test("one new file in catalog/ is a new table everywhere", async () => {
  const run = (...args: string[]): Promise<Outcome> => runCommand(shop.folder, args);
  const file = join(shop.folder, "consumer.ts");
  await writeFile(file, consumer);
  expect(typeErrors(file)).not.toEqual([]);

  await writeFile(join(shop.folder, "catalog", "shop", "returns.ts"), table);
  expect((await run("compile")).code).toBe(0);

  expect(typeErrors(file)).toEqual([]);
  const openapi = JSON.parse(await readFile(join(shop.folder, "generated", "openapi.json"), "utf8")) as { paths: object };
  expect(Object.keys(openapi.paths)).toContain("/api/tables/shop.returns");
  expect((await run("apply")).stdout).toBe("created shop.returns\n");
  expect((await run("query", "SELECT count(*) AS n FROM shop.returns", "--json")).stdout.trim()).toBe('[{"n":0}]');

  expect((await run("site", "--out", "pages")).code).toBe(0);
  const page = ["tables/shop/returns/index.html", "tables/shop/returns.html"].map((name) => join(shop.folder, "pages", name)).find((name) => existsSync(name));
  expect(page).toBeDefined();
  expect(await readFile(page ?? "", "utf8")).toContain("One order that came back.");
});
