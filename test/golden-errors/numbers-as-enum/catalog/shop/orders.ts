import { deltaTable } from "neuralake";
import type { Int32, Int64, Text } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  state: 1 | 2 | 3;
  code: Text | Int32;
  paid_with: "card" | "cash" | "card";
}
