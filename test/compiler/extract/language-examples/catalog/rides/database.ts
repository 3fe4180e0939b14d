import { columns, database, sql, table } from "neuralake";
import type { Day, Int32, Int64, Rows, Text } from "neuralake";
import { Trips } from "./trips.ts";

interface Supplier {
  /** Supplier number. */
  s_suppkey: Int64;
  s_name: Text;
}

/** Everything the riding business records. */
@database({ owner: "rides" })
export class Rides {
  /** Supplier information, potentially from a relational database or an API. */
  @table({ input: "In-memory list, for demonstration." })
  static supplier(): Rows<Supplier> {
    return [{ s_suppkey: 1n, s_name: "Supplier#1" }];
  }

  /**
   * How busy the city was, minute by minute. Worked out when asked, never stored.
   * @param day city-local day to look at
   * @param atLeast leave out quieter minutes
   */
  @table()
  static cityPulse(day: Day, atLeast: Int32 = 1) {
    const t = columns(Trips);
    return sql`
      SELECT date_trunc('minute', ${t.picked_up_at}) AS minute, count(*) AS pickups
      FROM ${t} WHERE ${t.dropoff_day} = ${day}
      GROUP BY 1 HAVING count(*) >= ${atLeast}`;
  }
}
