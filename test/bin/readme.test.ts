/** What the README shows is true: its TypeScript type-checks against the generated client, its commands are commands. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, test } from "vitest";
import { runCommand } from "./command.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(`${repository}README.md`, "utf8");
const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");

/** What TypeScript says of a file that lies in the repository's root, which is nowhere on disk. */
function typeErrors(text: string): string[] {
  const file = `${repository}readme-example.ts`;
  const config = ts.parseJsonConfigFileContent(ts.readConfigFile(`${repository}tsconfig.json`, ts.sys.readFile).config, ts.sys, repository);
  const host = ts.createCompilerHost(config.options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  host.getSourceFile = (name, version) => (name === file ? ts.createSourceFile(name, text, version) : getSourceFile.call(host, name, version));
  const program = ts.createProgram({ rootNames: [file], options: config.options, host });
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
}

test("the client's example type-checks, and would not with a column that is not there", () => {
  const example = blocks.find((block) => block.includes("./generated/client/index.ts")) ?? "";
  expect(typeErrors(example)).toEqual([]);
  expect(typeErrors(example.replace('"p_brand", "in"', '"p_brandy", "in"'))).toHaveLength(1);
  const changes = blocks.find((block) => block.includes("lake.deleteFrom")) ?? "";
  expect(typeErrors(example + changes)).toEqual([]);
  expect(typeErrors(example + changes.replace("delay: 0n", "delay: 0").replace('"origin", "="', '"gate", "="'))).toHaveLength(2);
});

test("the example of any Delta table type-checks, would not with a column that is not there, and prints what is shown", async () => {
  const [, example = "", shown = ""] = /^```ts\n(import \{ createTable[\s\S]*?)^```\n\n```\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  expect(typeErrors(example)).toEqual([]);
  expect(typeErrors(example.replace('["trip_id", "fare"]', '["trip_id", "fair"]'))).toHaveLength(1);
  const folder = await mkdtemp(join(tmpdir(), "neuralake-readme-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["-C", "source", "--input-type=module-typescript", "--eval", example.replaceAll('"./trips"', JSON.stringify(join(folder, "trips")))], { cwd: repository });
    expect(stdout).toBe(shown);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the example of import is what import prints and writes", async () => {
  const [, csv = "", said = "", file = ""] = /^\$ cat prices\.csv\n([\s\S]*?)^\$ npx neuralake import prices\.csv\n([\s\S]*?)^\$ cat catalog\/shop\/prices\.ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "neuralake-readme-"));
  try {
    await mkdir(join(folder, "catalog/shop"), { recursive: true });
    await writeFile(join(folder, "catalog/shop/database.ts"), 'import { database } from "neuralake";\n\n@database()\nexport class Shop {}\n');
    await writeFile(join(folder, "prices.csv"), csv);
    expect((await runCommand(folder, ["import", "prices.csv"])).stdout).toBe(said);
    expect(readFileSync(join(folder, "catalog/shop/prices.ts"), "utf8")).toBe(file);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("every command it names is one", async () => {
  const { stdout } = await runCommand(repository, ["--help"]);
  const named = new Set([...readme.matchAll(/npx neuralake ([a-z]+)|^\| `neuralake ([a-z]+)/gm)].map((match) => match[1] ?? match[2] ?? ""));
  expect(named.size).toBeGreaterThan(6);
  for (const command of named) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
});
