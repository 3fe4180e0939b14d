import { columns, key, materializedView, sql } from "neuralake";
import type { Day, Decimal, Int64 } from "neuralake";
import { Trips } from "./trips.ts";

/** What the city earned, day by day. */
@materializedView({ layer: "gold", owner: "finance", refresh: "1h" })
export class DailyRevenue {
  @key()
  day: Day;
  trips: Int64;

  /** Sum of fares, tips included. */
  revenue: Decimal<18, 2>;

  static query(t = columns(Trips)) {
    return sql`
      SELECT ${t.dropoff_day} AS day, count(*) AS trips, sum(${t.fare}) AS revenue
      FROM ${t} GROUP BY 1`;
  }
}
