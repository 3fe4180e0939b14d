import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Revenue {
  static query(o = columns(Orders)) {
    return sql`SELECT ${o.day}, sum(${o.amount}) FROM ${o} GROUP BY 1`;
  }
}
