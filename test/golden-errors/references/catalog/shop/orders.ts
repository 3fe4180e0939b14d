import { deltaTable, references } from "neuralake";
import type { Int64 } from "neuralake";
import { Customers } from "./customers.ts";

@deltaTable()
export class Orders {
  order_id: Int64;

  @references(() => Customers, "id")
  customer_id: Int64;

  @references(() => Customers, "name")
  customer_name: Int64;

  @references("shop.customers", "customer_id")
  buyer: Int64;

  @references(Customers, "customer_id")
  payer: Int64;
}
