import { dayOf, deltaTable, from, fromKafka, kafka, key, partition } from "neuralake";
import type { Day, Int32, Int64, Text, Timestamp } from "neuralake";

/** What became of an order, as the kitchen told it. */
@deltaTable({ layer: "bronze", freshness: "5s" })
@fromKafka({ topic: "shop.order-events.v1", format: "json", deadLetter: "shop.order-events.v1.dead" })
export class OrderEvents {
  @key()
  @from("event.id")
  event_id: Int64;

  state: "baked" | "packed" | "fetched";

  /** When the broker took the message. */
  @kafka("timestamp")
  seen_at: Timestamp;

  @kafka("partition")
  lane: Int32;

  @kafka("offset")
  position: Int64;

  @kafka("key")
  order_key: Text | null;

  @partition()
  @dayOf("seen_at")
  seen_day: Day;
}
