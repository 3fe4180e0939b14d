import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Report {
  static query(o = columns(Orders)) {
    return sql`
      WITH paid AS (
        SELECT ${o.day}, ${o.amount}
        FROM ${o}
        WHERE ${o.state} = 'paid'
      )
      SELECT day, sum(amonut) AS amount
      FROM paid
      GROUP BY day`;
  }
}
