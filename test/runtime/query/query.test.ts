import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogOf, column, newDirectory, openFixture, table, template, writeParquet } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

const trips = [column("trip_id", "int64"), column("fare", { kind: "decimal", precision: 10, scale: 2 }), column("paid_with", { kind: "enum", values: ["card", "cash"] }), column("day", "day")];
const parameter = { doc: "", nullable: false, place: { file: "", line: 1, column: 1, length: 1 } };

let lake: Fixture;

beforeAll(async () => {
  const directory = await newDirectory();
  const file = (name: string): string => path.join(directory, "lake", name);
  await writeParquet(file("t0.parquet"), "SELECT i AS trip_id, CAST(i / 4 AS DECIMAL(10,2)) AS fare, CASE WHEN i % 2 = 0 THEN 'card' ELSE 'cash' END AS paid_with FROM range(10) t(i)");
  await writeParquet(file("t1.parquet"), "SELECT 100 AS trip_id, 'cash' AS paid_with");
  const catalog = catalogOf(
    table("rides", "trips", { kind: "delta" }, trips),
    table("rides", "empty", { kind: "delta" }, trips),
    table("rides", "by_payment", { kind: "view", declared: false, sql: template("SELECT ", { column: "paid_with", alias: "trips" }, ", count(*) AS n, sum(", { column: "trip_id", alias: "trips" }, ") AS ids FROM ", { table: "rides.trips", alias: "trips" }, " GROUP BY 1 ORDER BY 1") },
      [column("paid_with", "text"), column("n", "int64"), column("ids", { kind: "decimal", precision: 38, scale: 0 })]),
    table("rides", "from_day", {
      kind: "sql",
      sql: template("SELECT trip_id, day FROM ", { table: "rides.trips", alias: "t" }, " WHERE day >= ", { parameter: "day" }, " AND trip_id >= ", { parameter: "atLeast" }, " ORDER BY trip_id"),
      parameters: [{ ...parameter, name: "day", type: { kind: "day" } }, { ...parameter, name: "atLeast", type: { kind: "int64" }, default: 0 }],
    }, [column("trip_id", "int64"), column("day", "day")]),
    table("demo", "supplier", { kind: "rows", module: "demo.js", name: "supplier", parameters: [{ ...parameter, name: "first", type: { kind: "int64" }, default: 1 }] }, [column("s_suppkey", "int64"), column("s_name", "text")]),
  );
  const one = { url: file("t0.parquet"), partitionValues: { day: "2026-08-01" } };
  const two = { url: file("t1.parquet"), partitionValues: { day: "" } };
  lake = await openFixture(directory, {
    catalog,
    versions: {
      "rides.trips": [{ columns: trips, partitionColumns: ["day"], files: [one] }, { columns: trips, partitionColumns: ["day"], files: [one, two] }],
      "rides.empty": [{ columns: trips, files: [] }],
    },
    rows: { "demo.supplier": ([first]) => [1n, 2n, 3n].map((k) => ({ s_suppkey: (first as bigint) + k, s_name: `Supplier#${k}` })) },
  });
});
afterAll(() => lake.close());

