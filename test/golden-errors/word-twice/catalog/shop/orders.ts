import { between, deltaTable, key } from "neuralake";
import type { Int32, Int64 } from "neuralake";

@deltaTable()
export class Orders {
  @key()
  @key()
  order_id: Int64;

  @between(1, 5)
  @between(0, 5)
  stars: Int32;
}
