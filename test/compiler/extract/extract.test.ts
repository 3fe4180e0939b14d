import path from "node:path";
import { describe, expect, test } from "vitest";
import { check } from "../../../compiler/check/check.ts";
import { settle } from "../../../compiler/diagnostics/settle.ts";
import { extract } from "../../../compiler/extract/extract.ts";
import { allTables, fullName } from "../../../compiler/ir/names.ts";
import { typeName } from "../../../compiler/ir/type-name.ts";
import type { Table } from "../../../compiler/ir/catalog.ts";
import { extractFiles, language, tableFile } from "../written-project.ts";

const examples = path.join(import.meta.dirname, "language-examples");

describe("the examples of the language", () => {
  const { catalog, diagnostics, functions } = extract({ project: examples, catalogDir: "catalog" });
  const tables = new Map<string, Table>(allTables(catalog).map((table) => [fullName(table), table]));

  test("are read without an error", () => {
    expect(diagnostics).toEqual([]);
    const said = settle(check(catalog));
    expect(said).toEqual([]);
  });

  test("give their database, its tables in order of name, and the owner each falls back to", () => {
    expect(catalog.databases.map(({ name, doc, owner }) => ({ name, doc, owner }))).toEqual([{ name: "rides", doc: "Everything the riding business records.", owner: "rides" }]);
    expect([...tables.values()].map((table) => [table.name, table.symbol, table.source.kind, table.owner])).toEqual([
      ["city_pulse", "cityPulse", "sql", "rides"], ["daily_revenue", "DailyRevenue", "materialized", "finance"],
      ["supplier", "supplier", "rows", "rides"], ["trip_events", "TripEvents", "delta", "rides"], ["trips", "Trips", "delta", "rides"],
    ]);
  });

  test("give a stored table's columns with type, comment and words", () => {
    const trips = tables.get("rides.trips");
    expect(trips?.columns.map((column) => [column.name, typeName(column.type, column.nullable), column.doc])).toEqual([
      ["trip_id", "Int64", "Ride number, never reused."], ["dropoff_day", "Day", "City-local day of the drop-off."],
      ["picked_up_at", "Timestamp", ""], ["dropped_off_at", "Timestamp", ""],
      ["rider_email", "Text | null", "Where the receipt went; absent for cash rides."], ["passengers", "Int32", ""],
      ["fare", "Decimal<10, 2>", "What the rider paid, tip included."], ["paid_with", "\"card\" | \"cash\" | \"voucher\"", ""],
    ]);
    expect(trips).toMatchObject({
      doc: "One finished ride, from pick-up to drop-off.", layer: "silver", freshness: "15m", retain: "730d", key: ["trip_id"], partitionBy: ["dropoff_day"],
      place: { file: "catalog/rides/trips.ts", line: 6, column: 14, length: 5 },
    });
    expect(trips?.columns[4]?.pii).toEqual({ category: "email", mask: "hash" });
    expect(trips?.columns[6]?.rules).toEqual([{ kind: "between", low: "0", high: "10000" }]);
    expect(trips?.columns[6]?.words).toEqual([{ name: "between", args: [0, 10000], place: { file: "catalog/rides/trips.ts", line: 26, column: 3, length: 19 } }]);
  });

  test("give what feeds a table, and what each of its columns takes from a message", () => {
    const events = tables.get("rides.trip_events");
    expect(events?.stream).toEqual({ kind: "kafka", topic: "rides.trip-events.v1", format: "json", deadLetter: "rides.trip-events.v1.dead" });
    expect(events?.columns.map(({ name, from, kafka, dayOf }) => [name, from, kafka, dayOf])).toEqual([
      ["event_id", "eventId", undefined, undefined], ["trip_id", "trip.id", undefined, undefined],
      ["seen_at", undefined, "timestamp", undefined], ["seen_day", undefined, undefined, "seen_at"],
    ]);
  });

  test("give a check as a condition over the row itself", () => {
    expect(tables.get("rides.trips")?.checks).toMatchObject([{
      name: "endsAfterItStarts", doc: "A ride ends after it starts.", onFail: "quarantine",
      sql: { parts: [{ column: "dropped_off_at", alias: "" }, " > ", { column: "picked_up_at", alias: "" }] },
    }]);
  });

  test("give a function's SQL, its references apart, and its parameters with prose and defaults", () => {
    const source = tables.get("rides.city_pulse")?.source;
    expect(source).toMatchObject({
      kind: "sql",
      parameters: [
        { name: "day", doc: "city-local day to look at", type: { kind: "day" }, nullable: false },
        { name: "atLeast", doc: "leave out quieter minutes", type: { kind: "int32" }, nullable: false, default: 1 },
      ],
    });
    const parts = source?.kind === "sql" ? source.sql.parts : [];
    expect(parts.filter((part) => typeof part !== "string")).toEqual([
      { column: "picked_up_at", alias: "trips" }, { table: "rides.trips", alias: "trips" }, { column: "dropoff_day", alias: "trips" },
      { parameter: "day" }, { parameter: "atLeast" },
    ]);
    expect(parts[0]).toBe("\n      SELECT date_trunc('minute', ");
  });

  test("give the columns of a row function from its interface", () => {
    expect(tables.get("rides.supplier")).toMatchObject({
      source: { kind: "rows", module: "rides.js", name: "supplier", input: "In-memory list, for demonstration.", parameters: [] },
      columns: [{ name: "s_suppkey", doc: "Supplier number.", type: { kind: "int64" } }, { name: "s_name", doc: "", type: { kind: "text" } }],
    });
    expect(functions.map((module) => module.module)).toEqual(["rides.js"]);
  });
});

