import { dayOf, deltaTable, from, fromKafka, kafka, key, partition } from "neuralake";
import type { Day, Int64, Timestamp, Uuid } from "neuralake";

/** Every change of state of a ride, as the driver's app told it. */
@deltaTable({ layer: "bronze", freshness: "5s" })
@fromKafka({ topic: "rides.trip-events.v1", format: "json", deadLetter: "rides.trip-events.v1.dead" })
export class TripEvents {
  @key()
  @from("eventId")
  event_id: Uuid;

  @from("trip.id")
  trip_id: Int64;

  /** When the broker took the message. */
  @kafka("timestamp")
  seen_at: Timestamp;

  @partition()
  @dayOf("seen_at")
  seen_day: Day;
}
