/** A catalog as the compiler would hand it over, for the tests of reading requests. */
import type { Catalog, Column, Parameter, Source, Table } from "../../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";

const place = { file: "catalog/rides/database.ts", line: 1, column: 1, length: 1 };

export function column(name: string, type: ColumnType, nullable = false): Column {
  return { name, type, nullable, doc: "", place, words: [], rules: [], unique: false };
}

export function table(name: string, source: Source, columns: readonly Column[], key: readonly string[] = []): Table {
  return { database: "rides", name, symbol: name, doc: "", place, words: [], tags: [], source, columns, key, partitionBy: [], clusterBy: [], checks: [] };
}

function parameter(name: string, type: ColumnType, rest: Partial<Parameter> = {}): Parameter {
  return { name, doc: "", type, nullable: false, place, ...rest };
}

export const trips = table("trips", { kind: "delta" }, [
  column("trip_id", { kind: "int64" }), column("day", { kind: "day" }), column("picked_up_at", { kind: "timestamp" }), column("left_at", { kind: "local_timestamp" }),
  column("fare", { kind: "decimal", precision: 10, scale: 2 }), column("tip", { kind: "float64" }, true), column("paid_with", { kind: "enum", values: ["card", "cash"] }),
  column("note", { kind: "text" }, true), column("shared", { kind: "bool" }), column("stops", { kind: "array", element: { kind: "text" }, elementNullable: false }),
], ["day", "trip_id"]);

export const cityPulse = table("city_pulse", {
  kind: "sql", sql: { parts: ["SELECT 1 AS pickups FROM (SELECT 1 ORDER BY 1)"], place },
  parameters: [parameter("day", { kind: "day" }), parameter("atLeast", { kind: "int32" }, { default: 1 })],
}, [column("minute", { kind: "timestamp" }), column("pickups", { kind: "int64" })]);

export const busiest = table("busiest", { kind: "view", declared: false, sql: { parts: ["SELECT day, n FROM (SELECT 1) ORDER BY n"], place } }, [column("day", { kind: "day" }), column("n", { kind: "int64" })]);

export const rides: Catalog = {
  format: 1,
  databases: [
    { name: "fleet", doc: "", tables: [{ ...table("trips", { kind: "delta" }, [column("car", { kind: "text" })]), database: "fleet" }] },
    { name: "rides", doc: "", tables: [busiest, cityPulse, trips] },
  ],
};
