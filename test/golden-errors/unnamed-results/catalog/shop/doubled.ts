import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Doubled {
  static query(o = columns(Orders)) {
    return sql`SELECT ${o.day}, ${o.day} + 1 AS day FROM ${o}`;
  }
}
