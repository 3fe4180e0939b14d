import { deltaTable, was } from "neuralake";
import type { Decimal, Int64 } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  price: Decimal<10, 2>;

  @was("price")
  amount: Decimal<10, 2>;

  @was("total")
  sum: Decimal<10, 2>;

  @was("total")
  gross: Decimal<10, 2>;

  @was("")
  net: Decimal<10, 2>;
}
