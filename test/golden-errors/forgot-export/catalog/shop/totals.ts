import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Totals {
  static query(o = columns(Orders)) {
    return sql`SELECT sum(${o.amount}) AS amount FROM ${o}`;
  }
}
