import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compile } from "../../compiler/compile.ts";

const trips = `import { deltaTable, key } from "neuralake";
import type { Int64 } from "neuralake";

/** One finished ride. */
@deltaTable()
export class Trips {
  @key()
  trip_id: Int64;
}
`;

let project: string;
beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), "neuralake-compile-"));
});
afterEach(() => rmSync(project, { recursive: true }));

function put(file: string, text: string): void {
  mkdirSync(path.join(project, path.dirname(file)), { recursive: true });
  writeFileSync(path.join(project, file), text);
}

function generated(file: string): string {
  return readFileSync(path.join(project, "generated", file), "utf8");
}

test("copying one table's file into the catalog makes it appear in the client, in OpenAPI and on the site, with no other edit", async () => {
  put("catalog/rides/trips.ts", trips);
  await compile({ project });
  put("catalog/rides/drivers.ts", trips.replace("finished ride", "driver").replace("Trips", "Drivers").replace("trip_id", "driver_id"));
  const { diagnostics, written, removed } = await compile({ project });
  expect({ diagnostics, removed }).toEqual({ diagnostics: [], removed: [] });
  expect(written).toEqual(["catalog.json", "client/index.ts", "client/rest.ts", "diagrams/rides.mmd", "json-schema/rides/drivers.json", expect.stringMatching(/^migrations\/0002-[0-9a-f]{12}\.json$/) as string, "openapi.json", "site/index.json", "site/tables/rides.json"]);
  expect(generated("client/index.ts")).toContain('"rides.drivers": RidesDrivers;');
  expect(generated("client/rest.ts")).toContain('"/api/tables/rides.drivers/{driver_id}": KeyPath<Row<"rides.drivers">, "driver_id">;');
  expect(Object.keys((JSON.parse(generated("openapi.json")) as { paths: object }).paths)).toEqual(expect.arrayContaining(["/api/tables/rides.drivers", "/api/tables/rides.drivers/{driver_id}"]));
  expect(JSON.parse(generated("site/tables/rides.json"))).toMatchObject({ tables: [{ name: "drivers", doc: "One driver." }, { name: "trips" }] });
});

test("with an error in the catalog nothing is written, and everything that is wrong is said at once", async () => {
  put("catalog/rides/trips.ts", trips);
  await compile({ project });
  const before = generated("catalog.json");
  put("catalog/rides/trips.ts", trips.replace("trip_id: Int64;", "trip_id: Int64;\n  fare: Int65;"));
  put("catalog/rides/pulse.ts", 'import { sql, view } from "neuralake";\nimport type { Int64 } from "neuralake";\n\n/** Wrong SQL. */\n@view()\nexport class Pulse {\n  n: Int64;\n\n  static query() {\n    return sql`SELEC 1 AS n`;\n  }\n}\n');
  const { diagnostics, files, written } = await compile({ project });
  expect({ files, written }).toEqual({ files: [], written: [] });
  expect(diagnostics.map(({ code, place }) => [code, place.file, place.line, place.column])).toEqual([
    ["NL3001", "catalog/rides/pulse.ts", 10, 16],
    ["NL1031", "catalog/rides/trips.ts", 9, 9],
  ]);
  expect(generated("catalog.json")).toBe(before);
});

test("a second compile of the same catalog writes nothing; a table that is gone leaves no trace", async () => {
  put("catalog/rides/trips.ts", trips);
  put("catalog/people/riders.ts", trips.replace("Trips", "Riders"));
  await compile({ project });
  expect(await compile({ project })).toMatchObject({ written: [], removed: [] });
  rmSync(path.join(project, "catalog/people"), { recursive: true });
  expect((await compile({ project })).removed).toEqual(["diagrams/people.mmd", "json-schema/people/riders.json", "site/tables/people.json"]);
  expect(generated("openapi.json")).not.toContain("riders");
});

test("--check writes nothing and names what is out of date", async () => {
  put("catalog/rides/trips.ts", trips);
  const { stale, written } = await compile({ project, check: true });
  expect(written).toEqual([]);
  expect(stale).toContain("client/index.ts");
  expect(existsSync(path.join(project, "generated"))).toBe(false);
  await compile({ project });
  expect((await compile({ project, check: true })).stale).toEqual([]);
});

test("nothing in the generated files says where the project lies, and a generated folder elsewhere still finds it", async () => {
  put("catalog/rides/trips.ts", trips);
  const compiled = await compile({ project, generatedDir: "src/made/generated" });
  const files = compiled.files.map((file) => ({ path: file.path, text: Buffer.concat(file.parts).toString("utf8") }));
  expect(files.filter((file) => file.text.includes(project))).toEqual([]);
  expect(files.find((file) => file.path === "client/index.ts")?.text).toContain('new URL("../../../../", import.meta.url)');
});

test("a package.json that is not JSON is told like any other mistake, and nothing is written", async () => {
  put("catalog/rides/trips.ts", trips);
  put("package.json", "{ nope");
  const { diagnostics, written } = await compile({ project });
  expect(diagnostics.map(({ code, place }) => [code, place.file])).toEqual([["NL1067", "package.json"]]);
  expect(written).toEqual([]);
});
