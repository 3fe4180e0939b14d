import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PrintedFile } from "../../compiler/emitter.ts";
import { openGenerated } from "../../compiler/write.ts";
import type { Differences } from "../../compiler/write.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "neuralake-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function compareFiles(target: string, files: readonly PrintedFile[]): Differences {
  return openGenerated(target).compare(files);
}

function writeFiles(target: string, differences: Differences): void {
  openGenerated(target).write(differences);
}

function printed(name: string, text: string): PrintedFile {
  return { path: name, parts: [Buffer.from(text)] };
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

test("a folder that was written is compared by what stands in it: parts put together otherwise, a file that somebody else changed", () => {
  const generated = openGenerated(folder);
  const parts = (...texts: string[]): PrintedFile => ({ path: "catalog.json", parts: texts.map((text) => Buffer.from(text)) });
  const changed = (file: PrintedFile): number => generated.compare([file]).changed.length;
  generated.write({ changed: [parts("one", "", "two", "three")], unknown: [] });
  expect([changed(parts("onetw", "othr", "ee")), changed(parts("one", "two", "thre!")), changed(parts("one", "two"))]).toEqual([0, 1, 1]);
  writeFileSync(path.join(folder, "catalog.json"), "onetwothre!");
  expect([changed(parts("one", "two", "three")), changed(parts("one", "two", "thre!"))]).toEqual([1, 0]);
});

test("a file of more parts than the system takes at once is written whole", () => {
  const texts = Array.from({ length: 5_000 }, (_, index) => `${index},`);
  writeFiles(folder, { changed: [{ path: "many.txt", parts: texts.map((text) => Buffer.from(text)) }], unknown: [] });
  expect(readFileSync(path.join(folder, "many.txt"), "utf8")).toBe(texts.join(""));
});
