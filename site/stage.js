/**
 * One site build, run by site/build.js as a process of its own: assets, then the pages by Astro, then the search index by Pagefind.
 * The job arrives as JSON in the first argument; the site is left in `out` of the stage folder.
 */
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "astro";
import * as pagefind from "pagefind";
import { writeAssets } from "./assets.js";

const job = JSON.parse(process.argv[2] ?? "{}");
const out = path.join(job.stage, "out");
const publicDir = path.join(job.stage, "public");

try {
  await writePages(await writeAssets(publicDir));
  await writeSearch();
  const files = await readdir(out, { recursive: true });
  await writeFile(path.join(out, "neuralake-site.json"), `${JSON.stringify({ format: 1, pages: files.filter((file) => file.endsWith(".html")).length })}\n`);
} catch (error) {
  // What is wrong with the data is said in words; our own mistakes come with their stack.
  const plain = error instanceof Error && error.constructor === Error;
  process.stderr.write(`${plain ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}

/**
 * Astro keeps its state (`.astro`) in its root, so the root is the stage; only the sources are the package's. It also looks for
 * itself from there, wherever this package's own astro may be installed.
 * @param {string} version changes when a style or script does
 */
async function writePages(version) {
  await mkdir(path.join(job.stage, "node_modules"));
  await symlink(path.dirname(createRequire(import.meta.url).resolve("astro/package.json")), path.join(job.stage, "node_modules/astro"), "junction");
  await build({
    configFile: false,
    logLevel: "warn",
    root: job.stage,
    srcDir: fileURLToPath(new URL("./src", import.meta.url)),
    publicDir,
    outDir: out,
    cacheDir: path.join(job.stage, "cache"),
    output: "static",
    trailingSlash: "never",
    build: { format: "file", concurrency: 4 },
    compressHTML: true,
    devToolbar: { enabled: false },
    vite: { cacheDir: path.join(job.stage, "vite"), plugins: [optionsModule({ ...job, version, errorsDir: fileURLToPath(new URL("./errors", import.meta.url)) })] },
  });
}

/**
 * The module "neuralake:site" through which the pages learn what they are built from.
 * @param {{ generatedDir: string, errorsDir: string, factsFile?: string, projectName?: string, base: string, version: string }} options
 */
function optionsModule({ generatedDir, errorsDir, factsFile, projectName, base, version }) {
  const id = "neuralake:site";
  const text = `export const options = ${JSON.stringify({ generatedDir, errorsDir, factsFile, projectName, base, version })};`;
  return {
    name: id,
    /** @param {string} wanted */
    resolveId: (wanted) => (wanted === id ? `\0${id}` : undefined),
    /** @param {string} wanted */
    load: (wanted) => (wanted === `\0${id}` ? text : undefined),
  };
}

/**
 * Pagefind hands the index over and it is written here: its own `writeFiles` answers before the last bytes are on disk, and closing it
 * then leaves a file empty now and then.
 */
async function writeSearch() {
  const { index, errors } = await pagefind.createIndex({ forceLanguage: "en" });
  if (index === undefined) throw new Error(`The search index cannot be made: ${errors.join("; ")}`);
  const read = [await index.addDirectory({ path: out, glob: "tables/*/*.html" }), await index.addDirectory({ path: out, glob: "errors/*.html" })];
  const made = await index.getFiles();
  await pagefind.close();
  const problems = [...read.flatMap(({ errors: own }) => own), ...made.errors];
  if (problems.length > 0) throw new Error(`The search index cannot be made: ${problems.join("; ")}`);
  for (const { path: name, content } of made.files) {
    const file = path.join(out, "pagefind", name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
