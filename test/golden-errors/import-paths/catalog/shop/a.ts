import { columns, sql, view } from "neuralake";
import { Orders } from "./order.ts";

@view()
export class A {
  static query(o = columns(Orders)) {
    return sql`SELECT ${o.day} FROM ${o}`;
  }
}
