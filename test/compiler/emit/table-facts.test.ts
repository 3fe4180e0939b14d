import { expect, test } from "vitest";
import { rowTypeNames, versionedSources } from "../../../compiler/emit/table-facts.ts";
import type { Source, Table } from "../../../compiler/ir/catalog.ts";

const place = { file: "catalog/a/b.ts", line: 1, column: 1, length: 1 };

function table(name: string, source: Source = { kind: "delta" }): Table {
  const [database = "", own = ""] = name.split(".");
  return { database, name: own, symbol: own, doc: "", place, words: [], tags: [], source, columns: [], key: [], partitionBy: [], clusterBy: [], checks: [] };
}

function view(name: string, ...reads: string[]): Table {
  return table(name, { kind: "view", declared: true, sql: { parts: [], place }, reads });
}

test("two tables whose types would have one name are told apart, and no type takes a name of the client's own", () => {
  const names = rowTypeNames([table("a_b.c"), table("a.b_c"), table("client.lake"), table("rides.trips")]);
  expect([...names.values()]).toEqual(["AB_C", "A_BC", "Client_Lake", "RidesTrips"]);
});

test("the Delta tables beneath a view are found through other views, each once", () => {
  const sources = versionedSources([table("r.trips"), table("r.places", { kind: "csv", location: "", header: true, delimiter: ",", nulls: [] }), view("r.v", "r.trips", "r.places"), view("r.w", "r.v", "r.trips"), view("r.x", "r.places")]);
  expect([...sources].map(([name, found]) => [name, [...found]])).toEqual([["r.trips", ["r.trips"]], ["r.places", []], ["r.v", ["r.trips"]], ["r.w", ["r.trips"]], ["r.x", []]]);
});
