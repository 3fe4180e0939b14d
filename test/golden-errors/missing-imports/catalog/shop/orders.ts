import { deltaTable } from "neuralake";

@deltaTable({ layer: "silver" })
export class Orders {
  @key()
  order_id: Int64;

  @between(0, 100)
  discount: Int32;

  placed_at: Timestamp;
}
