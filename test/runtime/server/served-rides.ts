/** A lake with a few rides in it, in a directory of its own, and a server of it on a free port. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Catalog, Check, Column, Parameter, Source, SqlPart, Table } from "../../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { openServer } from "../../../runtime/server/server.ts";
import type { ServerOptions } from "../../../runtime/server/server.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { column } from "./rides.ts";

const place = { file: "catalog/rides/database.ts", line: 1, column: 1, length: 1 };
const sql = (...parts: SqlPart[]) => ({ parts, place });
const trips: SqlPart = { table: "rides.trips", alias: "t" };

function table(name: string, source: Source, columns: readonly Column[], facts: Partial<Table> = {}): Table {
  return { database: "rides", name, symbol: name, doc: `About ${name}.`, place, words: [], tags: [], source, columns, key: [], partitionBy: [], clusterBy: [], checks: [], ...facts };
}

function parameter(name: string, type: ColumnType, rest: Partial<Parameter> = {}): Parameter {
  return { name, doc: "", type, nullable: false, place, ...rest };
}

const paid: Check = { name: "isPaid", doc: "", onFail: "quarantine", sql: sql({ column: "fare", alias: "" }, " >= 0"), place };
const old: Check = { name: "isOld", doc: "", onFail: "warn", sql: sql({ column: "trip_id", alias: "" }, " < 1000000"), place };

export const catalog: Catalog = {
  format: 1,
  databases: [{
    name: "rides", doc: "", tables: [
      table("by_day", {
        kind: "view", declared: false, reads: ["rides.trips"],
        sql: sql("SELECT ", { column: "day", alias: "t" }, " AS day, count(*) AS n FROM ", trips, " GROUP BY 1"),
      }, [column("day", { kind: "day" }), column("n", { kind: "int64" })]),
      table("city_pulse", {
        kind: "sql", parameters: [parameter("day", { kind: "day" }), parameter("atLeast", { kind: "int32" }, { default: 1 })], reads: ["rides.trips"],
        sql: sql("SELECT ", { column: "paid_with", alias: "t" }, " AS paid_with, count(*) AS n FROM ", trips, " WHERE ", { column: "day", alias: "t" }, " = ", { parameter: "day" }, " GROUP BY 1 HAVING count(*) >= ", { parameter: "atLeast" }),
      }, [column("paid_with", { kind: "text" }), column("n", { kind: "int64" })]),
      table("drivers", { kind: "rows", module: "rides.js", name: "drivers", parameters: [] }, [column("driver", { kind: "int64" }), column("name", { kind: "text" })], { key: ["driver"] }),
      table("trips", { kind: "delta" }, [
        column("trip_id", { kind: "int64" }), column("day", { kind: "day" }), column("fare", { kind: "decimal", precision: 10, scale: 2 }), column("tip", { kind: "float64" }, true),
        column("paid_with", { kind: "enum", values: ["card", "cash"] }), column("note", { kind: "text" }, true),
      ], { key: ["day", "trip_id"], checks: [paid, old] }),
      table("zones", { kind: "csv", location: "zones.csv", header: true, delimiter: ",", nulls: [""] }, [column("zone", { kind: "text" }), column("borough", { kind: "text" })], { key: ["zone"] }),
    ],
  }],
};

const day = (text: string) => Temporal.PlainDate.from(text);

export const rows: readonly Row[] = [
  { trip_id: 1n, day: day("2026-08-01"), fare: "10.00", tip: 1.5, paid_with: "card", note: "a, \"b\"" },
  { trip_id: 2n, day: day("2026-08-01"), fare: "10.00", tip: null, paid_with: "cash", note: null },
  { trip_id: 3n, day: day("2026-08-01"), fare: "10.00", tip: Number.NaN, paid_with: "card", note: "" },
  { trip_id: 9007199254740993n, day: day("2026-08-02"), fare: "99999999.99", tip: 0, paid_with: "cash", note: "it's" },
  { trip_id: 9007199254740993n, day: day("2026-08-03"), fare: "0.10", tip: 0.1, paid_with: "card", note: "x/y" },
  { trip_id: 9007199254740993n, day: day("2026-08-03"), fare: "0.10", tip: 0.1, paid_with: "card", note: "x/y" },
];

export interface ServedRides { readonly url: string; readonly lake: Lake; readonly signals: AbortSignal[]; close(): Promise<void> }

/** `rides.trips` holds `rows`, in version 1. `signals` are those of the queries the server asked, in their order. */
export async function serveRides(options: Partial<ServerOptions> = {}): Promise<ServedRides> {
  const project = await mkdtemp(join(tmpdir(), "neuralake-server-"));
  await mkdir(join(project, "lake"));
  await writeFile(join(project, "zones.csv"), 'zone,borough\nA,"Queens, NY"\nB,Bronx\n');
  const functions = { "rides.drivers": () => [{ driver: 1n, name: "Ada" }, { driver: 2n, name: "Bo" }] };
  const lake = await openLake({ catalog, root: join(project, "lake"), project, functions });
  await lake.create("rides.trips");
  await lake.append("rides.trips", rows);
  const signals: AbortSignal[] = [];
  const watched = {
    catalog,
    query: (request: Parameters<Lake["query"]>[0]) => {
      if (request.signal !== undefined) signals.push(request.signal);
      return lake.query(request);
    },
    append: lake.append.bind(lake),
    deleteRows: lake.deleteRows.bind(lake),
    updateRows: lake.updateRows.bind(lake),
    mergeRows: lake.mergeRows.bind(lake),
    versions: lake.versions.bind(lake),
    states: lake.states.bind(lake),
  };
  const server = await openServer({ lake: watched, openapi: { openapi: "3.1.0", info: { title: "rides", version: "1" }, paths: {} }, host: "127.0.0.1", port: 0, log: "silent", ...options });
  return {
    url: server.url, lake, signals,
    async close() {
      await server.close();
      await lake.close();
      await rm(project, { recursive: true });
    },
  };
}