test("a span of each part leads back to its place in the source", () => {
  const source = `${language}
@view()
export class Totals {
  static query(t = columns(Totals, "x")) {
    return sql\`SELECT 1 AS a
      FROM \${t} WHERE '\\d' = 'é𝄞' AND \${t.a} > 1\`;
  }
  a: Int64;
}
`;
  const { catalog, diagnostics } = extractFiles({ "catalog/rides/totals.ts": source });
  expect(diagnostics).toEqual([]);
  const query = catalog.databases[0]?.tables[0]?.source;
  const { parts, spans = [] } = query?.kind === "view" ? query.sql : { parts: [] };
  const lines = source.split("\n");
  const texts = spans.map(({ line, column, length }) => lines.slice(line - 1).join("\n").slice(column - 1, column - 1 + length));
  expect(texts).toEqual(["SELECT 1 AS a\n      FROM ", "${t}", " WHERE '\\d' = 'é𝄞' AND ", "${t.a}", " > 1"]);
  expect(parts).toEqual(["SELECT 1 AS a\n      FROM ", { table: "rides.totals", alias: "x" }, " WHERE '\\d' = 'é𝄞' AND ", { column: "a", alias: "x" }, " > 1"]);
});

test("types are followed through aliases, interfaces and other files", () => {
  const { catalog, diagnostics } = extractFiles({
    "catalog/rides/stops.ts": `${language}
export type Paid = "card" | "cash" | null;
export interface Stop {
  /** Where. */
  name: Text;
  at: Timestamp | null;
}
@jsonTable({ location: "stops.json", lines: true })
export class Stops { stop: Stop }
`,
    "catalog/rides/trips.ts": `import { deltaTable as stored } from "neuralake";
import type { Int8 as Byte, Text } from "neuralake";
import type { Paid, Stop } from "./stops.js";
@stored()
export class Trips {
  paid: Paid;
  stops: readonly Stop[];
  counts: Record<string, Byte | null>;
  inline: { deep: Array<Text | null> } | null;
  one: "only";
}
`,
  });
  expect(diagnostics).toEqual([]);
  const trips = catalog.databases[0]?.tables.find((table) => table.name === "trips");
  expect(trips?.columns.map((column) => typeName(column.type, column.nullable))).toEqual([
    "\"card\" | \"cash\" | null", "{ name: Text; at: Timestamp | null }[]", "Record<string, Int8 | null>", "{ deep: (Text | null)[] } | null", "\"only\"",
  ]);
  expect(trips?.columns[1]?.type).toMatchObject({ element: { fields: [{ name: "name", doc: "Where." }, { name: "at", nullable: true }] } });
});

test("words keep every kind of argument", () => {
  const { catalog, diagnostics } = extractFiles({
    "catalog/rides/trips.ts": tableFile(`
  @between(-9223372036854775808n, "99999999999999999999.5") fare: Decimal<38, 2>;
  @between(1e-7, 1.5e3) share: Float64;
  @matches(/^[a-z]\\/+$/i) code: Text;
  @references(() => Trips, "code") other: Text | null;`, "@csvTable({ location: \"t.csv\", header: false, delimiter: \";\", nulls: [\"\", \"NA\"] })"),
  });
  expect(diagnostics).toEqual([]);
  const table = catalog.databases[0]?.tables[0];
  expect(table?.source).toEqual({ kind: "csv", location: "t.csv", header: false, delimiter: ";", nulls: ["", "NA"] });
  expect(table?.columns.map((column) => column.words[0]?.args)).toEqual([
    [{ bigint: "-9223372036854775808" }, "99999999999999999999.5"], [1e-7, 1500], [{ pattern: "^[a-z]\\/+$", flags: "i" }], [{ reference: "rides.trips" }, "code"],
  ]);
  expect(table?.columns.flatMap((column) => column.rules)).toEqual([
    { kind: "between", low: "-9223372036854775808", high: "99999999999999999999.5" }, { kind: "between", low: "0.0000001", high: "1500" }, { kind: "matches", pattern: "^[a-z]\\/+$", flags: "i" },
  ]);
  expect(table?.columns[3]?.references).toEqual({ table: "rides.trips", column: "code" });
});

test("defaults are spelled as JSON would carry them", () => {
  const { catalog, diagnostics } = extractFiles({
    "catalog/rides/trips.ts": tableFile("a: Int64;"),
    "catalog/rides/database.ts": `${language}
@database() export class Rides {
  /** @deprecated ask trips */
  @table() static all(a: Int64 = -5n, b: Int64 = 9223372036854775807n, c: Decimal<4, 2> = "1.5", d: Day = Temporal.PlainDate.from("2026-08-01"),
    e: Timestamp = Temporal.Instant.from("2026-08-01T02:00:00+02:00"), f: Float64 = -Infinity, g: Text | null = null, h: "x" | "y" = "y", i: Bool = true,
    j: Float32 = 0.5, k: Uuid = "00000000-0000-4000-8000-00000000000A") {
    return sql\`SELECT 1 AS a\`;
  }
}`,
  });
  expect(diagnostics).toEqual([]);
  const all = catalog.databases[0]?.tables[0];
  expect(all?.deprecated).toBe("ask trips");
  const parameters = all?.source.kind === "sql" ? all.source.parameters : [];
  expect(parameters.map((parameter) => parameter.default)).toEqual([
    -5, "9223372036854775807", "1.50", "2026-08-01", "2026-08-01T00:00:00Z", "-Infinity", null, "y", true, 0.5, "00000000-0000-4000-8000-00000000000a",
  ]);
});

test("the same source read twice gives the same catalog, without an absolute path in it", () => {
  const read = (): string => JSON.stringify(extract({ project: examples, catalogDir: path.join(examples, "catalog") }));
  expect(read()).toBe(read());
  expect(read()).not.toContain(examples);
});
