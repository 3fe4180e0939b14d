/** A script of a bench as plain JavaScript over the package as `npm run build` makes it, which is what users run: over the sources, whatever strips types would count as ours. */
import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "../../..");

/** Builds a script and all that it imports into a directory that is to be made; where the script is there. */
export async function builtScript(script: string, directory: string): Promise<string> {
  await mkdir(directory);
  await writeFile(path.join(directory, "package.json"), JSON.stringify({ type: "module" }));
  await symlink(path.join(root, "node_modules"), path.join(directory, "node_modules"));
  const config = path.join(directory, "tsconfig.json");
  const compilerOptions = { rootDir: root, outDir: path.join(directory, "dist"), declaration: false, typeRoots: [path.join(root, "node_modules/@types")] };
  await writeFile(config, JSON.stringify({ extends: path.join(root, "tsconfig.build.json"), compilerOptions, include: [], files: [script] }));
  await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.resolve("typescript/bin/tsc")), "-p", config]);
  return path.join(directory, "dist", path.relative(root, script).replace(/\.ts$/, ".js"));
}
