import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PrintedFile, PrintedFiles } from "../../compiler/emitter.ts";
import { openGenerated } from "../../compiler/write.ts";
import type { Differences } from "../../compiler/write.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "neuralake-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function* listed(files: readonly PrintedFile[]): PrintedFiles {
  yield files;
}

/** What a folder opened anew says of the files; it writes nothing. */
function compareFiles(target: string, files: readonly PrintedFile[]): Promise<Differences> {
  return openGenerated(target).update(listed(files), { check: true });
}

/** Writes them, by a folder opened anew. */
function writeFiles(target: string, files: readonly PrintedFile[]): Promise<Differences> {
  return openGenerated(target).update(listed(files));
}

function printed(name: string, text: string): PrintedFile {
  return { path: name, parts: [Buffer.from(text)] };
}

test("files are written into folders that are not there yet, and are then up to date", async () => {
  const files = [printed("catalog.json", "{}\n"), printed("site/tables/rides.json", "[]\n")];
  const target = path.join(folder, "generated");
  expect(await compareFiles(target, files)).toEqual({ changed: ["catalog.json", "site/tables/rides.json"], unknown: [] });
  expect(existsSync(target)).toBe(false);
  await writeFiles(target, files);
  expect(readFileSync(path.join(target, "site/tables/rides.json"), "utf8")).toBe("[]\n");
  expect(await compareFiles(target, files)).toEqual({ changed: [], unknown: [] });
});

test("a file whose text is the same is left alone", async () => {
  writeFileSync(path.join(folder, "same.ts"), "same");
  const before = statSync(path.join(folder, "same.ts"), { bigint: true }).mtimeNs;
  const differences = await writeFiles(folder, [printed("same.ts", "same"), printed("new.ts", "new")]);
  expect(differences.changed).toEqual(["new.ts"]);
  expect(statSync(path.join(folder, "same.ts"), { bigint: true }).mtimeNs).toBe(before);
});

test("catalog.json is written last, also as it was when only others changed", async () => {
  const written = (...texts: string[]): Promise<Differences> => writeFiles(folder, ["catalog.json", "functions/a.js", "openapi.json"].map((name, k) => printed(name, texts[k] ?? "")));
  const timeOf = (name: string): bigint => statSync(path.join(folder, name), { bigint: true }).mtimeNs;
  for (const texts of [["1", "1", "1"], ["1", "2", "1"], ["1", "2", "2"]]) {
    await written(...texts);
    expect(["functions/a.js", "openapi.json"].filter((name) => timeOf(name) > timeOf("catalog.json"))).toEqual([]);
  }
  const before = timeOf("catalog.json");
  await written("1", "2", "2");
  expect(timeOf("catalog.json")).toBe(before);
});

test("a run that breaks off leaves catalog.json the older, and the next one makes it the newest, though no text is another by then", async () => {
  const files = (text: string): readonly PrintedFile[] => [printed("functions/a.js", text), printed("openapi.json", "1"), printed("catalog.json", "1")];
  const isSealed = (): boolean => ["functions/a.js", "openapi.json"].every((name) => statSync(path.join(folder, name)).mtimeMs <= statSync(path.join(folder, "catalog.json")).mtimeMs);
  await writeFiles(folder, files("1"));
  for (const name of ["functions/a.js", "openapi.json", "catalog.json"]) utimesSync(path.join(folder, name), 1_000, 1_000);
  const broken = async function* (): PrintedFiles {
    yield [printed("functions/a.js", "2")];
    throw new Error("an emitter of ours failed");
  };
  await expect(openGenerated(folder).update(broken())).rejects.toThrow("an emitter of ours failed");
  expect([readFileSync(path.join(folder, "functions/a.js"), "utf8"), isSealed()]).toEqual(["2", false]);
  expect(await compareFiles(folder, files("2"))).toEqual({ changed: [], unknown: [] });
  expect(isSealed()).toBe(false);
  expect(await writeFiles(folder, files("2"))).toEqual({ changed: [], unknown: [] });
  expect(isSealed()).toBe(true);
});

test("what is emitted no more is removed with the folders it leaves empty, and migrations never are", async () => {
  for (const file of ["site/tables/gone.json", "functions/gone.js", "functions/kept.js", "migrations/0001/edit.json"]) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), "old");
  }
  const differences = await writeFiles(folder, [printed("functions/kept.js", "old")]);
  expect(differences.unknown).toEqual(["functions/gone.js", "site/tables/gone.json"]);
  expect(["site", "functions/kept.js", "migrations/0001/edit.json"].map((file) => existsSync(path.join(folder, file)))).toEqual([false, true, true]);
});

test("a folder that was written is compared by what stands in it: parts put together otherwise, a file that somebody else changed", async () => {
  const generated = openGenerated(folder);
  const parts = (...texts: string[]): PrintedFile => ({ path: "catalog.json", parts: texts.map((text) => Buffer.from(text)) });
  const changed = async (file: PrintedFile): Promise<number> => (await generated.update(listed([file]), { check: true })).changed.length;
  await generated.update(listed([parts("one", "", "two", "three")]));
  expect([await changed(parts("onetw", "othr", "ee")), await changed(parts("one", "two", "thre!")), await changed(parts("one", "two"))]).toEqual([0, 1, 1]);
  writeFileSync(path.join(folder, "catalog.json"), "onetwothre!");
  expect([await changed(parts("one", "two", "three")), await changed(parts("one", "two", "thre!"))]).toEqual([1, 0]);
});

