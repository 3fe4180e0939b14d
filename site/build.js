/**
 * Builds the static catalog: site data and facts in, a folder of pages out. The work is done by a process of its own in a folder of
 * its own (site/stage.js), so that any number of builds run side by side and nothing is written outside `cacheDir` and `outDir`.
 * Plain JavaScript, because it runs as it is from the repository and from inside node_modules.
 */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Says that a folder is a built site, and which one: only such a folder is ever replaced. */
const marker = "neuralake-site.json";

/**
 * @typedef {object} SiteOptions
 * @property {string} generatedDir the folder that holds `site/index.json`, as `neuralake compile` writes it
 * @property {string} [factsFile] facts of the lake; without it the pages say that they were not built beside one
 * @property {string} outDir where the pages go; empty, absent, or an earlier build
 * @property {string} cacheDir where the build keeps what it needs while it runs
 * @property {string} [projectName] the name on the first page
 * @property {string} [base] the path the site is served under, for the page that answers unknown addresses; "/" when absent
 */

/**
 * Builds the site and puts it in place at the end, whole or not at all.
 * @param {SiteOptions} options
 * @returns {Promise<{ pages: number }>} how many pages were written
 */
export async function buildSite(options) {
  const outDir = path.resolve(options.outDir);
  await refuseForeignFolder(outDir);
  const cacheDir = path.resolve(options.cacheDir);
  await mkdir(cacheDir, { recursive: true });
  const stage = await mkdtemp(path.join(cacheDir, "site-"));
  try {
    const job = {
      stage,
      generatedDir: path.resolve(options.generatedDir),
      factsFile: options.factsFile === undefined ? undefined : path.resolve(options.factsFile),
      projectName: options.projectName,
      base: options.base ?? "/",
    };
    await runStage(stage, job);
    const built = path.join(stage, "out");
    const { pages } = JSON.parse(await readFile(path.join(built, marker), "utf8"));
    await putInPlace(built, outDir, stage);
    return { pages };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** @param {string} outDir */
async function refuseForeignFolder(outDir) {
  /** @type {string[]} */
  const none = [];
  const names = await readdir(outDir).catch((/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === "ENOENT") return none;
    throw error;
  });
  if (names.length > 0 && !names.includes(marker)) {
    throw new Error(`${outDir} holds files that are not from a site build, and building replaces the whole folder. Choose an empty or a new folder.`);
  }
}

/**
 * @param {string} stage
 * @param {object} job
 */
async function runStage(stage, job) {
  const script = fileURLToPath(new URL("./stage.js", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(job)], {
    cwd: stage,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: "1", NODE_ENV: "production", NODE_OPTIONS: "", FORCE_COLOR: "0", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  /** @type {Buffer[]} */
  const output = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => output.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`The site was not built.\n${Buffer.concat(output).toString("utf8").trim()}`);
}

/**
 * An earlier build steps aside by a rename, so that whoever serves it misses it for no longer than that takes.
 * @param {string} built
 * @param {string} outDir
 * @param {string} stage
 */
async function putInPlace(built, outDir, stage) {
  await mkdir(path.dirname(outDir), { recursive: true });
  await stepAside(outDir, path.join(stage, "earlier"));
  try {
    await rename(built, outDir);
  } catch (error) {
    // Another disk, or a second build of the same folder that was quicker: copy over it.
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code !== "EXDEV" && code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    await cp(built, outDir, { recursive: true });
  }
}

/**
 * @param {string} outDir
 * @param {string} aside on the same disk it is moved there, else removed
 */
async function stepAside(outDir, aside) {
  try {
    await rename(outDir, aside);
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === "ENOENT") return;
    // Another disk, or a folder that may not be moved, as a mount: what is in it goes.
    await rm(outDir, { recursive: true, force: true });
  }
}
