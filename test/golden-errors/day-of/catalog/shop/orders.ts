import { dayOf, deltaTable } from "neuralake";
import type { Day, Int32, Timestamp } from "neuralake";

@deltaTable()
export class Orders {
  placed_at: Timestamp;
  amount: Int32;

  @dayOf("placed")
  day: Day;

  @dayOf("amount")
  other_day: Day;

  @dayOf("placed_at")
  stamp: Timestamp;
}
