import { expect, test } from "vitest";
import type { Catalog, Column, Table } from "../../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { describeChange, planLake } from "../../../compiler/plan/plan.ts";

const place = { file: "catalog/rides/trips.ts", line: 1, column: 1, length: 1 };

function column(name: string, type: ColumnType, nullable = false): Column {
  return { name, type, nullable, doc: "", place, words: [], rules: [], unique: false };
}

function catalogOf(...tables: readonly Partial<Table>[]): Catalog {
  const whole = tables.map((table): Table => ({
    database: "rides", name: "trips", symbol: "Trips", doc: "", place, words: [], tags: [], source: { kind: "delta" },
    columns: [], key: [], partitionBy: [], clusterBy: [], checks: [], ...table,
  }));
  return { format: 1, databases: [{ name: "rides", doc: "", tables: whole }] };
}

const trips = { columns: [column("trip_id", { kind: "int64" }), column("day", { kind: "day" })], partitionBy: ["day"] };

test("a declared table that the lake does not have is created, which is safe", () => {
  expect(planLake(catalogOf(trips), [])).toEqual([{ kind: "create-table", table: "rides.trips", risk: "safe", text: "create the table: 2 columns, partitioned by day" }]);
});

test("a table that is as declared needs no change, and tables that are no Delta tables have no place in the lake", () => {
  const catalog = catalogOf(trips, { name: "places", source: { kind: "csv", location: "places.csv", header: true, delimiter: ",", nulls: [""] } });
  expect(planLake(catalog, [{ table: "rides.trips", columns: trips.columns, partitionBy: ["day"] }])).toEqual([]);
});

test("every column that differs is named, with how it is declared and how it is kept", () => {
  const [change, ...more] = planLake(catalogOf(trips), [{
    table: "rides.trips",
    columns: [{ name: "trip_id", type: { kind: "int32" }, nullable: true }, { name: "fare", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: false }],
    partitionBy: [],
  }]);
  expect(more).toEqual([]);
  expect(change).toMatchObject({ kind: "schema-differs", risk: "destructive" });
  expect(change === undefined ? "" : describeChange(change)).toBe([
    "rides.trips: the lake keeps it otherwise, and this version cannot change that",
    "trip_id: declared as Int64, in the lake Int32 | null",
    "day: declared as Day, not in the lake",
    "fare: in the lake as Decimal<10, 2>, not declared",
    "partitioning: declared as day, in the lake none",
  ].join("\n"));
});

test.each([
  ["a new column that may be null only adds", [column("note", { kind: "text" }, true)], "additive"],
  ["a new column that is always there breaks what appends", [column("note", { kind: "text" })], "breaking"],
])("%s", (_, added, risk) => {
  const declared = { ...trips, columns: [...trips.columns, ...added] };
  expect(planLake(catalogOf(declared), [{ table: "rides.trips", ...trips }])).toMatchObject([{ risk }]);
});
