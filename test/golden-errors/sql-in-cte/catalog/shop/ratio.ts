import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Ratio {
  static query(o = columns(Orders)) {
    return sql`
      SELECT ${o.day}, ${o.amount} / (SELECT sum(x.amuont) FROM shop.orders x) AS share
      FROM ${o}`;
  }
}
