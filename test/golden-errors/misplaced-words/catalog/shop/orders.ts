import { check, deltaTable, key, partition, sql } from "neuralake";
import type { Columns, Int32, Int64 } from "neuralake";

@deltaTable()
@key()
export class Orders {
  @deltaTable()
  order_id: Int64;

  @check({ onFail: "warn" })
  amount: Int32;

  @partition()
  static isPaid(o: Columns<Orders>) {
    return sql`${o.amount} > 0`;
  }
}
