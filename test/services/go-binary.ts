/** A server built by the machine's Go from the module in the folder of its name, whose go.mod and go.sum pin every line of it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "./cache.ts";
import { runTool } from "./tool.ts";

/** The binary's file; `command` is the Go package of its main function. */
export async function goBinary(name: string, command: string): Promise<string> {
  const module = fileURLToPath(new URL(`${name}/`, import.meta.url));
  const pinned = [await readFile(path.join(module, "go.mod")), await readFile(path.join(module, "go.sum"))];
  const folder = await cached(name, pinned, async (part) => {
    const args = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-o", path.join(part, name), command];
    await runTool("go", args, { cwd: module, env: { CGO_ENABLED: "0", GOWORK: "off" } });
  });
  return path.join(folder, name);
}
