import { columns, database, sql, table } from "neuralake";
import type { Int32, Text } from "neuralake";
import { Departures } from "./departures.ts";

/** Domestic flights in the United States in the first half of 2001, and the airports they used. */
@database({ owner: "flights" })
export class Flights {
  /**
   * How late the flights of one airport ran, hour by hour of the day. Worked out when asked, never stored.
   * @param origin code of the airport, as in `flights.airports`
   * @param atLeast leave out hours with fewer flights than this
   */
  @table()
  static lateness(origin: Text, atLeast: Int32 = 1) {
    const t = columns(Departures);
    return sql`
      SELECT hour(${t.date}) AS hour_of_day,
             count(*) AS flights,
             avg(${t.delay}) AS mean_delay,
             max(${t.delay}) AS worst_delay
      FROM ${t}
      WHERE ${t.origin} = ${origin}
      GROUP BY hour_of_day
      HAVING count(*) >= ${atLeast}
      ORDER BY hour_of_day`;
  }
}
