import { deltaTable } from "neuralake";
import type { Int64 } from "neuralake";

@deltaTable()
export class Customers {
  customer_id: Int64;
}
