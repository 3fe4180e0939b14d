import { between, check, deltaTable, references, sql, unit } from "neuralake";
import type { Columns, Int64, LocalTimestamp, Text } from "neuralake";
import { Airports } from "./airports.ts";

/**
 * One flight: when it left, how late it ran, between which two airports.
 *
 * The source records no flight number, so two flights of one minute on one route can look alike; the table has no key.
 */
@deltaTable({ layer: "silver", tags: ["flights", "2001"] })
export class Departures {
  /** When the flight left, to the minute, by the clock on the wall of the airport it left from. */
  date: LocalTimestamp;

  /** How far behind its timetable the flight ran; negative when it was early. */
  @unit("minutes")
  delay: Int64;

  /** Length of the route. */
  @unit("miles")
  @between(1, 10_000)
  distance: Int64;

  /** Where the flight left from. */
  @references(() => Airports, "iata")
  origin: Text;

  /** Where the flight went to. */
  @references(() => Airports, "iata")
  destination: Text;

  /** No timetable is beaten by more than two hours: such a row was most likely recorded on the wrong day. */
  @check({ onFail: "warn" })
  static isNotHoursEarly(t: Columns<Departures>) {
    return sql`${t.delay} >= -120`;
  }
}
