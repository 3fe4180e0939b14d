import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Pairs {
  static query(a = columns(Orders), b = columns(Orders)) {
    return sql`SELECT ${a.day}, ${b.amount} FROM ${a} JOIN ${b} USING (order_id)`;
  }
}
