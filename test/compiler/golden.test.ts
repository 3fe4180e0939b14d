/**
 * Golden folders: test/golden/<name>/catalog compiles to exactly test/golden/<name>/generated. A new folder is a new test;
 * `UPDATE_GOLDEN=1 npx vitest run test/compiler/golden.test.ts` writes what the compiler makes now, for you to read before you commit it.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { withProject, type Files } from "./written-project.ts";

const golden = path.join(import.meta.dirname, "../golden");
const names = readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const update = process.env["UPDATE_GOLDEN"] === "1";

function filesBelow(folder: string): { readonly [file: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return [path.relative(folder, file).split(path.sep).join("/"), readFileSync(file, "utf8")];
  }));
}

describe.each(names)("the golden folder %s", (name) => {
  test("compiles without a word of complaint to the files that are committed", async () => {
    const project = path.join(golden, name);
    const compiled = await compile({ project, check: !update });
    expect(compiled.diagnostics).toEqual([]);
    const committed = Object.entries(filesBelow(path.join(project, "generated")));
    const isHistory = ([file]: readonly [string, string]): boolean => file.startsWith("migrations/");
    expect(Object.fromEntries(compiled.files.map((file) => [file.path, Buffer.concat(file.parts).toString("utf8")]))).toEqual(Object.fromEntries(committed.filter((entry) => !isHistory(entry))));
    // Its history is one migration, the one that a first compile writes.
    const first = await compile({ project, generatedDir: "nowhere", check: true });
    expect(first.files.filter((file) => file.path.startsWith("migrations/")).map((file) => [file.path, Buffer.concat(file.parts).toString("utf8")])).toEqual(committed.filter(isHistory));
    expect(compiled.stale).toEqual([]);
  });
});

test("a catalog whose lines end as Windows ends them compiles to the same files", async () => {
  const from = path.join(golden, "views");
  const files = Object.entries(filesBelow(from)).map(([file, text]) => [file, file.startsWith("catalog/") ? text.replaceAll("\n", "\r\n") : text]);
  await withProject(Object.fromEntries(files) as Files, async (project) => {
    const compiled = await compile({ project, check: true });
    expect([compiled.diagnostics, compiled.stale]).toEqual([[], []]);
  });
});

test("the demonstration catalog is compiled: generated/ is up to date", async () => {
  const compiled = await compile({ project: path.join(import.meta.dirname, "../.."), check: true });
  expect(compiled.diagnostics).toEqual([]);
  expect(compiled.stale).toEqual([]);
});
