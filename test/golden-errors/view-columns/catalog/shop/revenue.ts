import { columns, sql, view } from "neuralake";
import type { Decimal, Int64 } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Revenue {
  day: Int64;
  revenue: Decimal<38, 2>;
  orders: Int64;

  static query(o = columns(Orders)) {
    return sql`
      SELECT ${o.day}, sum(${o.amount}) AS revenu, count(*) AS orders, max(${o.state}) AS state
      FROM ${o}
      GROUP BY 1`;
  }
}
