import { deltaTable } from "neuralake";
import type { Int64 } from "neuralake";

@deltaTable({ layr: "silver", freshnes: "15m", owner: 3 })
export class Orders {
  order_id: Int64;
}
