import { columns, sql, view } from "neuralake";
import type { Decimal, Int64, Text } from "neuralake";
import { Drivers } from "./drivers.ts";
import { Trips } from "./trips.ts";

/** Rides that were paid with a card, and who drove them. */
@view()
export class CardTrips {
  trip_id: Int64;
  fare: Decimal<12, 2>;

  /** Absent for drivers who have left. */
  driver: Text | null;

  static query(t = columns(Trips), d = columns(Drivers)) {
    return sql`
      SELECT ${t.trip_id}, ${t.fare}, ${d.name} AS driver
      FROM ${t} LEFT JOIN ${d} ON ${t.driver_id} = ${d.driver_id}
      WHERE ${t.paid_with} = 'card'`;
  }
}
