import { columns, sql, view } from "neuralake";
import type { Day } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class OfDay {
  static query(day: Day, o = columns(Orders)) {
    return sql`SELECT ${o.amount} FROM ${o} WHERE ${o.day} = ${day}`;
  }
}
