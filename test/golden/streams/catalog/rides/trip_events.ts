import { between, dayOf, deltaTable, from, fromKafka, kafka, key, partition } from "neuralake";
import type { Day, Decimal, Int32, Int64, Text, Timestamp, Uuid } from "neuralake";

/** Every change of state of a ride, as the driver's app told it. */
@deltaTable({ layer: "bronze", freshness: "20ms" })
@fromKafka({ topic: "rides.trip-events.v1", format: "json", deadLetter: "rides.trip-events.v1.dead" })
export class TripEvents {
  @key()
  @from("eventId")
  event_id: Uuid;

  @from("trip.id")
  trip_id: Int64;

  @from("trip.fare")
  @between(0, 10_000)
  fare: Decimal<10, 2> | null;

  /** When the broker took the message. */
  @kafka("timestamp")
  seen_at: Timestamp;

  @kafka("offset")
  seen_offset: Int64;

  @kafka("partition")
  seen_partition: Int32;

  @kafka("key")
  car: Text | null;

  @partition()
  @dayOf("seen_at")
  seen_day: Day;
}
