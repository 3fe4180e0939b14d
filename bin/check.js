/**
 * `npm run check`: everything a machine can say about the source. One section each: types, lint, imports, dead code, generated files,
 * sizes. All of them run; the exit code is 1 when one of them failed.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { measureSources, median } from "./source-sizes.js";

const root = new URL("../", import.meta.url);
const cwd = fileURLToPath(root);

/** Runs an npm package's own command with this Node; true when it ended with 0. */
function run(file, ...args) {
  const { status, error } = spawnSync(process.execPath, [fileURLToPath(new URL(file, root)), ...args], { cwd, stdio: "inherit" });
  if (error !== undefined) throw error;
  return status === 0;
}

function checkSizes() {
  const { files, decorated } = measureSources(root);
  const functions = files.flatMap((file) => file.functions);
  console.log(`median lines: ${median(files.map((file) => file.lines))} a file (aim 80), ${median(functions)} a function (aim 10); ${files.length} files`);
  for (const { file, lines } of files.filter((measured) => measured.lines > 300)) console.log(`more than 300 lines: ${file} (${lines})`);
  for (const { file, functions: lengths } of files) {
    for (const lines of lengths.filter((length) => length > 60)) console.log(`a function of more than 60 lines: ${file} (${lines})`);
  }
  for (const place of decorated) console.log(`a decorator, which Node cannot load: ${place}`);
  return decorated.length === 0;
}

const sections = [
  ["types", () => run("node_modules/typescript/bin/tsc", "-p", ".", "--noEmit")],
  ["lint", () => run("node_modules/oxlint/bin/oxlint")],
  ["imports", () => run("node_modules/dependency-cruiser/bin/dependency-cruiser.mjs", "bin", "catalog", "compiler", "runtime", "generated", "site", "--config", ".dependency-cruiser.cjs", "--output-type", "err")],
  ["dead code", () => run("node_modules/knip/bin/knip.js", "--no-progress")],
  ["generated files", () => run("bin/neuralake.js", "compile", "--check")],
  ["sizes", checkSizes],
];

const failed = [];
for (const [name, check] of sections) {
  console.log(`\n── ${name}`);
  if (!check()) failed.push(name);
}
console.log(failed.length === 0 ? "\nall checks passed" : `\nfailed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
