import { deltaTable } from "neuralake";
import type { Decimal, Int64 } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  amount: Decimal<10,