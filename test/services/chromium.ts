/** A Chromium for tests: the one CHROMIUM names, one that is installed, or `@sparticuz/chromium` unpacked once into the cache. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser } from "playwright-core";
import { cached } from "./cache.ts";
import { npmPackage } from "./npm-package.ts";
import { runTool } from "./tool.ts";

const release = "147.0.0";
const names = ["chromium", "chromium-browser", "google-chrome"];

/** The executable's file. */
export const installChromium = async (): Promise<string> => process.env["CHROMIUM"] ?? await installed() ?? await unpacked();

/** A running browser, to be closed by the caller. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--no-zygote", "--disable-gpu"] });
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

/** Its package unpacks into the temporary folder, so it is given one that stays. */
async function unpacked(): Promise<string> {
  if (process.platform !== "linux") throw new Error("no Chromium is installed; set CHROMIUM to one");
  const folder = await cached("chromium", [release], async (part) => {
    const module = path.join(await npmPackage("@sparticuz/chromium", release), "build/esm/index.js");
    await runTool(process.execPath, ["-e", `import(${JSON.stringify(pathToFileURL(module).href)}).then((it) => it.default.executablePath())`], { env: { TMPDIR: part } });
  });
  return path.join(folder, "chromium");
}
