import { readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { examine } from "../../compiler/compile.ts";
import { mend } from "../../compiler/mend.ts";
import type { Mended } from "../../compiler/mend.ts";
import { language, tableFile, withProject } from "./written-project.ts";
import type { Files } from "./written-project.ts";

const trips = "catalog/rides/trips.ts";

/** Mends a project of `files`; what it did, what the files say then, and what is still wrong. */
function mended(files: Files, meanwhile: (project: string) => void = () => undefined): Promise<{ did: Mended; texts: Files; codes: readonly string[] }> {
  return withProject(files, async (project) => {
    const did = await mend({ project }, () => meanwhile(project));
    const texts = Object.fromEntries(Object.keys(files).map((file) => [file, readFileSync(path.join(project, file), "utf8")]));
    return { did, texts, codes: (await examine({ project })).diagnostics.map(({ code }) => code) };
  });
}

const view = (query: string): Files => ({ [trips]: tableFile("trip_id: Int64;\nfare: Decimal<10, 2>;"), "catalog/rides/fares.ts": `${language}\nimport { Trips } from "./trips.ts";\n@view()\nexport class Fares {\nstatic query(t = columns(Trips)) { return sql\`${query}\`; }\n}\n` });
const rides = (member: string): Files => ({ "catalog/rides/database.ts": `${language}\n@database()\nexport class Rides {\n${member}\n}\n` });

describe("what can be meant in one way only is mended:", () => {
  test.each<[string, Files, string, string]>([
    ["a word that is not called", { [trips]: tableFile("@key a: Int64;") }, "@key a", "@key() a"],
    ["a misspelt word", { [trips]: tableFile("@kye() a: Int64;") }, "@kye()", "@key()"],
    ["a misspelt type", { [trips]: tableFile("a: Timestmap;") }, "Timestmap", "Timestamp"],
    ["a type in other letters", { [trips]: tableFile("a: text;") }, "text", "Text"],
    ["a type of TypeScript's that one of ours stands for", { [trips]: tableFile("a: string | null;") }, "string", "Text"],
    ["undefined for null", { [trips]: tableFile("a: Text | undefined;") }, "undefined", "null"],
    ["an optional column", { [trips]: tableFile("a: Int64; b?: Text;") }, "b?: Text;", "b: Text | null;"],
    ["an optional column that may be null already", { [trips]: tableFile("a: Int64; b?: Text | null;") }, "b?:", "b:"],
    ["a word said twice", { [trips]: tableFile("@unique()\n  @unique()\n  a: Int64;") }, "@unique()\n  @unique()", "@unique()"],
    ["a class that is not exported", { [trips]: tableFile("a: Int64;").replace("export class", "class") }, "\nclass", "\nexport class"],
    ["a class exported by default", { [trips]: tableFile("a: Int64;").replace("export class", "export default class") }, "export default class", "export class"],
    ["a method that is not static", rides("@table() busy() { return sql`SELECT 1 AS a`; }"), "busy()", "static busy()"],
    ["an async method that is not static", rides("@table() async busy(): Promise<Rows<{ a: Int64 }>> { return []; }"), "async busy", "static async busy"],
    ["a default of another type", rides("@table() static busy(n: Int64 = 5) { return sql`SELECT ${n} AS a`; }"), "= 5)", "= 5n)"],
    ["a column of a template", view("SELECT ${t.fares} AS fare FROM ${t}"), "${t.fares}", "${t.fare}"],
    ["a column in the SQL", view("SELECT trips.far FROM ${t}"), "trips.far ", "trips.fare "],
    ["a table in the SQL", view("SELECT x.fare FROM ${t} JOIN rides.trip x USING (trip_id)"), "rides.trip x", "rides.trips x"],
    ["a fact of a word", { [trips]: tableFile("a: Int64;", "@deltaTable({ layr: \"silver\" })") }, "layr", "layer"],
    ["a value of a fact", { [trips]: tableFile("a: Int64;", "@deltaTable({ layer: \"slver\" })") }, "slver", "silver"],
    ["a class for the function that gives it", { [trips]: tableFile("@references(Trips, \"a\") a: Int64;") }, "(Trips, \"a\")", "(() => Trips, \"a\")"],
    ["a file that is misspelt", { ...view("SELECT fare FROM ${t}"), "catalog/rides/fares.ts": (view("SELECT fare FROM ${t}")["catalog/rides/fares.ts"] ?? "").replace("./trips.ts", "./trip.ts") }, "./trip.ts", "./trips.ts"],
  ])("%s", async (_, files, before, after) => {
    const { did, texts, codes } = await mended(files);
    expect(codes).toEqual([]);
    expect(did.fixed.length).toBeGreaterThan(0);
    expect(texts).toEqual(Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace(before, after)])));
  });

  test("words and types that are not imported, in the order of names, each once", async () => {
    const { did, texts } = await mended({ [trips]: "import { deltaTable } from \"neuralake\";\n\n@deltaTable()\nexport class Trips {\n  @key()\n  @between(1, 8)\n  trip_id: Int64;\n  at: Timestamp;\n  day: Day;\n  next: Day;\n}\n" });
    expect(texts[trips]?.split("\n").slice(0, 3)).toEqual(["import { between, deltaTable, key } from \"neuralake\";", "import type { Day, Int64, Timestamp } from \"neuralake\";", ""]);
    expect(new Set(did.fixed.map(({ code }) => code))).toEqual(new Set(["NL1025"]));
  });

  test("a file without any import, with the ends of lines it has", async () => {
    const { texts, codes } = await mended({ [trips]: "@deltaTable()\r\nexport class Trips {\r\n  @key\r\n  trip_id: bigint;\r\n}\r\n" });
    expect([codes, texts[trips]]).toEqual([[], "import { deltaTable, key } from \"neuralake\";\r\nimport type { Int64 } from \"neuralake\";\r\n\r\n@deltaTable()\r\nexport class Trips {\r\n  @key()\r\n  trip_id: Int64;\r\n}\r\n"]);
  });

  test("a table that is not imported", async () => {
    const files = view("SELECT ${t.fare} FROM ${t}");
    const { texts, codes } = await mended({ ...files, "catalog/rides/fares.ts": (files["catalog/rides/fares.ts"] ?? "").replace("import { Trips } from \"./trips.ts\";\n", "") });
    expect(codes).toEqual([]);
    expect(texts["catalog/rides/fares.ts"]).toContain("import { Trips } from \"./trips.ts\";");
  });
});

