import { columns, key, sql, unit, view } from "neuralake";
import type { Day, Float64, Int64 } from "neuralake";
import { Departures } from "./departures.ts";

/** How each day went: the flights that left, and how many of them ran late. */
@view({ layer: "gold" })
export class DailyDelays {
  /** Day of the departure, where it took place. */
  @key()
  day: Day;

  flights: Int64;

  /** Flights that ran at least fifteen minutes behind their timetable. */
  late: Int64;

  @unit("minutes")
  mean_delay: Float64;

  static query(t = columns(Departures)) {
    return sql`
      SELECT CAST(${t.date} AS DATE) AS day, count(*) AS flights,
             count(*) FILTER (WHERE ${t.delay} >= 15) AS late, avg(${t.delay}) AS mean_delay
      FROM ${t}
      GROUP BY 1
      ORDER BY 1`;
  }
}
