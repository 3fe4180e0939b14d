import { columns, database, sql, table } from "neuralake";
import type { Day } from "neuralake";
import { CardTrips } from "./card_trips.ts";
import { Drivers } from "./drivers.ts";
import { Trips } from "./trips.ts";

/** Rides, and what follows from them. */
@database({ owner: "rides" })
export class Rides {
  /** What drivers earned by card: a view on a view. */
  @table()
  static cardEarnings() {
    const t = columns(CardTrips, "c");
    return sql`SELECT ${t.driver}, sum(${t.fare}) AS earned, count(*) AS trips FROM ${t} GROUP BY ${t.driver}`;
  }

  /** Plain copies keep their words, marks and types; what an outer join adds may be null. */
  @table({ shows: ["rider_email"] })
  static receipts() {
    const t = columns(Trips);
    const d = columns(Drivers);
    return sql`
      SELECT ${t.trip_id}, ${t.rider_email}, ${t.paid_with}, ${t.fare} AS price, ${d.name}, coalesce(${d.name}, 'nobody') AS called
      FROM ${t} LEFT JOIN ${d} ON ${t.driver_id} = ${d.driver_id}`;
  }

  /** Aggregates over a group have a value; over everything they may have none. Sums of integers are as wide as they get. */
  @table()
  static passengers(since: Day) {
    const t = columns(Trips);
    return sql`
      SELECT ${t.driver_id}, sum(${t.passengers}) AS passengers, max(${t.picked_up_at}) AS last_ride,
             max(${t.fare}) FILTER (WHERE ${t.paid_with} = 'cash') AS most_cash, list(${t.trip_id}) AS trips
      FROM ${t} WHERE ${t.picked_up_at} >= ${since} GROUP BY ${t.driver_id}`;
  }
}
