/** Where this package lies, in a source checkout and when installed: its files that are not compiled are found from here. */
import { existsSync, readFileSync } from "node:fs";

/** The folder of neuralake's own package.json, as a file URL that ends in a slash. */
export function packageRoot(): URL {
  for (let folder = new URL("./", import.meta.url); ; folder = new URL("../", folder)) {
    if (existsSync(new URL("package.json", folder))) return folder;
    if (folder.pathname === "/") throw new Error("the package's own package.json is missing");
  }
}

/** The version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("package.json", packageRoot()), "utf8")) as { version: string };
  return version;
}
