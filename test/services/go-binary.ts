/** A program built by the machine's Go from the module in the folder of its name, whose files pin every line of it. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "./cache.ts";
import { runTool } from "./tool.ts";

/** The binary's file; `command` is the Go package of its main function. */
export async function goBinary(name: string, command: string): Promise<string> {
  const module = fileURLToPath(new URL(`${name}/`, import.meta.url));
  const files = (await readdir(module)).sort().map((file) => readFile(path.join(module, file)));
  const folder = await cached(name, await Promise.all(files), async (part) => {
    const args = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-o", path.join(part, name), command];
    await runTool("go", args, { cwd: module, env: { CGO_ENABLED: "0", GOWORK: "off" } });
  });
  return path.join(folder, name);
}
