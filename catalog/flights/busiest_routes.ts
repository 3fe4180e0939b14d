import { columns, key, sql, unit, view } from "neuralake";
import type { Float64, Int64, Text } from "neuralake";
import { Airports } from "./airports.ts";
import { Departures } from "./departures.ts";

/** The hundred routes with the most flights, busiest first. A route and its way back are two. */
@view({ layer: "gold" })
export class BusiestRoutes {
  @key()
  origin: Text;

  @key()
  destination: Text;

  /** The town the route leaves from. */
  from_city: Text;

  /** The town the route goes to. */
  to_city: Text;

  @unit("miles")
  distance: Int64;

  /** How many flights took the route. */
  flights: Int64;

  /** How far behind their timetables these flights ran, on average. */
  @unit("minutes")
  mean_delay: Float64;

  static query() {
    const t = columns(Departures, "t");
    const start = columns(Airports, "a");
    const end = columns(Airports, "b");
    return sql`
      SELECT ${t.origin}, ${t.destination}, ${start.city} AS from_city, ${end.city} AS to_city,
             any_value(${t.distance}) AS distance, count(*) AS flights, avg(${t.delay}) AS mean_delay
      FROM ${t}
      JOIN ${start} ON ${start.iata} = ${t.origin}
      JOIN ${end} ON ${end.iata} = ${t.destination}
      GROUP BY ALL
      ORDER BY flights DESC, ${t.origin}, ${t.destination}
      LIMIT 100`;
  }
}
