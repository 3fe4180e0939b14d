import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class A {
  static query(o = columns(Orders)) {
    return sql`SELECT ${o.day} ${o.amount} FROM ${o} GROUP 1`;
  }
}
