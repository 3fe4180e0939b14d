/** A package that only tests use, and that is too large or too old for everyone's install: fetched by npm into the cache. */
import path from "node:path";
import { cached } from "./cache.ts";
import { runTool } from "./tool.ts";

/** The folder of the package, its dependencies installed beside it. */
export async function npmPackage(name: string, version: string): Promise<string> {
  const spec = `${name}@${version}`;
  const folder = await cached(name.replaceAll(/[^a-z0-9]+/g, "-").replace(/^-/, ""), [spec], async (part) => {
    await runTool("npm", ["install", "--prefix", part, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", spec], { cwd: part });
  });
  return path.join(folder, "node_modules", name);
}