describe("a query over Delta tables", () => {
  test("reads exactly the live files, missing columns as null and partition columns from the snapshot", async () => {
    expect(await lake.rows("SELECT * FROM rides.trips WHERE trip_id >= 9 ORDER BY trip_id")).toEqual([
      { trip_id: 9n, fare: "2.25", paid_with: "cash", day: Temporal.PlainDate.from("2026-08-01") },
      { trip_id: 100n, fare: null, paid_with: "cash", day: null },
    ]);
  });

  test("names its tables with their versions", async () => {
    const result = await lake.query("SELECT count(*) AS n FROM rides.trips, rides.empty");
    expect(result.tables).toEqual([{ table: "rides.empty", version: 0, committed: 1000 }, { table: "rides.trips", version: 1, committed: 1001 }]);
    expect(result.volatile).toBe(false);
    for await (const batch of result.batches) expect(batch.numRows).toBe(1);
  });

  test("gives no rows of the right types from a table without files", async () => {
    const result = await lake.query("SELECT * FROM rides.empty");
    expect(result.columns.map(({ type }) => type.kind)).toEqual(["int64", "decimal", "text", "day"]);
    expect(await lake.rows("SELECT * FROM rides.empty")).toEqual([]);
  });

  test("resolves names without regard to case, bare names when unique, and columns by the table's full name", async () => {
    for (const from of ["RIDES.Trips", "trips", '"rides"."trips"', "TRIPS"]) expect(await lake.rows(`SELECT count(*) AS n FROM ${from}`)).toEqual([{ n: 11n }]);
    expect(await lake.rows('SELECT "rides"."trips"."trip_id" FROM "rides"."trips" WHERE rides.trips.trip_id = 3 AND trips.trip_id < 9')).toEqual([{ trip_id: 3n }]);
  });

  test("travels with AT, beside the newest, and keeps qualified columns", async () => {
    expect(await lake.rows("SELECT count(*) AS n FROM rides.trips AT (VERSION => 0)")).toEqual([{ n: 10n }]);
    expect(await lake.rows("SELECT max(rides.trips.trip_id) AS m FROM rides.trips AT (VERSION => 1 - 1) WHERE trips.fare > 0")).toEqual([{ m: 9n }]);
    expect(await lake.rows("SELECT count(*) AS n FROM rides.trips a AT (VERSION => 0) JOIN rides.trips b USING (trip_id)")).toEqual([{ n: 10n }]);
    expect(await lake.rows("SELECT count(*) AS n FROM trips AT (TIMESTAMP => TIMESTAMPTZ '2020-06-01 00:00:00+02')")).toEqual([{ n: 10n }]);
    await expect(lake.query("SELECT 1 FROM rides.by_payment AT (VERSION => 0)")).rejects.toMatchObject({ code: "SQL_INVALID" });
  });

  test("travels as a whole: a version with one table, a time with any", async () => {
    for (let k = 0; k < 2; k += 1) expect(await lake.rows("SELECT sum(n) AS n FROM rides.by_payment", [], { asOf: { version: 0 } })).toEqual([{ n: "10" }]);
    expect(await lake.rows("SELECT count(*) AS n FROM rides.trips a JOIN rides.trips b AT (VERSION => 1) USING (trip_id)", [], { asOf: { version: 0 } })).toEqual([{ n: 10n }]);
    expect(await lake.rows("SELECT count(*) AS n FROM rides.trips", [], { asOf: { timestamp: "2020-01-01T00:00:00Z" } })).toEqual([{ n: 10n }]);
    await expect(lake.query("SELECT 1 FROM rides.trips, rides.empty", [], { asOf: { version: 0 } })).rejects.toMatchObject({ code: "SQL_INVALID" });
    await expect(lake.query("SELECT 1", [], { asOf: { version: 0 } })).rejects.toMatchObject({ code: "SQL_INVALID" });
  });
});

