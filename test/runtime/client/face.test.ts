/** The face's types: each line that must not compile says so, and `tsc` fails when one does. Nothing here is sent anywhere. */
import { expect, expectTypeOf, test } from "vitest";
import type { DeleteResult, UpdateResult } from "kysely";
import { connectClient, filter } from "../../../runtime/client/entry.ts";
import type { ClientLake } from "../../../runtime/client/entry.ts";
import type { Appends, Calls, CityPulse, Tables, Trips } from "./rides.ts";

const lake: ClientLake<Tables, Calls, Appends> = connectClient({ url: "http://localhost:1" });
const day = Temporal.PlainDate.from("2026-08-01");
type RowOf<Query extends { execute(): Promise<readonly unknown[]> }> = Awaited<ReturnType<Query["execute"]>>[number];

test("tables and columns are known by name", () => {
  const query = lake.selectFrom("rides.trips").innerJoin("rides.supplier", "s_suppkey", "trip_id").select(["trip_id", "fare", "s_name", "rider_email"]);
  expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ readonly trip_id: bigint; readonly fare: string; readonly s_name: string; readonly rider_email: string | null }>();
  // @ts-expect-error there is no such table
  expect(() => lake.selectFrom("rides.trip")).not.toThrow();
  // @ts-expect-error there is no such column
  expect(() => lake.selectFrom("rides.trips").select("tripid")).not.toThrow();
  // @ts-expect-error the column of a table that is not joined
  expect(() => lake.selectFrom("rides.trips").select("s_name")).not.toThrow();
});

test("of columns of one name in several tables a row holds one, which may be null where either may", () => {
  const joined = lake.selectFrom("rides.trips as t").rightJoin("rides.trips as u", "u.trip_id", "t.trip_id");
  const together = joined.select(["t.fare", "u.fare", "u.passengers"]);
  expectTypeOf<RowOf<typeof together>>().toEqualTypeOf<{ readonly fare: string | null; readonly passengers: number }>();
  const apart = lake.selectFrom("rides.trips as t").innerJoin("rides.supplier as s", "s.s_suppkey", "t.trip_id").select("s.s_name as passengers").selectAll("t");
  expectTypeOf<RowOf<typeof apart>["passengers"]>().toEqualTypeOf<string>();
  // The first keeps its name.
  const [first, later] = [joined.select("t.fare").select("u.fare"), joined.select("u.fare").select(["t.fare", "t.photo"])];
  expectTypeOf<RowOf<typeof first>>().toEqualTypeOf<{ readonly fare: string | null }>();
  expectTypeOf<RowOf<typeof later>>().toEqualTypeOf<{ readonly fare: string; readonly photo: Uint8Array | null }>();
});

test("what was selected before a join may be null where another table alone has a row", () => {
  const trips = lake.selectFrom("rides.trips as t").select("t.fare");
  const [right, full, left] = [trips.rightJoin("rides.supplier as s", "s.s_suppkey", "t.trip_id"), trips.fullJoin("rides.supplier as s", (join) => join.onTrue()), trips.leftJoin("rides.supplier as s", "s.s_suppkey", "t.trip_id")];
  expectTypeOf<RowOf<typeof right>>().toEqualTypeOf<{ readonly fare: string | null }>();
  expectTypeOf<RowOf<typeof full>>().toEqualTypeOf<{ readonly fare: string | null }>();
  expectTypeOf<RowOf<typeof left>>().toEqualTypeOf<{ readonly fare: string }>();
});

test("a column that is never null may be one of the values of a query within that are", () => {
  const within = lake.selectFrom("rides.trips").select("rider_email").where("rider_email", "is not", null);
  const query = lake.selectFrom("rides.supplier").select("s_name").where("s_name", "in", within).where("s_name", "in", (eb) => eb.selectFrom("rides.trips").select("rider_email"));
  expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ readonly s_name: string }>();
  // @ts-expect-error a list of values has no null in it, which equals nothing
  lake.selectFrom("rides.supplier").where("s_name", "in", ["a", null]);
  // @ts-expect-error these are no names
  lake.selectFrom("rides.supplier").where("s_name", "in", lake.selectFrom("rides.trips").select("trip_id"));
});

test("values are typed by their column", () => {
  lake.selectFrom("rides.trips").where("trip_id", "=", 1n).where("dropoff_day", "<", day).where("paid_with", "in", ["card"]);
  // @ts-expect-error a number is not a bigint
  lake.selectFrom("rides.trips").where("trip_id", "=", 1);
  // @ts-expect-error a text is not a day
  lake.selectFrom("rides.trips").where("dropoff_day", "=", "2026-08-01");
  // @ts-expect-error no such way to pay
  lake.selectFrom("rides.trips").where("paid_with", "=", "cheque");
});

