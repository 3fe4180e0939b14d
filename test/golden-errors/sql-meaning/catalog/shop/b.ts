import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class B {
  static query(o = columns(Orders)) {
    return sql`SELECT ${o.day} + ${o.state} AS sum FROM ${o}`;
  }
}
