import { deltaTable } from "neuralake";
import type { Int64 } from "neuralake";

@deltaTable()
export class OrdersOld {
  order_id: Int64;
}