test("common table expressions, groups and windows carry their types", () => {
  const query = lake
    .with("paid", (db) => db.selectFrom("rides.trips").select((eb) => ["paid_with", eb.fn.countAll<bigint>().as("n")]).groupBy("paid_with"))
    .selectFrom("paid")
    .select((eb) => ["paid_with", "n", eb.fn.agg<bigint>("row_number").over((over) => over.orderBy("n", "desc")).as("place")]);
  expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ readonly paid_with: "card" | "cash" | "voucher"; readonly n: bigint; readonly place: bigint }>();
});

test("the short form takes filters that fit its table", () => {
  const query = lake.db("rides").table("trips", [filter("paid_with", "in", ["card", "cash"]), filter("rider_email", "is null"), filter("stops", "contains", "x"), filter("passengers", ">", 2)]);
  expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<Trips>();
  // @ts-expect-error there is no such database
  lake.db("ride");
  // @ts-expect-error a table of another database
  lake.db("rides").table("airports");
  // @ts-expect-error no such way to pay
  lake.db("rides").table("trips", [filter("paid_with", "in", ["cheque"])]);
  // @ts-expect-error a column of no table
  lake.db("rides").table("trips", [filter("paid", "=", "card")]);
  // @ts-expect-error a list wants `in`
  lake.db("rides").table("trips", [filter("paid_with", "=", ["card"])]);
  // @ts-expect-error `like` is for texts
  lake.db("rides").table("trips", [filter("passengers", "like", "1%")]);
  // @ts-expect-error null is asked for with `is null`
  lake.db("rides").table("trips", [filter("rider_email", "=", null)]);
});

test("a call is typed by its parameters and its rows", () => {
  const query = lake.selectFrom(lake.call("rides.city_pulse", { day }).as("p")).selectAll();
  expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<CityPulse>();
  // @ts-expect-error the day is required
  lake.call("rides.city_pulse", {});
  // @ts-expect-error so are the parameters
  lake.call("rides.city_pulse");
  // @ts-expect-error no such parameter
  lake.call("rides.city_pulse", { day, atleast: 5 });
  // @ts-expect-error not a function table
  lake.call("rides.trips");
});

test("append takes the table's rows, with what may be null left out", () => {
  const row = { trip_id: 1n, dropoff_day: day, picked_up_at: Temporal.Instant.from("2026-08-01T00:00:00Z"), passengers: 1, fare: "1.00", paid_with: "card", stops: [], photo: null } as const;
  const append = (...parameters: Parameters<typeof lake.append<"rides.trips">>): number => parameters.length;
  append("rides.trips", [row, { ...row, rider_email: null }]);
  // @ts-expect-error a decimal is text
  append("rides.trips", [{ ...row, fare: 1 }]);
  // @ts-expect-error nothing is appended to a function
  append("rides.supplier", [row]);
});

test("changes are typed by the tables that rows are appended to", () => {
  const changed = lake.updateTable("rides.trips").set({ fare: "1.00", rider_email: null }).set("passengers", (eb) => eb("passengers", "+", 1)).where("trip_id", "=", 1n).where("dropoff_day", "<", day);
  expectTypeOf<RowOf<typeof changed>>().toEqualTypeOf<UpdateResult>();
  const deleted = lake.deleteFrom("rides.trips as t").where("t.paid_with", "in", ["card"]);
  expectTypeOf<RowOf<typeof deleted>>().toEqualTypeOf<DeleteResult>();
  // @ts-expect-error rows of a function or a view are not deleted
  expect(() => lake.deleteFrom("rides.supplier")).not.toThrow();
  // @ts-expect-error nor updated
  expect(() => lake.updateTable("flights.airports")).not.toThrow();
  // @ts-expect-error a number is not a bigint
  lake.deleteFrom("rides.trips").where("trip_id", "=", 1);
  // @ts-expect-error there is no such column
  expect(() => lake.deleteFrom("rides.trips").where("tripid", "=", 1n)).not.toThrow();
  // @ts-expect-error no such way to pay
  lake.updateTable("rides.trips").set({ paid_with: "cheque" });
  // @ts-expect-error a decimal is text
  lake.updateTable("rides.trips").set({ fare: 1 });
  // @ts-expect-error the column is never null
  lake.updateTable("rides.trips").set({ fare: null });
  // @ts-expect-error there is no such column
  lake.updateTable("rides.trips").set({ colour: "red" });
});

test("rows are not inserted through the builder", () => {
  // @ts-expect-error append is the way to add rows
  expect(lake.insertInto).toBeDefined();
});
