import { deltaTable, initially, key, partition, was } from "neuralake";
import type { Day, Decimal, Int32, Int64, Text } from "neuralake";

/** Rides, as they are told today. */
@deltaTable()
export class Trips {
  @key()
  trip_id: Int64;

  @partition()
  @was("date")
  day: Day;

  /** What the rider paid. */
  @was("fee")
  fare: Decimal<12, 2>;

  /** Nobody counted before. */
  @initially(1)
  passengers: Int32;

  @initially("card")
  paid_with: "card" | "cash" | null;

  @initially(9_007_199_254_740_993n)
  driver: Int64;

  note: Text | null;
}
