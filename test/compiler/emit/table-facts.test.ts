import { expect, test } from "vitest";
import { typeNames, versionedSources } from "../../../compiler/emit/table-facts.ts";
import type { Catalog, Source, Table } from "../../../compiler/ir/catalog.ts";

const place = { file: "catalog/a/b.ts", line: 1, column: 1, length: 1 };

function table(name: string, source: Source = { kind: "delta" }): Table {
  const [database = "", own = ""] = name.split(".");
  return { database, name: own, symbol: own, doc: "", place, words: [], tags: [], source, columns: [], key: [], partitionBy: [], clusterBy: [], checks: [] };
}

function view(name: string, ...reads: string[]): Table {
  return table(name, { kind: "view", declared: true, sql: { parts: [], place }, reads });
}

function catalogOf(...tables: readonly Table[]): Catalog {
  return { format: 1, databases: [...Map.groupBy(tables, (own) => own.database)].map(([name, own]) => ({ name, doc: "", tables: own })) };
}

test("two tables whose types would have one name are told apart, and no type takes a name of the client's own", () => {
  const tables = [table("a_b.c"), table("a.b_c"), table("client.lake"), table("rides.trips")];
  expect(tables.map(typeNames(catalogOf(...tables))).map(({ row }) => row)).toEqual(["AB_C", "A_BC", "Client_Lake", "RidesTrips"]);
});

test("a table that is called as the type of another's parameters or new rows would be is told apart from it", () => {
  const day = { name: "day", doc: "", type: { kind: "day" }, nullable: true, place, words: [], rules: [], unique: false } as const;
  const called = table("rides.pulse", { kind: "sql", sql: { parts: [], place }, parameters: [day] });
  const tables = [called, table("rides.pulse_call"), { ...table("rides.trips"), columns: [day] }, table("new_rides.trips")];
  expect(tables.map(typeNames(catalogOf(...tables)))).toMatchObject([{ row: "RidesPulse", call: "RidesPulseCall" }, { row: "Rides_PulseCall" }, { row: "RidesTrips", newRow: "NewRidesTrips" }, { row: "NewRides_Trips" }]);
});

test("the Delta tables beneath a view are found through other views, each once", () => {
  const tables = [table("r.trips"), table("r.places", { kind: "csv", location: "", header: true, delimiter: ",", nulls: [] }), view("r.v", "r.trips", "r.places"), view("r.w", "r.v", "r.trips"), view("r.x", "r.places")];
  expect(tables.map(versionedSources(catalogOf(...tables))).map((found) => [...found])).toEqual([["r.trips"], [], ["r.trips"], ["r.trips"], []]);
});
