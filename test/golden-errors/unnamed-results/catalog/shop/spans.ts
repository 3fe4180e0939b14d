import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Spans {
  static query(o = columns(Orders)) {
    return sql`SELECT ${o.order_id}, INTERVAL 1 HOUR AS wait FROM ${o}`;
  }
}
