import type { Kysely } from "kysely";
import { describe, expect, test } from "vitest";
import { connectClient, filter, sql } from "../../../runtime/client/entry.ts";
import type { ClientLake } from "../../../runtime/client/entry.ts";
import type { Appends, Calls, Tables } from "./rides.ts";

const lake: ClientLake<Tables, Calls, Appends> = connectClient({ url: "http://localhost:1" });
const day = Temporal.PlainDate.from("2026-08-01");

function compiled(query: { compile(): { readonly sql: string; readonly parameters: readonly unknown[] } }): [string, readonly unknown[]] {
  const { sql: text, parameters } = query.compile();
  return [text, parameters];
}

describe("a query of the builder", () => {
  test("quotes database, table and column, and casts a day", () => {
    const query = lake.selectFrom("rides.trips").innerJoin("rides.supplier", "s_suppkey", "trip_id").where("dropoff_day", "=", day).select(["trip_id", "fare", "s_name"]);
    expect(compiled(query)).toEqual([
      'select "trip_id", "fare", "s_name" from "rides"."trips" inner join "rides"."supplier" on "s_suppkey" = "trip_id" where "dropoff_day" = CAST($1 AS DATE)',
      ["2026-08-01"],
    ]);
  });

  test("reaches a column by its full name and by an alias", () => {
    const query = lake.selectFrom("rides.trips as t").where("t.fare", ">", "10.00").select("t.trip_id").orderBy("t.fare", "desc").limit(5).offset(2);
    expect(compiled(query)).toEqual(['select "t"."trip_id" from "rides"."trips" as "t" where "t"."fare" > $1 order by "t"."fare" desc limit $2 offset $3', ["10.00", 5, 2]]);
    expect(compiled(lake.selectFrom("rides.trips").select("rides.trips.fare"))[0]).toBe('select "rides"."trips"."fare" from "rides"."trips"');
  });

  test("common table expressions and windows print as they stand", () => {
    const query = lake
      .with("dear", (db) => db.selectFrom("rides.trips").select(["trip_id", "paid_with", "fare"]).where("fare", ">=", "50"))
      .selectFrom("dear")
      .select((eb) => ["trip_id", eb.fn.agg<bigint>("rank").over((over) => over.partitionBy("paid_with").orderBy("fare", "desc")).as("place")]);
    expect(compiled(query)).toEqual([
      'with "dear" as (select "trip_id", "paid_with", "fare" from "rides"."trips" where "fare" >= $1) select "trip_id", rank() over(partition by "paid_with" order by "fare" desc) as "place" from "dear"',
      ["50"],
    ]);
  });

  test("an empty list is in nothing", () => {
    expect(compiled(lake.selectFrom("rides.trips").selectAll().where("trip_id", "in", []))[0]).toBe('select * from "rides"."trips" where "trip_id" in (select null where false)');
  });

  test("a quote in a name stays inside it", () => {
    expect(compiled(lake.selectNoFrom(sql.lit(1).as('a"b')))[0]).toBe('select 1 as "a""b"');
  });
});

