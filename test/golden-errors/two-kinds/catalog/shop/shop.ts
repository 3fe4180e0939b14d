import { database, deltaTable } from "neuralake";
import type { Int64 } from "neuralake";

@database({ owner: "shop" })
@deltaTable()
export class Shop {
  shop_id: Int64;
}
