/** `neuralake import` of Delta tables: what it writes compiles, and a plan then shows no change; what a catalog cannot declare is refused by name. */
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir, readFile, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authoredFiles, writeAuthored } from "../../bin/authored-files.ts";
import { importDelta } from "../../bin/imported-table.ts";
import type { Project } from "../../bin/project.ts";
import { createTable, types } from "../../runtime/lake.ts";
import { Failure } from "../../runtime/values/failure.ts";
import { runCommand, temporaryFolder, type Outcome } from "./command.ts";

const dat = path.resolve(import.meta.dirname, "../../../shared/data/delta/dat-0.0.3");
const golden = path.resolve(import.meta.dirname, "../golden/every-type");

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let project: Project;
beforeAll(async () => {
  place = await temporaryFolder();
  const folder = place.folder;
  project = { folder, root: path.join(folder, "lake"), catalogDir: path.join(folder, "catalog"), generatedDir: path.join(folder, "generated"), brokers: [], postgres: {}, postgresNames: [] };
  await mkdir(project.catalogDir);
});
afterAll(() => place.remove());

const run = (...args: string[]): Promise<Outcome> => runCommand(place.folder, args);
const read = (file: string): Promise<string> => readFile(path.join(place.folder, file), "utf8");

/** Compiles what was imported; nothing is wrong with it, and nothing in the lake is to be changed. */
async function expectNoChange(tables: number): Promise<void> {
  const compiled = JSON.parse((await run("compile", "--json")).stdout) as { tables: number; diagnostics: readonly { severity: string }[] };
  // A column may be called what SQL has another meaning for, which is a warning.
  expect([compiled.tables, compiled.diagnostics.filter(({ severity }) => severity === "error")]).toEqual([tables, []]);
  const plan = await run("plan", "--json");
  expect(JSON.parse(plan.stdout)).toMatchObject({ changes: [] });
  expect(plan.code).toBe(0);
}

test("a table of every type that we made is declared as its author had declared it, and one that was altered since as it is now", async () => {
  const made = path.join(place.folder, "made");
  await mkdir(made);
  await cp(path.join(golden, "catalog"), path.join(made, "catalog"), { recursive: true });
  for (const command of ["compile", "apply"]) expect((await runCommand(made, [command])).code).toBe(0);
  const trips = path.join(place.folder, "lake/rides/trips");
  const schema = { trip_id: types.long.notNull().comment("Never reused."), town: types.string, day: types.date, fare: types.decimal(10, 2), seats: types.integer, "class": types.string };
  await using _ = await createTable(trips, { schema, partitionBy: ["day"], description: "One ride.\n\nFrom door to door." });
  for (const args of [["alter", trips, "--rename", "town=city", "--check", "fair=fare > 0"], ["optimize", trips, "--cluster-by", "seats"]]) await run(...args);

  const everything = await run("import", path.join(made, "lake/shapes/everything"), "--json");
  expect(JSON.parse(everything.stdout)).toMatchObject({ tables: [{ table: "shapes.everything", kind: "delta", warnings: [] }], files: ["catalog/shapes/database.ts", "catalog/shapes/everything.ts"] });
  expect(await read("catalog/shapes/everything.ts")).toContain('@deltaTable({ location: "made/lake/shapes/everything" })\nexport class Everything {\n  int8: Int8;\n  int16: Int16;\n');
  const ours = await run("import", "rides.trips");
  expect([ours.code, ours.stderr]).toEqual([0, ""]);
  expect(await read("catalog/rides/trips.ts")).toContain([
    '/**\n * One ride.\n *\n * From door to door.\n */', "@deltaTable()", "export class Trips {", "  /** Never reused. */", "  trip_id: Int64;", "", "  city: Text | null;\n",
  ].join("\n"));
  expect(await read("catalog/rides/trips.ts")).toContain("  // The table itself holds rows to CHECK fair: fare > 0\n");
  await expectNoChange(2);
});

describe.skipIf(!existsSync(dat))("tables that Spark wrote", () => {
  test("each of the Delta Acceptance Tests is imported, and then nothing is to be changed, or is refused by name", async () => {
    const refused: string[] = [];
    const names = readdirSync(dat);
    await mkdir(path.join(project.root, "dat"), { recursive: true });
    for (const name of names) {
      await symlink(path.join(dat, name, "delta"), path.join(project.root, "dat", name));
      try {
        const { authored, warnings } = await importDelta(project, path.join(project.root, "dat", name), undefined, []);
        expect(warnings, name).toEqual([]);
        await writeAuthored(project, authoredFiles(project, { format: 1, databases: [] }, [authored]), new AbortController().signal);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        expect(error.code).toBe("DELTA_UNSUPPORTED_FEATURE");
        refused.push(`${name}: ${error.message}`);
      }
    }
    console.log(`Delta Acceptance Tests: ${names.length - refused.length} of ${names.length} imported, refused: ${refused.join("; ") || "none"}`);
    expect(names.length - refused.length).toBeGreaterThanOrEqual(17);
    await expectNoChange(2 + names.length - refused.length);
  });
});

test("what cannot be declared is refused with the column and the way out, and nothing is written", async () => {
  const odd = path.join(place.folder, "lake/odd/keywords");
  await using _ = await createTable(odd, { schema: { order: types.long } });
  const keyword = await run("import", odd, "--json");
  expect(keyword.code).toBe(1);
  expect(JSON.parse(keyword.stdout)).toMatchObject({ error: { code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining('Column "order"'), hint: expect.stringContaining('--rename "order=order_"') } });
  const many = path.join(place.folder, "lake/odd/many");
  await using _many = await createTable(many, { schema: { order: types.long, "a-b": types.long, a_b: types.long, __row: types.long, fine: types.long } });
  const told = (JSON.parse((await run("import", many, "--json")).stdout) as { error: { message: string; hint: string } }).error;
  expect(told.message).toContain('"order" is a keyword of SQL; "a-b" is no word; "__row" is a name neuralake keeps for itself.');
  const renames = Array.from(told.hint.matchAll(/--rename "([^"]*)"/g), ([, rename = ""]) => rename);
  expect(renames).toEqual(["order=order_", "a-b=a_b_", "__row=_row"]);
  expect((await run("alter", many, ...renames.flatMap((rename) => ["--rename", rename]))).code).toBe(0);
  expect(JSON.parse((await run("import", many, "--as", "odd.many", "--json")).stdout)).toMatchObject({ tables: [{ columns: 5 }] });
  await rm(path.join(place.folder, "catalog/odd"), { recursive: true });
  const absent = await run("import", "./nowhere/there", "--json");
  expect(JSON.parse(absent.stdout)).toMatchObject({ error: { code: "DELTA_TABLE_NOT_FOUND" } });
  const several = await run("import", odd, odd, "--as", "a.b", "--json");
  expect([several.code, JSON.parse(several.stdout)]).toMatchObject([2, { error: { code: "USAGE" } }]);
  expect(["odd", "a", "nowhere"].filter((name) => existsSync(path.join(project.catalogDir, name)))).toEqual([]);
});
