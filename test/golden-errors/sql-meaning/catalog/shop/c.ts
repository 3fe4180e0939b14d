import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class C {
  static query(o = columns(Orders)) {
    return sql`SELECT ${o.day} FROM ${o} WHERE sum(${o.amount}) > 10`;
  }
}
