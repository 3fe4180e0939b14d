import { columns, sql, view } from "neuralake";
import { Order } from "./orders.ts";

@view()
export class B {
  static query(o = columns(Order)) {
    return sql`SELECT ${o.day} FROM ${o}`;
  }
}
