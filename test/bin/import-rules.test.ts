/** Each import rule of the house is met by a small tree that breaks it, so that a rule which matches nothing any more is noticed. */
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "./command.ts";

const repository = new URL("../../", import.meta.url);
const config = fileURLToPath(new URL(".dependency-cruiser.cjs", repository));
const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] };

/** By rule: a file, and what it must not import. */
const breaches: { readonly [rule: string]: readonly [file: string, imported: string] } = {
  "no-circles": ["compiler/plan/a.ts", "./b.ts"],
  "imports-resolve": ["bin/a.ts", "./nothing.ts"],
  "catalog-imports-the-language-and-tables": ["catalog/shop/orders.ts", "../../runtime/values/a.ts"],
  "ir-imports-nothing": ["compiler/ir/a.ts", "../../runtime/values/a.ts"],
  "diagnostics-import-the-ir": ["compiler/diagnostics/a.ts", "../extract/a.ts"],
  "compiler-uses-the-language-and-the-query-room": ["compiler/a.ts", "../runtime/delta/a.ts"],
  "runtime-imports-no-compiler-catalog-or-generated-code": ["runtime/values/c.ts", "../../compiler/emit/a.ts"],
  "language-stands-alone": ["runtime/language/a.ts", "../values/a.ts"],
  "site-imports-none-of-it": ["site/a.ts", "../runtime/values/a.ts"],
  "only-bin-and-entry-points-import-the-server": ["runtime/lake.ts", "./server/a.ts"],
  "generated-code-stands-on-the-client": ["generated/client/index.ts", "../../runtime/query/a.ts"],
  "a-client-over-http-loads-no-engine": ["runtime/client/entry.ts", "../query/c.ts"],
  "one-door-for-DuckDB": ["runtime/delta/a.ts", "@duckdb/node-api"],
  "one-door-for-Arrow and Parquet": ["runtime/query/a.ts", "parquet-wasm"],
  "one-door-for-DynamoDB": ["runtime/storage/c.ts", "@aws-sdk/client-dynamodb"],
  "one-door-for-S3": ["runtime/delta/d.ts", "@aws-sdk/client-s3"],
  "one-door-for-ts-morph": ["compiler/emit/b.ts", "ts-morph"],
  "one-door-for-the HTTP server": ["runtime/client/a.ts", "fastify"],
  "one-door-for-Prometheus metrics": ["runtime/client/e.ts", "prom-client"],
  "one-door-for-Kafka": ["runtime/client/f.ts", "@platformatic/kafka"],
  "one-door-for-PostgreSQL": ["runtime/client/g.ts", "pg"],
  "one-door-for-the command line": ["runtime/client/b.ts", "commander"],
  "runtime-values-imports-only-lower-rooms": ["runtime/values/b.ts", "../storage/a.ts"],
  "runtime-storage-imports-only-lower-rooms": ["runtime/storage/b.ts", "../parquet/a.ts"],
  "runtime-parquet-imports-only-lower-rooms": ["runtime/parquet/b.ts", "../delta/b.ts"],
  "runtime-delta-imports-only-lower-rooms": ["runtime/delta/c.ts", "../sources/a.ts"],
  "runtime-sources-imports-only-lower-rooms": ["runtime/sources/b.ts", "../delta/b.ts"],
  "runtime-query-imports-only-lower-rooms": ["runtime/query/b.ts", "../governance/a.ts"],
  "runtime-governance-imports-only-lower-rooms": ["runtime/governance/b.ts", "../server/b.ts"],
  "runtime-ingest-imports-only-lower-rooms": ["runtime/ingest/a.ts", "../server/b.ts"],
  "runtime-server-imports-only-lower-rooms": ["runtime/server/c.ts", "../client/c.ts"],
  "runtime-client-imports-only-lower-rooms": ["runtime/client/d.ts", "../server/b.ts"],
  "runtime-lake-imports-only-lower-rooms": ["runtime/lake/a.ts", "../client/c.ts"],
  "compiler-extract-imports-no-other-stage": ["compiler/extract/b.ts", "../check/a.ts"],
  "compiler-check-imports-no-other-stage": ["compiler/check/b.ts", "../bind/a.ts"],
  "compiler-bind-imports-no-other-stage": ["compiler/bind/b.ts", "../plan/c.ts"],
  "compiler-plan-imports-no-other-stage": ["compiler/plan/d.ts", "../emit/a.ts"],
  "compiler-emit-imports-no-other-stage": ["compiler/emit/c.ts", "../extract/a.ts"],
};

/** Files that are imported above and break nothing themselves. */
const imported = [
  "compiler/bind/a.ts", "compiler/check/a.ts", "compiler/emit/a.ts", "compiler/extract/a.ts", "compiler/plan/c.ts",
  "runtime/client/c.ts", "runtime/delta/b.ts", "runtime/governance/a.ts", "runtime/language/index.ts", "runtime/parquet/a.ts", "runtime/query/c.ts",
  "runtime/server/a.ts", "runtime/server/b.ts", "runtime/sources/a.ts", "runtime/storage/a.ts", "runtime/values/a.ts",
];
const packages = ["@aws-sdk/client-s3", "@aws-sdk/client-dynamodb", "@duckdb/node-api", "parquet-wasm", "ts-morph", "fastify", "commander", "prom-client", "@platformatic/kafka", "pg"];

interface Violation { readonly from: string; readonly rule: { readonly name: string } }

describe("the import rules", () => {
  let tree: Awaited<ReturnType<typeof temporaryFolder>>;
  let violations: readonly Violation[];
  beforeAll(async () => {
    tree = await temporaryFolder();
    const write = async (file: string, text: string): Promise<void> => {
      await mkdir(dirname(join(tree.folder, file)), { recursive: true });
      await writeFile(join(tree.folder, file), text);
    };
    for (const file of imported) await write(file, "export const a = 1;\n");
    for (const [file, target] of Object.values(breaches)) await write(file, `export * from "${target}";\n`);
    await write("compiler/plan/b.ts", 'export * from "./a.ts";\n');
      for (const name of packages) {
      await write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
      await write(`node_modules/${name}/index.js`, "module.exports = {};\n");
    }
    await write("package.json", JSON.stringify({ dependencies: Object.fromEntries(packages.map((name) => [name, "1.0.0"])) }));
    await write("tsconfig.json", JSON.stringify({ compilerOptions: { module: "nodenext", allowImportingTsExtensions: true, noEmit: true } }));
    const cruiser = fileURLToPath(new URL("node_modules/dependency-cruiser/bin/dependency-cruiser.mjs", repository));
    const { stdout, stderr } = spawnSync(process.execPath, [cruiser, "bin", "catalog", "compiler", "runtime", "generated", "site", "--config", config, "--output-type", "json"], { cwd: tree.folder, encoding: "utf8", maxBuffer: 1e8 });
    expect(stderr).toBe("");
    ({ summary: { violations } } = JSON.parse(stdout) as { summary: { violations: Violation[] } });
  });
  afterAll(() => tree.remove());

  test("every rule has a breach here", () => {
    expect(Object.keys(breaches).sort()).toEqual(forbidden.map((rule) => rule.name).sort());
  });

  test.each(Object.entries(breaches))("%s is noticed", (rule, [file]) => {
    expect(violations.filter((violation) => violation.from === file).map((violation) => violation.rule.name)).toContain(rule);
  });
});