describe("a value of a query", () => {
  const photo = new Uint8Array([0, 255]);
  test.each([
    ["a bigint", 9007199254740993n, "CAST($1 AS BIGINT)", 9007199254740993n],
    ["a bigint beyond 64 bits", 2n ** 64n, "CAST($1 AS HUGEINT)", 2n ** 64n],
    ["a number", 5, "$1", 5],
    ["a fraction", 0.1, "$1", 0.1],
    ["a whole number beyond the exact ones", 1e300, "CAST($1 AS DOUBLE)", "1e+300"],
    ["minus zero", -0, "CAST($1 AS DOUBLE)", "-0.0"],
    ["not a number", NaN, "CAST($1 AS DOUBLE)", "NaN"],
    ["minus infinity", -Infinity, "CAST($1 AS DOUBLE)", "-Infinity"],
    ["text", "it's", "$1", "it's"],
    ["a boolean", true, "$1", true],
    ["null", null, "$1", null],
    ["bytes", photo, "from_base64($1)", "AP8="],
    ["an instant", Temporal.Instant.from("0001-01-01T00:00:00.000001Z"), "CAST($1 AS TIMESTAMPTZ)", "0001-01-01T00:00:00.000001Z"],
    ["a wall clock", Temporal.PlainDateTime.from("9999-12-31T23:59:59.999999"), "CAST($1 AS TIMESTAMP)", "9999-12-31T23:59:59.999999"],
    ["a day of another calendar", Temporal.PlainDate.from("2026-08-01[u-ca=hebrew]"), "CAST($1 AS DATE)", "2026-08-01"],
  ])("%s travels as JSON can carry it", (_case, value, text, parameter) => {
    expect(compiled(lake.selectNoFrom(sql`${value}`.as("v")))).toEqual([`select ${text} as "v"`, [parameter]]);
  });

  test("an array and an object travel by their parts", () => {
    expect(compiled(lake.selectNoFrom(sql`${["a", [day], { "it's": 1n }]}`.as("v")))).toEqual([
      `select [$1, [CAST($2 AS DATE)], {'it''s': CAST($3 AS BIGINT)}] as "v"`,
      ["a", "2026-08-01", 1n],
    ]);
  });

  test.each([
    ["a Date", new Date(0), "Temporal"],
    ["undefined", undefined, "is null"],
    ["an instant of nanoseconds", Temporal.Instant.fromEpochNanoseconds(1n), "microsecond"],
    ["a year no column holds", Temporal.PlainDate.from("+010000-01-01"), "9999"],
  ])("%s is refused with the way out", (_case, value, hint) => {
    expect(() => compiled(lake.selectNoFrom(sql`${value}`.as("v")))).toThrow(expect.objectContaining({ code: "VALUE_INVALID", hint: expect.stringContaining(hint) }));
  });
});

describe("what a lake has besides", () => {
  test("the short form has all columns and all its filters", () => {
    const query = lake.db("rides").table("trips", [
      filter("paid_with", "in", ["card", "cash"]), filter("fare", ">=", "10"), filter("trip_id", "!=", 7n), filter("rider_email", "is not null"),
      filter("rider_email", "contains", "@"), filter("paid_with", "ilike", "C%"), filter("stops", "contains", "Main St"), filter("dropoff_day", "not in", []),
    ]);
    expect(compiled(query)).toEqual([
      'select * from "rides"."trips" where "paid_with" in ($1, $2) and "fare" >= $3 and "trip_id" != CAST($4 AS BIGINT) and "rider_email" is not null and ' +
        'contains("rider_email", $5) and "paid_with" ilike $6 and contains("stops", $7) and "dropoff_day" not in (select null where false)',
      ["card", "cash", "10", 7n, "@", "C%", "Main St"],
    ]);
  });

  test("the short form goes on as a query of the builder", () => {
    const query = lake.db("rides").table("trips", [filter("paid_with", "=", "card")]).innerJoin("rides.supplier", "s_suppkey", "trip_id").clearSelect().select("s_name");
    expect(compiled(query)[0]).toBe('select "s_name" from "rides"."trips" inner join "rides"."supplier" on "s_suppkey" = "trip_id" where "paid_with" = $1');
  });

  test("a call names its parameters and leaves out those that are not given", () => {
    expect(compiled(lake.selectFrom(lake.call("rides.city_pulse", { day, atLeast: 5 }).as("p")).selectAll())).toEqual([
      'select * from "rides"."city_pulse"("day" := CAST($1 AS DATE), "atLeast" := $2) as "p"',
      ["2026-08-01", 5],
    ]);
    expect(compiled(lake.selectFrom(lake.call("rides.newest").as("p")).select("p.fare"))[0]).toBe('select "p"."fare" from "rides"."newest"() as "p"');
  });

  test("asOf goes with the query, not into its text", () => {
    expect(lake.asOf({ version: 5 }).selectFrom("rides.trips").selectAll().compile()).toMatchObject({ sql: 'select * from "rides"."trips"', asOf: { version: 5 } });
    const timestamp = Temporal.Instant.from("2026-08-01T00:00:00Z");
    expect(lake.asOf({ timestamp }).db("rides").table("trips").compile()).toMatchObject({ asOf: { timestamp: "2026-08-01T00:00:00Z" } });
    expect(lake.selectFrom("rides.trips").selectAll().compile()).not.toHaveProperty("asOf");
  });
});

