import { deltaTable, pii, unit } from "neuralake";
import type { Decimal, Int32, Int64, Text, Timestamp } from "neuralake";

/** One finished ride. */
@deltaTable()
export class Trips {
  /** Ride number, never reused. */
  trip_id: Int64;
  driver_id: Int64;
  picked_up_at: Timestamp;

  /** Where the receipt went. */
  @pii("email", { mask: "hash" })
  rider_email: Text | null;

  @unit("EUR")
  fare: Decimal<10, 2>;

  paid_with: "card" | "cash";
  passengers: Int32;
}
