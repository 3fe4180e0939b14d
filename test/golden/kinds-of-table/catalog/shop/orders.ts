import { dayOf, deltaTable, from, key, partition } from "neuralake";
import type { Day, Int64, Timestamp } from "neuralake";

/** What customers ordered. */
@deltaTable({ layer: "silver", freshness: "15m", retain: "730d" })
export class Orders {
  @key()
  @from("order.id")
  order_id: Int64;

  customer_id: Int64;

  ordered_at: Timestamp;

  @partition()
  @dayOf("ordered_at")
  ordered_day: Day;
}
