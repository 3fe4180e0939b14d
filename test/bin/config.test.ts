import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeShop, runCommand, type Shop } from "./command.ts";

const config = (body: string): string => `import { defineConfig } from "neuralake/config";\n\nexport default defineConfig(${body});\n`;

describe("neuralake.config.ts", () => {
  let shop: Shop;
  beforeAll(async () => { shop = await makeShop(); });
  afterAll(() => shop.remove());
  afterEach(() => rm(join(shop.folder, "neuralake.config.ts"), { force: true }));

  const rootOf = async (args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const { stdout, stderr } = await runCommand(shop.folder, ["plan", "--json", ...args], env);
    expect(stderr).toBe("");
    return (JSON.parse(stdout) as { root: string }).root;
  };

  test("the root is ./lake without it, and --root overrides NEURALAKE_ROOT, which overrides the environment and the file", async () => {
    expect(await rootOf([])).toBe(join(shop.folder, "lake"));
    await writeFile(join(shop.folder, "neuralake.config.ts"), config('{ root: "./a", environments: { prod: { root: "./b" } } }'));
    expect(await rootOf([])).toBe(join(shop.folder, "a"));
    expect(await rootOf(["--env", "prod"])).toBe(join(shop.folder, "b"));
    expect(await rootOf([], { NEURALAKE_ENV: "prod" })).toBe(join(shop.folder, "b"));
    expect(await rootOf(["--env", "prod"], { NEURALAKE_ROOT: "./c" })).toBe(join(shop.folder, "c"));
    expect(await rootOf(["--root", "./d"], { NEURALAKE_ROOT: "./c" })).toBe(join(shop.folder, "d"));
  });

  test("the project is found from a folder below it, and the root stays where it is", async () => {
    const below = join(shop.folder, "catalog", "shop");
    await mkdir(below, { recursive: true });
    const { code, stdout } = await runCommand(below, ["query", "SELECT count(*) AS n FROM shop.orders", "--json"]);
    expect([code, JSON.parse(stdout)]).toEqual([0, [{ n: 8 }]]);
  });

  test.each([
    [config('{ rooot: "./a" }'), '"rooot"'],
    [config('{ environments: { prod: { topics: {} } } }'), '"environments.prod.topics"'],
    [config('{ environments: { prod: { kafka: {} } } }'), "environments.prod.kafka.brokers in neuralake.config.ts is not a list of brokers"],
    [config('{ kafka: { brokers: ["localhost"] } }'), "kafka.brokers in neuralake.config.ts is not a list of brokers"],
    [config('{ kafka: { broker: "localhost:9092" } }'), '"kafka.broker"'],
    [config("{ root: 5 }"), "root in neuralake.config.ts is not a text"],
    [config('{ root: "gs://bucket/lake" }'), "gs://bucket/lake"],
    [config('{ root: "s3://" }'), "s3:// names no bucket"],
    [config('{ root: "s3:///lake" }'), "s3:///lake names no bucket"],
    [config('{ cache: { bytesMax: "10 GB" } }'), "cache.bytesMax in neuralake.config.ts is not a number of bytes"],
    [config('{ cache: { folder: "/tmp" } }'), '"cache.folder"'],
    [config('{ duckdb: { extensions: 1 } }'), "duckdb.extensions in neuralake.config.ts is not a text"],
    [config('{ duckdb: { folder: "/tmp" } }'), '"duckdb.folder"'],
    [config('{ s3: { logStore: { dynamo: {} } } }'), '"s3.logStore.dynamo"'],
    [config('{ environments: { prod: { s3: { logStore: {} } } } }'), "environments.prod.s3.logStore.dynamodb is not an object"],
    [config('{ s3: { logStore: { dynamodb: { table: "a b" } } } }'), "s3.logStore.dynamodb.table in neuralake.config.ts is no name of a table"],
    [config('{ s3: { logStore: { dynamodb: { endpoint: "here" } } } }'), "s3.logStore.dynamodb.endpoint in neuralake.config.ts is no address"],
    [config("{ emitters: {} }"), "emitters in neuralake.config.ts is not a list of emitters"],
    [config('{ emitters: [{ name: "a" }] }'), "emitters[0] in neuralake.config.ts is not an emitter"],
    [config('{ emitters: [{ name: "a", emit: () => [] }, { name: "a", emit: () => [] }] }'), 'names two emitters "a"'],
    ["export const root = 1;\n", "The default export of neuralake.config.ts is not an object."],
    ["export default {{\n", "neuralake.config.ts cannot be loaded"],
    ['import "./missing.ts";\n', "neuralake.config.ts cannot be loaded"],
  ])("a wrong file %j is refused by name with exit 2", async (text, message) => {
    await writeFile(join(shop.folder, "neuralake.config.ts"), text);
    const { code, stdout, stderr } = await runCommand(shop.folder, ["ls", "--json"]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "CONFIG_INVALID" } });
  });

  test("an unknown environment names those there are", async () => {
    await writeFile(join(shop.folder, "neuralake.config.ts"), config('{ environments: { prod: {}, test: {} } }'));
    const { code, stderr } = await runCommand(shop.folder, ["ls", "--env", "pord"]);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no environment "pord"');
    expect(stderr).toContain("prod, test");
  });
});
