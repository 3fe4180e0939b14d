import { deltaTable, parquetTable } from "neuralake";
import type { Int64 } from "neuralake";

@deltaTable()
@parquetTable({ location: "data/orders.parquet" })
export class Orders {
  order_id: Int64;
}
