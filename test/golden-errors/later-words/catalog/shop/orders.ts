import { check, deltaTable, sql } from "neuralake";
import type { Columns, Int32, Int64 } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  amount: Int32;

  @check({ onFail: "reject", enforce: "delta" })
  static isPositive(o: Columns<Orders>) {
    return sql`${o.amount} > 0`;
  }
}
