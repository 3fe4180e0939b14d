/** Puts the two hooks into a bare repository: tiny scripts that call this very neuralake by absolute paths. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "../../runtime/values/failure.ts";
import { packageRoot } from "../package-root.ts";
import type { Repository } from "./git.ts";

/** Said in each hook of ours, so that it is known again. */
const mark = "Written by `neuralake init --hook`";

const hooks = {
  "pre-receive": "Compiles and plans what is pushed to the published branch; refuses it when the catalog has errors or data would be lost.",
  "post-receive": "Publishes what was pushed into the live project, applies it to the lake and builds the site.",
} as const;

export type HookName = keyof typeof hooks;
export const hookNames = Object.keys(hooks) as HookName[];

/** Installs both, over earlier ones of ours; CONFIG_INVALID, before anything is written, when somebody else's are there. */
export async function installHooks(repository: Repository, live: string, more: readonly string[]): Promise<string[]> {
  const folder = await repository.hooks();
  await mkdir(folder, { recursive: true });
  const files = hookNames.map((name) => ({ file: join(folder, name), text: scriptOf(name, live, more) }));
  for (const { file, text } of files) await refuseForeign(file, text);
  for (const { file, text } of files) {
    await writeFile(file, text);
    await chmod(file, 0o755);
  }
  await repository.setting("receive.advertisePushOptions", "true");
  return files.map(({ file }) => file);
}

async function refuseForeign(file: string, text: string): Promise<void> {
  const there = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return mark;
    throw error;
  });
  if (there.includes(mark)) return;
  throw new Failure("CONFIG_INVALID", `${file} is there already, and is not neuralake's.`, { place: { file }, hint: `Move it away, or call from it:\n${text.split("\n").at(-2) ?? ""}` });
}

function scriptOf(name: HookName, live: string, more: readonly string[]): string {
  const words = [process.execPath, fileURLToPath(new URL("bin/neuralake.js", packageRoot())), "hook", name, live, ...more];
  return `#!/bin/sh\n# ${mark}. ${hooks[name]}\nexec ${words.map(quoted).join(" ")}\n`;
}

/** A word for sh, whatever is in it. */
function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