describe("computed tables", () => {
  test("a view gives its declared types, over which another query runs", async () => {
    const result = await lake.query("SELECT * FROM by_payment");
    expect(result.columns[2]?.type).toEqual({ kind: "decimal", precision: 38, scale: 0 });
    expect(await lake.rows("SELECT * FROM by_payment")).toEqual([{ paid_with: "card", n: 5n, ids: "20" }, { paid_with: "cash", n: 6n, ids: "125" }]);
  });

  test("a function's parameter does not capture the column of its name, by place, by name and by value", async () => {
    const expected = [{ trip_id: 8n, day: Temporal.PlainDate.from("2026-08-01") }, { trip_id: 9n, day: Temporal.PlainDate.from("2026-08-01") }];
    expect(await lake.rows("FROM rides.from_day('2026-08-01', 8)")).toEqual(expected);
    expect(await lake.rows("FROM rides.from_day(day := '2026-08-01', atLeast := 8)")).toEqual(expected);
    expect(await lake.rows("FROM from_day($1, ATLEAST := $2) AS p WHERE p.trip_id > 0", ["2026-08-01", 8])).toEqual(expected);
    expect(await lake.rows("SELECT count(*) AS n FROM rides.from_day(day := DATE '2026-08-01')")).toEqual([{ n: 10n }]);
    await expect(lake.query("FROM rides.from_day")).rejects.toMatchObject({ code: "SQL_INVALID", place: { line: 1, column: 6 } });
  });

  test("a row function is called once a query and call, with its defaults or with what is given", async () => {
    lake.asked.rows.length = 0;
    expect(await lake.rows("SELECT a.s_name FROM demo.supplier a JOIN demo.supplier b USING (s_suppkey) ORDER BY 1")).toHaveLength(3);
    expect(lake.asked.rows).toEqual([[1n]]);
    expect(await lake.rows("SELECT supplier.s_suppkey FROM demo.supplier($1 + 1) ORDER BY 1 LIMIT $2", [9, 1])).toEqual([{ s_suppkey: 11n }]);
    expect(await lake.rows("SELECT s_suppkey FROM supplier(first := ?) WHERE s_suppkey > ? ORDER BY 1", [9, 11])).toEqual([{ s_suppkey: 12n }]);
    expect(lake.asked.rows).toEqual([[1n], [10n], [9n]]);
    expect((await lake.query("FROM demo.supplier")).volatile).toBe(true);
    await expect(lake.query("FROM demo.supplier(last := 3)")).rejects.toMatchObject({ code: "SQL_INVALID" });
    await expect(lake.query("FROM demo.supplier('x')")).rejects.toMatchObject({ code: "SQL_INVALID" });
  });
});

describe("parameters", () => {
  test("keep every digit and their kind", async () => {
    const [row] = await lake.rows("SELECT CAST($1 AS BIGINT) AS a, CAST($2 AS DECIMAL(38,2)) AS b, $3 AS c, CAST($4 AS DATE) AS d, $5 AS e, $6 AS f, $1 = 9007199254740993 AS g", [9007199254740993n, "123456789012345678901234567890123456.78", true, "2026-08-01", null, 1.5]);
    expect(row).toEqual({ a: 9007199254740993n, b: "123456789012345678901234567890123456.78", c: true, d: Temporal.PlainDate.from("2026-08-01"), e: null, f: 1.5, g: true });
  });

  test("missing, left over and named ones are refused", async () => {
    await expect(lake.rows("SELECT $2", ["a"])).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(lake.query("SELECT $1", ["a", "b"])).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(lake.rows("SELECT $day", ["a"])).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
  });
});

describe("results", () => {
  test("a semicolon and comments may follow, and names that meet are told apart", async () => {
    expect(await lake.rows("SELECT 1 AS x, 2 AS x, 3 AS \"X_1\" -- last\n ; /* ; */ --")).toEqual([{ x: 1, x_1: 2, X_1_1: 3 }]);
  });

  test("types no column can have are refused with the way out", async () => {
    await expect(lake.query("SELECT TIME '12:00' AS t")).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining('"t"') });
    await expect(lake.query("SELECT INTERVAL 1 DAY AS i")).rejects.toMatchObject({ code: "SQL_INVALID" });
  });

  test("errors stand at line and column, in letters and not in bytes", async () => {
    await expect(lake.query("SELECT 'é😀',\n  fair FROM rides.trips")).rejects.toMatchObject({ code: "SQL_INVALID", place: { line: 2, column: 3 }, hint: expect.stringContaining("fare") });
    await expect(lake.query("SELEC 1")).rejects.toMatchObject({ code: "SQL_INVALID", place: { line: 1, column: 1 } });
    await expect(lake.query("SELECT 1 FROM rides.tripz")).rejects.toMatchObject({ code: "SQL_INVALID", place: { line: 1, column: 15 }, hint: expect.stringContaining("rides.trips") });
    await expect(lake.query("SELECT 1 FROM trips, zzz.trips")).rejects.toMatchObject({ code: "SQL_INVALID", place: { line: 1, column: 22 } });
    await expect(lake.query("SELECT fair FROM trips WHERE foo(fare)")).rejects.toMatchObject({ code: "SQL_INVALID" });
    await expect(lake.query("")).rejects.toMatchObject({ code: "SQL_INVALID" });
  });
});
