import { columns, sql, view } from "neuralake";
import { Orders } from "./orders.ts";

@view()
export class Instance {
  query(o = columns(Orders)) {
    return sql`SELECT ${o.amount} FROM ${o}`;
  }
}
