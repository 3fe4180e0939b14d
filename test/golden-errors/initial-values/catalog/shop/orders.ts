import { between, deltaTable, initially } from "neuralake";
import type { Day, Int32, Int64 } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;

  @initially(0)
  points: Int64;

  @initially("none")
  seats: Int32;

  @initially("2026-13-01")
  day: Day;

  @between(1, 5)
  @initially(0)
  stars: Int32;

  @initially("later")
  state: "new" | "paid";
}
