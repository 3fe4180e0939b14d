import { deltaTable, key } from "neuralake";
import type { Decimal, Int64 } from "neuralake";

@deltaTable()
class Orders {
  @key()
  order_id: Int64;
  amount: Decimal<10, 2>;
}
