import { deltaTable } from "neuralake";
import type { Int64 } from "neuralake";

@deltaTable()
export default class Orders {
  order_id: Int64;
}
