import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PrintedFile } from "../../compiler/emitter.ts";
import { compareFiles, writeFiles } from "../../compiler/write.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "neuralake-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function printed(name: string, text: string): PrintedFile {
  return { path: name, bytes: Buffer.from(text) };
}

test("files are written into folders that are not there yet, and are then up to date", () => {
  const files = [printed("catalog.json", "{}\n"), printed("site/tables/rides.json", "[]\n")];
  const target = path.join(folder, "generated");
  writeFiles(target, compareFiles(target, files));
  expect(readFileSync(path.join(target, "site/tables/rides.json"), "utf8")).toBe("[]\n");
  expect(compareFiles(target, files)).toEqual({ changed: [], unknown: [] });
});

test("a file whose text is the same is left alone", () => {
  writeFileSync(path.join(folder, "same.ts"), "same");
  const before = statSync(path.join(folder, "same.ts"), { bigint: true }).mtimeNs;
  const differences = compareFiles(folder, [printed("same.ts", "same"), printed("new.ts", "new")]);
  writeFiles(folder, differences);
  expect(differences.changed.map((file) => file.path)).toEqual(["new.ts"]);
  expect(statSync(path.join(folder, "same.ts"), { bigint: true }).mtimeNs).toBe(before);
});

test("catalog.json is written last, also as it was when only others changed", () => {
  const written = (...texts: string[]): void => writeFiles(folder, compareFiles(folder, ["catalog.json", "functions/a.js", "openapi.json"].map((name, k) => printed(name, texts[k] ?? ""))));
  const timeOf = (name: string): bigint => statSync(path.join(folder, name), { bigint: true }).mtimeNs;
  for (const texts of [["1", "1", "1"], ["1", "2", "1"], ["1", "2", "2"]]) {
    written(...texts);
    expect(["functions/a.js", "openapi.json"].filter((name) => timeOf(name) > timeOf("catalog.json"))).toEqual([]);
  }
  const before = timeOf("catalog.json");
  written("1", "2", "2");
  expect(timeOf("catalog.json")).toBe(before);
});

test("what is emitted no more is removed with the folders it leaves empty, and migrations never are", () => {
  for (const file of ["site/tables/gone.json", "functions/gone.js", "functions/kept.js", "migrations/0001/edit.json"]) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), "old");
  }
  const differences = compareFiles(folder, [printed("functions/kept.js", "old")]);
  writeFiles(folder, differences);
  expect(differences.unknown).toEqual(["functions/gone.js", "site/tables/gone.json"]);
  expect(["site", "functions/kept.js", "migrations/0001/edit.json"].map((file) => existsSync(path.join(folder, file)))).toEqual([false, true, true]);
});
