/**
 * Wrong catalogs: each folder of test/golden-errors is a small whole catalog with mistakes people make (about.txt says which), and is told exactly what stands in
 * its diagnostics.json. A new folder is a new test; `UPDATE_GOLDEN=1 npx vitest run test/compiler/golden-errors.test.ts` writes what is said now, for you to
 * read before you commit it.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { examine } from "../../compiler/compile.ts";
import { hasErrors } from "../../compiler/diagnostics/diagnostic.ts";
import { tellDiagnostics } from "../../compiler/diagnostics/told.ts";
import type { ToldDiagnostic } from "../../compiler/diagnostics/told.ts";

const golden = path.join(import.meta.dirname, "../golden-errors");
const names = readdirSync(golden).sort();
const update = process.env["UPDATE_GOLDEN"] === "1";

/** A diagnostic as the file keeps it: `from` its first character `to` just behind its last, line:column. */
function kept({ code, severity, message, place, hint, fix }: ToldDiagnostic): object {
  return {
    file: place.file, from: `${place.line}:${place.column}`, to: `${place.endLine}:${place.endColumn}`, code, severity, message,
    ...(hint === undefined ? {} : { hint }), ...(fix === undefined ? {} : { fix: fix.title }),
  };
}

test("there are at least 60 of them, each with a word about it, and none without an error", () => {
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(names.filter((name) => !existsSync(path.join(golden, name, "about.txt")))).toEqual([]);
});

test.each(names)("%s", async (name) => {
  const project = path.join(golden, name);
  const { diagnostics } = await examine({ project });
  const said = tellDiagnostics(diagnostics, (file) => (existsSync(path.join(project, file)) ? readFileSync(path.join(project, file), "utf8") : undefined)).map(kept);
  const file = path.join(project, "diagnostics.json");
  if (update) writeFileSync(file, `${JSON.stringify(said, undefined, 2)}\n`);
  expect(hasErrors(diagnostics)).toBe(true);
  expect(said).toEqual(JSON.parse(readFileSync(file, "utf8")));
});
