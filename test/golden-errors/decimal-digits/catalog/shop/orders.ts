import { deltaTable } from "neuralake";
import type { Decimal, Int64 } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  price: Decimal;
  total: Decimal<40, 2>;
  tax: Decimal<2, 10>;
  fee: Decimal<10>;
}
