import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");

/** Runs a module in a Node of its own, which prints what was loaded by the end. */
async function loadedBy(code: string): Promise<string[]> {
  const recorder = `import { registerHooks } from "node:module";
    const urls = new Set();
    registerHooks({ load(url, context, next) { urls.add(url); return next(url, context); } });
    await (async () => { ${code} })();
    console.log(JSON.stringify([...urls]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-C", "source", "--input-type=module", "-e", recorder], { cwd: root, env: { ...process.env, NODE_NO_WARNINGS: "1" } });
  return JSON.parse(stdout) as string[];
}

const heavy = /@duckdb|parquet-wasm|runtime\/(?:lake|query|delta|storage|server)[/.]/;

test("a client over HTTP loads neither engine nor Parquet, not even when it asks", async () => {
  const loaded = await loadedBy(`
    const { connectClient } = await import("neuralake/client");
    const lake = connectClient({ url: "http://127.0.0.1:9" });
    await lake.selectFrom("a.b").selectAll().execute().then(() => { throw new Error("answered") }, () => {});`);
  expect(loaded.some((url) => url.endsWith("runtime/client/entry.ts"))).toBe(true);
  expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
});
