import { between, check, deltaTable, key, partition, pii, sql } from "neuralake";
import type { Columns, Day, Decimal, Int32, Int64, Text, Timestamp } from "neuralake";

/** One finished ride, from pick-up to drop-off. */
@deltaTable({ layer: "silver", freshness: "15m", retain: "730d" })
export class Trips {
  /** Ride number, never reused. */
  @key()
  trip_id: Int64;

  /** City-local day of the drop-off. */
  @partition()
  dropoff_day: Day;

  picked_up_at: Timestamp;
  dropped_off_at: Timestamp;

  /** Where the receipt went; absent for cash rides. */
  @pii("email", { mask: "hash" })
  rider_email: Text | null;

  @between(1, 8)
  passengers: Int32;

  /** What the rider paid, tip included. */
  @between(0, 10_000)
  fare: Decimal<10, 2>;

  paid_with: "card" | "cash" | "voucher";

  /** A ride ends after it starts. */
  @check({ onFail: "quarantine" })
  static endsAfterItStarts(t: Columns<Trips>) {
    return sql`${t.dropped_off_at} > ${t.picked_up_at}`;
  }
}
