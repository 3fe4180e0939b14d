import { deltaTable } from "neuralake";
import type { Int64 } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
}
