import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { compile, defineEmitter } from "../../compiler/compile.ts";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import type { OwnEmitter } from "../../compiler/ir/own-emitter.ts";
import { emitOwn, ours } from "../../compiler/own-emitters.ts";
import { withProject } from "./written-project.ts";

const catalog: Catalog = { format: 1, databases: [{ name: "rides", doc: "", tables: [] }] };
const files = (...paths: string[]) => () => paths.map((name) => ({ path: name, text: `${name}\n` }));

function told(emitters: readonly OwnEmitter[], twice = false): { readonly files: readonly string[]; readonly said: readonly string[] } {
  const { files: emitted, problems } = emitOwn({ emitters, config: "neuralake.config.ts", twice }, catalog, { title: "shop" });
  return { files: emitted.map((file) => file.path), said: problems.map(({ code, message }) => `${code} ${message}`) };
}

test("every first step of a path that the compiler emits is kept from others", () => {
  const root = path.join(import.meta.dirname, "../..");
  const emitted = globSync(["generated/*", "test/golden/*/generated/*"], { cwd: root }).map((file) => path.basename(file));
  expect([...new Set(emitted)].toSorted()).toEqual(Object.keys(ours).toSorted());
});

describe("emitOwn", () => {
  test("gives the files of all emitters, each told the catalog and the project's name", () => {
    const seen: unknown[] = [];
    const emitted = emitOwn({ emitters: [{ name: "a", emit: (given, context) => { seen.push(given, context); return [{ path: "a/b.txt", text: "é" }]; } }], config: "neuralake.config.ts", twice: false }, catalog, { title: "shop" });
    expect([emitted.problems, emitted.files.map(({ path: name, parts }) => [name, Buffer.concat(parts).toString()]), seen]).toEqual([[], [["a/b.txt", "é"]], [catalog, { title: "shop" }]]);
  });

  test.each([
    ["fails", () => { throw new Error("no more ink."); }, 'The emitter "mine" failed: no more ink.'],
    ["throws no error", () => { throw "ink"; }, 'The emitter "mine" failed: ink.'],
    ["throws what is no text", () => { throw Object.create(null); }, 'The emitter "mine" failed: [Object: null prototype] {}.'],
    ["is asynchronous", async () => [], 'The emitter "mine" is asynchronous, and returns a promise of files where files are wanted.'],
    ["fails later", async () => { throw new Error("no more ink."); }, 'The emitter "mine" is asynchronous, and returns a promise of files where files are wanted.'],
    ["gives a list with holes", () => new Array(2), 'The emitter "mine" returns no list of files, each with its path and its text.'],
    ["gives no text", () => [{ path: "a.md" }], 'The emitter "mine" returns no list of files, each with its path and its text.'],
    ["gives bytes", () => [{ path: "a.md", text: new Uint8Array() }], 'The emitter "mine" returns no list of files, each with its path and its text.'],
    ["gives nothing", () => undefined, 'The emitter "mine" returns no list of files, each with its path and its text.'],
  ])("names an emitter that %s, and gives the files of the others", (_case, emit, message) => {
    expect(told([{ name: "mine", emit: emit as unknown as OwnEmitter["emit"] }, { name: "other", emit: files("b.md") }])).toEqual({ files: ["b.md"], said: [`NL1074 ${message}`] });
  });

  test.each([
    ["", "which is no path below the generated folder"],
    ["/etc/passwd", "which is no path below the generated folder"],
    ["../catalog/rides/trips.ts", "which is no path below the generated folder"],
    ["a/../../b", "which is no path below the generated folder"],
    ["./a", "which is no path below the generated folder"],
    ["a//b", "which is no path below the generated folder"],
    ["a/", "which is no path below the generated folder"],
    ["a\\b", "which is no path below the generated folder"],
    ["a\ud800", "which is no path below the generated folder"],
    ["é".repeat(121), "with a name of more than 240 bytes"],
    ["C:/a", "which is no path below the generated folder"],
    ["a\u0000", "which is no path below the generated folder"],
    ["client/more.ts", "where the compiler keeps the typed client"],
    ["Catalog.json", "where the compiler keeps the catalog"],
    ["migrations/0001.json", "where the compiler keeps the history"],
    ["catalog.json/a", "where the compiler keeps the catalog"],
    ["doc/A.md", 'which the emitter "other" emits too'],
    ["doc", 'a file where the emitter "other" has a folder, or the other way round'],
    ["doc/a.md/b", 'a file where the emitter "other" has a folder, or the other way round'],
  ])("refuses %j and says whose place it is", (name, why) => {
    expect(told([{ name: "other", emit: files("doc/a.md") }, { name: "mine", emit: files(name, "constructor") }])).toEqual({ files: ["doc/a.md", "constructor"], said: [`NL1075 The emitter "mine" emits ${JSON.stringify(name)}, ${why}.`] });
  });

  test("asks twice where that is wanted, and names what was another file the second time", () => {
    let asked = 0;
    const counting: OwnEmitter = { name: "mine", emit: () => [{ path: "a.md", text: "a" }, { path: "n.md", text: String(asked++) }] };
    const growing: OwnEmitter = { name: "mine", emit: () => Array.from({ length: ++asked }, (_, index) => ({ path: `${index}.md`, text: "" })) };
    expect(told([counting])).toEqual({ files: ["a.md", "n.md"], said: [] });
    expect(told([counting], true)).toEqual({ files: [], said: ['NL1074 The emitter "mine" emits another n.md when it is asked again.'] });
    expect(told([growing], true)).toEqual({ files: [], said: ['NL1074 The emitter "mine" emits other files when it is asked again.'] });
  });

  test("an emitter that changes the catalog changes its own copy alone", () => {
    const emit = (given: Catalog) => {
      Object.assign(given.databases[0] ?? {}, { tables: [{}] });
      return [{ path: "n.md", text: String(given.databases[0]?.tables.length) }];
    };
    const { files: emitted } = emitOwn({ emitters: [{ name: "a", emit }], config: "neuralake.config.ts", twice: true }, catalog, { title: "" });
    expect([emitted.map(({ parts }) => Buffer.concat(parts).toString()), catalog.databases[0]?.tables]).toEqual([["1"], []]);
  });
});

