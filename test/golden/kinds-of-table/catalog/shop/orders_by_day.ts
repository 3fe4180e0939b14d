import { columns, sql, view } from "neuralake";
import type { Day, Int64 } from "neuralake";
import { Orders } from "./orders.ts";

/** How many orders each day brought. */
@view({ layer: "gold" })
export class OrdersByDay {
  /** As the shop counts days. */
  day: Day;
  orders: Int64;

  static query(t = columns(Orders)) {
    return sql`SELECT ${t.ordered_day} AS day, count(*) AS orders FROM ${t} GROUP BY ALL`;
  }
}
