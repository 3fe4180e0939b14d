/**
 * The files every page shares: one style sheet (the fonts' own declarations first), the scripts, and the font files, written to
 * `<publicDir>/assets`. Nothing is loaded from anywhere else.
 */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const fonts = ["inter", "source-serif-4", "jetbrains-mono"];
const styles = ["colour", "ground", "frame", "list", "table", "columns", "snippets", "drawing", "search", "sql", "narrow", "print"];
const scripts = ["site.js", "search.js", "sql.js", "freshness.js"];

/**
 * Writes the assets and returns a short text that changes whenever they do.
 * @param {string} publicDir
 * @returns {Promise<string>}
 */
export async function writeAssets(publicDir) {
  const assets = path.join(publicDir, "assets");
  await mkdir(path.join(assets, "fonts"), { recursive: true });
  const faces = await Promise.all(fonts.map((font) => copyFont(font, path.join(assets, "fonts"))));
  const sheets = await Promise.all(styles.map((name) => readOwn(`style/${name}.css`)));
  const sheet = [...faces, ...sheets].join("\n");
  const code = await Promise.all(scripts.map((name) => readOwn(`script/${name}`)));
  await writeFile(path.join(assets, "site.css"), sheet);
  await Promise.all(scripts.map((name, at) => writeFile(path.join(assets, name), code[at] ?? "")));
  await writeFile(path.join(assets, "mark.svg"), await readOwn("style/mark.svg"));
  return createHash("sha256").update([sheet, ...code].join("\0")).digest("hex").slice(0, 10);
}

/**
 * Copies the files a font's style sheet names and returns the sheet with their new addresses.
 * @param {string} font
 * @param {string} folder
 */
async function copyFont(font, folder) {
  const sheet = createRequire(import.meta.url).resolve(`@fontsource-variable/${font}/index.css`);
  const text = await readFile(sheet, "utf8");
  const files = [...text.matchAll(/url\(\.\/files\/([^)]+)\)/g)].map((match) => match[1] ?? "");
  await Promise.all(files.map((file) => copyFile(path.join(path.dirname(sheet), "files", file), path.join(folder, file))));
  return text.replaceAll("url(./files/", "url(fonts/").replaceAll(/\/\*.*?\*\/\s*/gs, "");
}

/** @param {string} name */
function readOwn(name) {
  return readFile(new URL(name, import.meta.url), "utf8");
}
