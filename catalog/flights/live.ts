import { deltaTable, from, fromKafka, kafka, key, references, unit } from "neuralake";
import type { Int64, LocalTimestamp, Text, Timestamp } from "neuralake";
import { Airports } from "./airports.ts";

/** Departures as they are told, one message a flight: those of `flights.departures`, replayed as if they left now. */
@deltaTable({ layer: "bronze", freshness: "200ms", tags: ["flights"] })
@fromKafka({ topic: "flights.departures.v1", format: "json", deadLetter: "flights.departures.v1.dead" })
export class Live {
  /** Counts the flights told, from 1. */
  @key()
  @from("number")
  flight_number: Int64;

  /** When the flight was told. */
  @kafka("timestamp")
  told_at: Timestamp;

  /** When the flight left, by the clock on the wall of the airport it left from. */
  date: LocalTimestamp;

  /** How far behind its timetable the flight ran; negative when it was early. */
  @unit("minutes")
  delay: Int64;

  /** Length of the route. */
  @unit("miles")
  distance: Int64;

  /** Where the flight left from. */
  @from("route.from")
  @references(() => Airports, "iata")
  origin: Text;

  /** Where the flight went to. */
  @from("route.to")
  @references(() => Airports, "iata")
  destination: Text;
}
