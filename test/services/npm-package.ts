/** A package that only tests use, and that is too large or too old for everyone's install: fetched by npm into the cache. */
import path from "node:path";
import { cached } from "./cache.ts";
import { runTool } from "./tool.ts";

/** The folder of the package, its dependencies installed beside it, and packages that it does not name itself (`drizzle-orm@0.45.4`). */
export async function npmPackage(name: string, version: string, beside: readonly string[] = []): Promise<string> {
  const specs = [`${name}@${version}`, ...beside];
  const folder = await cached(name.replaceAll(/[^a-z0-9]+/g, "-").replace(/^-/, ""), specs, async (part) => {
    await runTool("npm", ["install", "--prefix", part, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", ...specs], { cwd: part });
  });
  return path.join(folder, "node_modules", name);
}
