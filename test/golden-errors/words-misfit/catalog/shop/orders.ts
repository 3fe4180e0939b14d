import { between, deltaTable, key, matches, partition, pii, unit } from "neuralake";
import type { Day, Float64, Int32, Int64, Text } from "neuralake";

@deltaTable()
export class Orders {
  @key()
  amount: Float64;

  @between(1, 5)
  stars: Text;

  @matches(/^[A-Z]+$/)
  quantity: Int32;

  @unit("EUR")
  day: Day;

  @pii("email")
  customer_id: Int64;

  @partition()
  tags: Text[];
}