describe("left to its author is", () => {
  test.each<[string, Files, string]>([
    ["a type that may be one of several", { [trips]: tableFile("a: Int33;") }, "NL1031"],
    ["a number of no size", { [trips]: tableFile("a: number;") }, "NL1031"],
    ["a key that may be null", { [trips]: tableFile("@key() a: Int64 | null;") }, "NL2021"],
    ["bounds that are turned round", { [trips]: tableFile("@between(8, 1) a: Int64;") }, "NL2030"],
    ["a word with other arguments the second time", { [trips]: tableFile("@between(1, 8) @between(1, 9) a: Int64;") }, "NL1013"],
    ["a column that is near to two", { ...view("SELECT fars FROM ${t}"), [trips]: tableFile("fare: Int64;\nfarm: Int64;") }, "NL3002"],
    ["a slip of a name that is imported beside it", { [trips]: tableFile("@key() a: Int64;").replace("key,", "key, kye,") }, "NL1065"],
    ["a word that needs arguments", { [trips]: tableFile("@between a: Int64;") }, "NL1012"],
  ])("%s", async (_, files, code) => {
    const { did, texts, codes } = await mended(files);
    expect([did, texts, codes]).toEqual([{ fixed: [], left: [] }, files, [code]]);
  });

  test("a file that waits for a merge, while others are mended", async () => {
    const unmerged = view("SELECT fares\n<<<<<<< HEAD\n>>>>>>> theirs\nFROM rides.trip");
    const { did, texts } = await mended({ ...unmerged, "catalog/rides/fares.ts": (unmerged["catalog/rides/fares.ts"] ?? "").replace("@view()", "@view"), "catalog/rides/more.ts": tableFile("@key a: Int64;").replaceAll("Trips", "More") });
    expect(did).toMatchObject({ fixed: [{ code: "NL1012", place: { file: "catalog/rides/more.ts" } }], left: [{ file: "catalog/rides/fares.ts", why: "waits for a merge" }] });
    expect(texts["catalog/rides/fares.ts"]).toContain("@view\n");
  });

  test("a file that somebody changes meanwhile", async () => {
    const theirs = tableFile("@key a: Int64; b: Text;");
    let turns = 0;
    const { did, texts } = await mended({ [trips]: tableFile("@key a: Int64;") }, (project) => { if (turns++ === 0) writeFileSync(path.join(project, trips), theirs); });
    expect([did, texts[trips]]).toMatchObject([{ fixed: [], left: [{ file: trips, why: "was changed meanwhile" }] }, theirs]);
  });

  test("a link, and what it leads to", async () => {
    const { did, outside } = await withProject({ [trips]: tableFile("@key a: Int64;") }, async (project) => {
      renameSync(path.join(project, trips), path.join(project, "outside.ts"));
      symlinkSync("../../outside.ts", path.join(project, trips));
      return { did: await mend({ project }), outside: readFileSync(path.join(project, "outside.ts"), "utf8") };
    });
    expect([did, outside]).toMatchObject([{ fixed: [], left: [{ file: trips, why: "is a link" }] }, tableFile("@key a: Int64;")]);
  });
});