test("files come in lists, and each is there before the next list is asked for; catalog.json waits for all", async () => {
  const there = (): readonly boolean[] => ["catalog.json", "a.json", "b.json"].map((name) => existsSync(path.join(folder, name)));
  const seen: (readonly boolean[])[] = [];
  async function* lists(): PrintedFiles {
    yield [printed("catalog.json", "1"), printed("a.json", "1")];
    seen.push(there());
    yield [printed("b.json", "1")];
    seen.push(there());
  }
  expect(await openGenerated(folder).update(lists())).toEqual({ changed: ["a.json", "b.json", "catalog.json"], unknown: [] });
  expect([...seen, there()]).toEqual([[false, true, false], [false, true, true], [true, true, true]]);
});

test("a folder that is trusted sees what came, went or took a file's place, and not what was written into one until all is looked at", async () => {
  const generated = openGenerated(folder);
  const files = ["catalog.json", "client/index.ts", "client/rest.ts", "site/index.json"].map((name) => printed(name, "ours"));
  const changed = async (trust: boolean): Promise<Differences> => generated.update(listed(files), { check: true, trust });
  const aside = path.join(folder, "..", `${path.basename(folder)}-aside`);
  await generated.update(listed(files));
  // A folder that was touched a moment ago is read again, since a clock that ticks slowly may show one time for two changes.
  for (const inner of ["", "client", "site"]) utimesSync(path.join(folder, inner), 1_700_000_000, 1_700_000_000);
  expect([await changed(true), await changed(true)]).toEqual([{ changed: [], unknown: [] }, { changed: [], unknown: [] }]);
  writeFileSync(path.join(folder, "site/index.json"), "theirs");
  writeFileSync(path.join(folder, "client/new.ts"), "theirs");
  rmSync(path.join(folder, "client/rest.ts"));
  writeFileSync(aside, "theirs");
  renameSync(aside, path.join(folder, "client/index.ts"));
  expect(await changed(true)).toEqual({ changed: ["client/index.ts", "client/rest.ts"], unknown: ["client/new.ts"] });
  expect(await changed(false)).toEqual({ changed: ["client/index.ts", "client/rest.ts", "site/index.json"], unknown: ["client/new.ts"] });
});

test("what another process took away meanwhile is no error: an unknown file is gone as it should be, one that was to be compared is written", async () => {
  for (const name of ["catalog.json", "unknown.json.123.part"]) writeFileSync(path.join(folder, name), "1");
  async function* lists(): PrintedFiles {
    for (const name of ["catalog.json", "unknown.json.123.part"]) rmSync(path.join(folder, name));
    yield [printed("catalog.json", "1")];
  }
  expect(await openGenerated(folder).update(lists())).toEqual({ changed: ["catalog.json"], unknown: ["unknown.json.123.part"] });
  expect(readdirSync(folder)).toEqual(["catalog.json"]);
});

test("where a folder has to be, a file and a link to a folder elsewhere give way; nothing is written or removed elsewhere", async () => {
  const [target, elsewhere] = ["generated", "elsewhere"].map((name) => path.join(folder, name)) as [string, string];
  for (const name of [target, elsewhere]) mkdirSync(name);
  writeFileSync(path.join(elsewhere, "theirs.ts"), "theirs");
  symlinkSync("../elsewhere", path.join(target, "client"));
  writeFileSync(path.join(target, "site"), "no folder");
  const files = ["client/index.ts", "site/tables/rides.json", "top.json"].map((name) => printed(name, "1"));
  expect(await writeFiles(target, files)).toEqual({ changed: files.map((file) => file.path), unknown: ["client", "site"] });
  expect(readdirSync(elsewhere)).toEqual(["theirs.ts"]);
  expect(await compareFiles(target, files)).toEqual({ changed: [], unknown: [] });
});

test("a file that cannot be written leaves no draft beside it", async () => {
  mkdirSync(path.join(folder, "a.json/theirs"), { recursive: true });
  await expect(writeFiles(folder, [printed("a.json", "1")])).rejects.toMatchObject({ code: "EISDIR" });
  expect(readdirSync(folder)).toEqual(["a.json"]);
});

test("where times are whole seconds, a folder is looked at again until such a second has surely passed", async () => {
  const generated = openGenerated(folder);
  const second = Math.floor(Date.now() / 1_000) - 1;
  const unknown = async (): Promise<readonly string[]> => {
    utimesSync(folder, second, second);
    return (await generated.update(listed([]), { check: true, trust: true })).unknown;
  };
  expect(await unknown()).toEqual([]);
  writeFileSync(path.join(folder, "new.ts"), "theirs");
  expect(await unknown()).toEqual(["new.ts"]);
});

test("a file of more parts than the system takes at once is written whole", async () => {
  const texts = Array.from({ length: 5_000 }, (_, index) => `${index},`);
  await writeFiles(folder, [{ path: "many.txt", parts: texts.map((text) => Buffer.from(text)) }]);
  expect(readFileSync(path.join(folder, "many.txt"), "utf8")).toBe(texts.join(""));
});
