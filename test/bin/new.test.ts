/** `neuralake new`: what it writes compiles at once, and it writes over nothing. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, temporaryFolder, type Outcome } from "./command.ts";

let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  place = await temporaryFolder();
  await mkdir(join(place.folder, "catalog"));
});
afterAll(() => place.remove());

const run = (...args: string[]): Promise<Outcome> => runCommand(place.folder, args);
const errorOf = (outcome: Outcome): { code: string; message: string; hint: string } => (JSON.parse(outcome.stdout) as { error: { code: string; message: string; hint: string } }).error;

test("a table of each kind is begun, compiles as it stands, and a Delta table is all there is to apply", async () => {
  const kinds = ["delta", "parquet", "csv", "json", "view"];
  const told = [];
  for (const kind of kinds) told.push(JSON.parse((await run("new", `rides.${kind}_rows`, "--kind", kind, "--json")).stdout));
  expect(told).toEqual(kinds.map((kind, k) => ({ table: `rides.${kind}_rows`, kind, files: [...(k === 0 ? ["catalog/rides/database.ts"] : []), `catalog/rides/${kind}_rows.ts`] })));
  expect((await readdir(join(place.folder, "catalog/rides"))).length).toBe(6);
  const compiled = JSON.parse((await run("compile", "--json")).stdout) as { tables: number; diagnostics: unknown[] };
  expect([compiled.tables, compiled.diagnostics]).toEqual([5, []]);
  const plan = JSON.parse((await run("plan", "--json")).stdout) as { changes: { table: string; kind: string }[] };
  expect(plan.changes.map(({ table, kind }) => [table, kind])).toEqual([["rides.delta_rows", "create-table"]]);
});

test("without --json it says what it wrote and what comes next, and of a database that sounds like another that it is new", async () => {
  expect((await run("new", "rides.others")).code).toBe(0);
  const { code, stdout, stderr } = await run("new", "rydes.trips");
  expect([code, stdout]).toEqual([0, "wrote catalog/rydes/database.ts\nwrote catalog/rydes/trips.ts\nsay in it what a row is and which columns it has, then: neuralake compile && neuralake apply\n"]);
  expect(stderr).toContain("if rides was meant");
  expect(await readFile(join(place.folder, "catalog/rydes/trips.ts"), "utf8")).toMatch(/^import \{ deltaTable, key \} from "neuralake";\nimport type \{ Int64 \} from "neuralake";\n\n\/\*\* .+ \*\/\n@deltaTable\(\)\nexport class Trips \{\n/);
});

test("what is there is never written over, neither the file nor a table that is declared elsewhere", async () => {
  await run("new", "shop.orders");
  await writeFile(join(place.folder, "catalog/shop/orders.ts"), "// the author's\n");
  const again = await run("new", "shop.orders", "--json");
  expect([again.code, errorOf(again).message]).toEqual([2, "shop.orders is there already, in catalog/shop/orders.ts"]);
  expect(await readFile(join(place.folder, "catalog/shop/orders.ts"), "utf8")).toBe("// the author's\n");
});

test.each([
  ["Rides.TripEvents", "'Rides.TripEvents' is no name of a table", "Did you mean rides.trip_events?"],
  ["trips", "'trips' is no name of a table", "say its database too"],
  ["a.b.c", "'a.b.c' is no name of a table", "written database.table"],
  ["other.order", "order cannot be the name of a table: it is a keyword of SQL", "(NL2007)"],
  ["main.trips", "main cannot be the name of a database", "(NL2007)"],
  ["other.trips__dead", "trips__dead cannot be the name of a table", "(NL2007)"],
])("%s is wrong use, and nothing is written", async (name, message, hint) => {
  const outcome = await run("new", name, "--json");
  expect(outcome.code).toBe(2);
  expect(errorOf(outcome).code).toBe("USAGE");
  expect(errorOf(outcome).message).toContain(message);
  expect(errorOf(outcome).hint).toContain(hint);
  expect(["Rides", "other", "main", "a"].filter((folder) => existsSync(join(place.folder, "catalog", folder)))).toEqual([]);
});
