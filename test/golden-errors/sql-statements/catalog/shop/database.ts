import { columns, database, sql, table } from "neuralake";
import type { Int32 } from "neuralake";
import { Orders } from "./orders.ts";

@database()
export class Shop {
  @table()
  static busy(least: Int32 = 1) {
    const o = columns(Orders);
    let most = 10;
    if (least > 5) most = 20;
    return sql`SELECT ${o.day} FROM ${o}`;
  }
}
