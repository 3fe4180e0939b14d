import { deltaTable, key } from "neuralake";
import type { Day, Decimal, Int64, Text } from "neuralake";

@deltaTable()
export class Orders {
  @key()
  order_id: Int64;
  day: Day;
  amount: Decimal<10, 2>;
  state: Text;
}