test("files of one's own are written, brought up to date, and removed with their emitter; with a mistake nothing is written", async () => {
  const trips = 'import { deltaTable } from "neuralake";\nimport type { Int64 } from "neuralake";\n\n/** One ride. */\n@deltaTable()\nexport class Trips {\n  trip_id: Int64;\n}\n';
  await withProject({ "catalog/rides/trips.ts": trips }, async (project) => {
    const names = defineEmitter({ name: "names", emit: ({ databases }) => databases.flatMap(({ name, tables }) => tables.map((table) => ({ path: `names/${name}/${table.name}.txt`, text: `${table.doc}\n` }))) });
    const first = await compile({ project, emitters: [names] });
    expect([first.diagnostics, first.written.filter((name) => name.startsWith("names/"))]).toEqual([[], ["names/rides/trips.txt"]]);
    expect(readFileSync(path.join(project, "generated/names/rides/trips.txt"), "utf8")).toBe("One ride.\n");
    expect((await compile({ project, emitters: [names], check: true })).stale).toEqual([]);
    mkdirSync(path.join(project, "catalog/rides"), { recursive: true });
    writeFileSync(path.join(project, "catalog/rides/cars.ts"), trips.replace("Trips", "Cars"));
    const broken = await compile({ project, emitters: [{ name: "names", emit: () => { throw new Error("ink"); } }], config: "neuralake.config.js" });
    expect([broken.written, broken.diagnostics.map(({ code, place }) => [code, place.file])]).toEqual([[], [["NL1074", "neuralake.config.js"]]]);
    expect((await compile({ project, emitters: [names] })).written).toContain("names/rides/cars.txt");
    expect((await compile({ project })).removed).toEqual(["names/rides/cars.txt", "names/rides/trips.txt"]);
  });
});
