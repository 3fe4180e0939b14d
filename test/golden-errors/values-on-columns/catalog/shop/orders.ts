import { deltaTable } from "neuralake";
import type { Int32, Int64, Text } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  amount: Int32 = 0;
  state: Text = "new";

  constructor() {
    this.amount = 1;
  }

  get total(): Int32 {
    return this.amount;
  }
}
