/** The package as a stranger gets it: packed, installed into an empty folder outside the repository, used. */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../", import.meta.url));
/** A folder whose own Node is the machine's, as a stranger's is: what tests put in front of PATH is taken away. */
const env = { ...process.env, PATH: (process.env["PATH"] ?? "").split(":").filter((entry) => !entry.includes("node_modules")).join(":") };

function run(cwd: string, command: string, ...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd, env, encoding: "utf8", timeout: 600_000 });
}

const consumer = `
import { connect, open, filter } from "./generated/client/index.ts";

await using lake = await open();
const rows = await lake.selectFrom("shop.orders").where("paid_with", "=", "card").select(["order_id", "quantity"]).execute();
const total: bigint = rows.reduce((sum, row) => sum + row.order_id * BigInt(row.quantity), 0n);
console.log(total.toString());
const short = lake.db("shop").table("orders", [filter("paid_with", "in", ["card"])]);
// @ts-expect-error: the table has no such column
lake.selectFrom("shop.orders").select("colour");
// @ts-expect-error: a payment is one of three words
lake.db("shop").table("orders", [filter("paid_with", "in", ["cheque"])]);
export { connect, short };
`;

describe("the packed package", { timeout: 900_000 }, () => {
  let folder: string;
  let tarball: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "neuralake-package-"));
    const packed = run(repository, "npm", "pack", "--pack-destination", folder, "--loglevel", "error");
    expect(packed.stderr).toBe("");
    expect(packed.status).toBe(0);
    tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
    await writeFile(join(folder, "package.json"), "{}\n");
    const installed = run(folder, "npm", "install", `./${tarball}`, "--prefer-offline", "--no-audit", "--no-fund", "--loglevel", "error");
    expect([installed.status, installed.status === 0 ? "" : installed.stderr]).toEqual([0, ""]);
  }, 900_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("it holds plain JavaScript with types, the site, and no source of its own", () => {
    const files = run(folder, "tar", "-tzf", tarball).stdout.split("\n");
    for (const file of ["bin/neuralake.js", "dist/bin/main.js", "dist/runtime/language/index.d.ts", "site/build.js", "LICENSE", "README.md"]) {
      expect(files).toContain(`package/${file}`);
    }
    expect(files.filter((file) => /^package\/(bin|dist)\/.*(?<!\.d)\.ts$/.test(file))).toEqual([]);
    expect(files.filter((file) => /^package\/(test|catalog|generated|compiler|runtime)\//.test(file))).toEqual([]);
  });

  test("every entry point names files that exist", () => {
    const inside = join(folder, "node_modules", "neuralake");
    const { exports } = JSON.parse(readFileSync(join(inside, "package.json"), "utf8")) as { exports: { [name: string]: { types: string; default: string } | string } };
    const named = Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [entry] : [entry.types, entry.default]));
    expect(named.filter((file) => !existsSync(join(inside, file)))).toEqual([]);
  });

  test("init, compile and query work below the folder, under the machine's own Node", () => {
    const init = run(folder, "npx", "neuralake", "init", "shop");
    expect([init.status, init.status === 0 ? "" : init.stderr]).toEqual([0, ""]);
    const shop = join(folder, "shop");
    const compile = run(shop, "npx", "neuralake", "compile");
    expect([compile.status, compile.status === 0 ? "" : compile.stderr]).toEqual([0, ""]);
    const query = run(shop, "npx", "neuralake", "query", "SELECT count(*) AS n FROM shop.orders", "--json");
    expect([query.status, query.stdout.trim()]).toEqual([0, '[{"n":8}]']);
  });

  test("a consumer's file type-checks against the package and runs, and so does the example of any Delta table", async () => {
    const shop = join(folder, "shop");
    await writeFile(join(shop, "consumer.ts"), consumer);
    const [, example = "", shown = ""] = /^```ts\n(import \{ createTable[\s\S]*?)^```\n\n```\n([\s\S]*?)^```$/m.exec(readFileSync(join(repository, "README.md"), "utf8")) ?? [];
    await writeFile(join(shop, "trips.ts"), example);
    const tsc = run(shop, "node", createRequire(join(folder, "node_modules", "neuralake", "package.json")).resolve("typescript/bin/tsc"), "-p", ".");
    expect([tsc.status, tsc.stdout]).toEqual([0, ""]);
    const ran = run(shop, join(folder, "node_modules", ".bin", "node"), "consumer.ts");
    expect([ran.stderr, ran.stdout.trim()]).toEqual(["", "51"]);
    const trips = run(shop, join(folder, "node_modules", ".bin", "node"), "trips.ts");
    expect([trips.stderr, trips.stdout]).toEqual(["", shown]);
  });

  test("the site is built from inside node_modules", () => {
    const built = run(join(folder, "shop"), "npx", "neuralake", "site", "--out", "public", "--json");
    expect([built.status, built.status === 0 ? "" : built.stderr]).toEqual([0, ""]);
    expect(existsSync(join(folder, "shop", "public", "index.html"))).toBe(true);
  });
});
