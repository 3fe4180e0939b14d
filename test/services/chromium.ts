/**
 * A Chromium for tests: the one CHROMIUM names, one that is installed, or `@sparticuz/chromium` fetched once into a cache folder.
 * Where there is none the tests that need it are skipped with one line that says so; under CI=true that is a failure.
 */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium, type Browser } from "playwright-core";

const run = promisify(execFile);
const release = "147.0.0";
const names = ["chromium", "chromium-browser", "google-chrome"];

/** A running browser, to be closed by the caller; undefined, with one line on the terminal, where there is none. */
export async function openChromium(): Promise<Browser | undefined> {
  try {
    const executablePath = process.env["CHROMIUM"] ?? await installed() ?? await fetched();
    return await chromium.launch({ executablePath, args: ["--no-sandbox", "--no-zygote", "--disable-gpu"] });
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    process.stderr.write(`no Chromium, so pages are not looked at in a browser: ${reason}\n`);
    return undefined;
  }
}

async function installed(): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    for (const name of names) {
      const file = path.join(folder, name);
      if (await access(file, constants.X_OK).then(() => true, () => false)) return file;
    }
  }
  return undefined;
}

/** Unpacks below the cache folder too: the package would otherwise fill the machine's temporary folder. */
async function fetched(): Promise<string> {
  if (process.platform !== "linux") throw new Error("none is installed; set CHROMIUM to one");
  const folder = path.join(os.homedir(), ".cache/neuralake", `chromium-${release}`);
  await mkdir(folder, { recursive: true });
  const module = path.join(folder, "node_modules/@sparticuz/chromium/build/esm/index.js");
  if (!await access(module).then(() => true, () => false)) {
    await run("npm", ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", `@sparticuz/chromium@${release}`], { cwd: folder });
  }
  const script = `import(${JSON.stringify(pathToFileURL(module).href)}).then(async (it) => console.log(await it.default.executablePath()))`;
  const { stdout } = await run(process.execPath, ["-e", script], { env: { ...process.env, TMPDIR: folder } });
  return stdout.trim();
}