describe("a change of rows", () => {
  const change = (query: { compile(): object }): unknown => (query.compile() as { readonly change?: unknown }).change;

  test("is told by its table, its condition over the columns alone, and the values of its parameters", () => {
    expect(change(lake.deleteFrom("rides.trips as t").where("t.dropoff_day", "<", day).where((eb) => eb.or([eb("t.fare", ">", "10"), eb("t.rider_email", "is", null)])))).toEqual({
      kind: "delete", table: "rides.trips", where: '"dropoff_day" < CAST($1 AS DATE) and ("fare" > $2 or "rider_email" is null)', parameters: ["2026-08-01", "10"],
    });
    expect(change(lake.deleteFrom("rides.trips").where("rides.trips.trip_id", "=", 7n))).toMatchObject({ where: '"trip_id" = CAST($1 AS BIGINT)', parameters: [7n] });
    expect(change(lake.deleteFrom("rides.trips"))).toEqual({ kind: "delete", table: "rides.trips", where: "true", parameters: [] });
  });

  test("gives values as they are and expressions as SQL, whose parameters count on to the condition's", () => {
    const photo = new Uint8Array([1]);
    const query = lake.updateTable("rides.trips").set({ photo, rider_email: null }).set("passengers", (eb) => eb("passengers", "+", 2)).where("paid_with", "=", "cash");
    expect(change(query)).toEqual({
      kind: "update", table: "rides.trips", where: '"paid_with" = $2', parameters: [2, "cash"],
      set: [{ column: "photo", value: photo }, { column: "rider_email", value: null }, { column: "passengers", sql: '"passengers" + $1' }],
    });
  });

  test("nothing is in an empty list, and everything is outside", () => {
    expect(change(lake.deleteFrom("rides.trips").where("trip_id", "in", []).where("trip_id", "not in", []))).toMatchObject({ where: "false and true" });
  });

  // The face has no such methods; what runs is Kysely's builder, which does.
  const bare = lake as unknown as Kysely<Tables>;
  const trips = bare.deleteFrom("rides.trips");
  test.each<[string, string, { execute(): Promise<unknown> }]>([
    ["a common table expression", "a common table expression", bare.with("t", (db) => db.selectFrom("rides.trips").select("trip_id")).deleteFrom("rides.trips")],
    ["other tables to delete by", "another table", trips.using("rides.trips as o").whereRef("rides.trips.trip_id", "=", "o.trip_id")],
    ["a join", "a join", trips.innerJoin("rides.trips as o", "o.trip_id", "rides.trips.trip_id")],
    ["a limit", "limit", trips.limit(5)],
    ["an order", "an order", trips.orderBy("fare")],
    ["rows to be given back", "returning", trips.returningAll()],
    ["a query within", "a query within", trips.where("trip_id", "in", (eb) => eb.selectFrom("rides.trips").select("trip_id"))],
    ["other tables to update by", "another table", bare.updateTable("rides.trips").from("rides.trips as o").set({ fare: "1" })],
    ["rows of another table", "a column of o", trips.where(sql.ref("o.trip_id"), "=", 1n)],
  ])("is refused before anything is sent: %s", async (_case, what, query) => {
    await expect(query.execute()).rejects.toMatchObject({ code: "SQL_FORBIDDEN", message: expect.stringContaining(`it was asked for ${what}.`) });
  });

  test("has no rows to stream, and no past", async () => {
    await expect(async () => { for await (const row of trips.stream()) expect(row).toBeUndefined(); }).rejects.toMatchObject({ code: "SQL_FORBIDDEN" });
    await expect(lake.asOf({ version: 1 }).deleteFrom("rides.trips").execute()).rejects.toMatchObject({ code: "SQL_FORBIDDEN", message: "A lake as it was is read only." });
  });
});
