import { deltaTable } from "neuralake";
import type { Int64, Text } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  Order_Id: Int64;
  address: { street: Text; Street: Text };
}
