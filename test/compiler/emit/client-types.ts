/**
 * What an editor says of the generated clients of the demonstration catalog: right names and values pass, wrong ones are errors.
 * Nothing here runs; the type check does (`npm run check`, and client-types.test.ts).
 */
import { connect, filter } from "../../../generated/client/index.ts";
import { createRestClient } from "../../../generated/client/rest.ts";

export async function embedded(): Promise<void> {
  await using lake = connect({ url: "http://localhost:8080" });

  const late = await lake.selectFrom("flights.departures").select(["origin", "delay"]).where("delay", ">", 60n).execute();
  const delay: bigint | undefined = late[0]?.delay;
  // @ts-expect-error: an Int64 is a bigint, no number
  const wrong: number | undefined = late[0]?.delay;

  // @ts-expect-error: no such table
  lake.selectFrom("flights.arrivals");
  // @ts-expect-error: no such column
  lake.selectFrom("flights.departures").select("gate");
  // @ts-expect-error: the column holds text
  lake.selectFrom("flights.departures").where("origin", "=", 5);
  // @ts-expect-error: a text is no day
  lake.selectFrom("flights.daily_delays").where("day", "=", "2001-01-01");
  // @ts-expect-error: nothing equals null; it is asked for with `is`
  lake.selectFrom("flights.departures").where("origin", "=", null);
  // @ts-expect-error: a list stands after `in` alone
  lake.selectFrom("flights.departures").where("origin", "=", ["SFO"]);
  // @ts-expect-error: a list stands after `in`
  lake.selectFrom("flights.departures").where("origin", "in", "SFO");
  // @ts-expect-error: the column of a table that is not joined
  lake.selectFrom("flights.departures").select("flights.airports.city");
  // @ts-expect-error: no such column of a joined table
  lake.selectFrom("flights.departures as d").innerJoin("flights.airports as a", "a.iata", "d.gate");
  // @ts-expect-error: rows to delete have no order
  lake.deleteFrom("flights.departures").orderBy("delay");
  // @ts-expect-error: a function table with required parameters is called, not selected by name
  lake.selectFrom("flights.lateness");

  const hours = await lake.selectFrom(lake.call("flights.lateness", { origin: "SFO" }).as("l")).select(["hour_of_day", "flights"]).execute();
  const hour: bigint | null | undefined = hours[0]?.hour_of_day;
  lake.call("flights.lateness", { origin: "SFO", atLeast: 5 });
  // @ts-expect-error: origin is required
  lake.call("flights.lateness", { atLeast: 5 });
  // @ts-expect-error: no such parameter
  lake.call("flights.lateness", { origin: "SFO", atMost: 5 });

  lake.db("demo").table("part", [filter("p_brand", "in", ["Brand#1", "Brand#2"])]);
  // @ts-expect-error: no such table in this database
  lake.db("demo").table("departures");

  const row = { date: Temporal.PlainDateTime.from("2001-01-01T00:00"), delay: 0n, distance: 1n, origin: "SFO", destination: "LAX" };
  await lake.append("flights.departures", [row]);
  // @ts-expect-error: a view is not appended to
  await lake.append("flights.daily_delays", [row]);
  // @ts-expect-error: a column is missing
  await lake.append("flights.departures", [{ origin: "SFO" }]);

  await lake.updateTable("flights.departures").set({ delay: 0n }).where("delay", "<", 0n).execute();
  await lake.deleteFrom("flights.departures").where("origin", "=", "SFO").execute();
  // @ts-expect-error: a view's rows are not deleted
  lake.deleteFrom("flights.daily_delays");
  // @ts-expect-error: an Int64 is a bigint, no number
  lake.updateTable("flights.departures").set({ delay: 0 });
  // @ts-expect-error: no such column
  lake.updateTable("flights.departures").set({ gate: "A1" });

  void [delay, wrong, hour];
}

export async function rest(): Promise<void> {
  const client = createRestClient({ url: "http://localhost:8080" });

  const { data } = await client.GET("/api/tables/flights.departures", { params: { query: { "filter[origin]": "SFO", "filter[delay]gte": 60n, columns: ["origin"], sort: ["-delay"], limit: 5 } } });
  const delay: bigint | undefined = data?.[0]?.delay;
  await client.GET("/api/tables/flights.lateness", { params: { query: { origin: "SFO", atLeast: 2 } } });
  await client.GET("/api/tables/flights.airports/{iata}", { params: { path: { iata: "SFO" } } });
  await client.POST("/api/sql", { body: { sql: "SELECT 1 AS one" } });

  await client.PATCH("/api/tables/flights.departures", { body: { set: { delay: "delay + $1" }, values: { origin: "SFO" }, where: "distance > $2", params: [5, 7n] } });
  const { data: gone } = await client.DELETE("/api/tables/flights.departures", { body: { where: "true" } });
  const deleted: number | null | undefined = gone?.deleted;
  // @ts-expect-error: rows are deleted by a condition
  await client.DELETE("/api/tables/flights.departures", { body: {} });
  // @ts-expect-error: an Int64 is a bigint, no text
  await client.PATCH("/api/tables/flights.departures", { body: { values: { delay: "5" }, where: "true" } });
  // @ts-expect-error: a view's rows are not deleted
  await client.DELETE("/api/tables/flights.daily_delays", { body: { where: "true" } });
  void deleted;

  // @ts-expect-error: no such path
  await client.GET("/api/tables/flights.arrivals");
  // @ts-expect-error: no such column
  await client.GET("/api/tables/flights.departures", { params: { query: { columns: ["gate"] } } });
  // @ts-expect-error: an Int64 is a bigint, no text
  await client.GET("/api/tables/flights.departures", { params: { query: { "filter[delay]gte": "late" } } });
  // @ts-expect-error: origin is required
  await client.GET("/api/tables/flights.lateness", { params: { query: { atLeast: 2 } } });
  // @ts-expect-error: a view is not appended to
  await client.POST("/api/tables/flights.daily_delays", { body: [] });

  void delay;
}
