import { columns, key, materializedView, partition, sql, unit } from "neuralake";
import type { Day, Decimal, Int32, Int64 } from "neuralake";
import { Orders } from "./orders.ts";

/** What each store took in a day, kept as of the last look. */
@materializedView({ layer: "gold", owner: "finance", refresh: "15m", freshness: "1h" })
export class DailyTakings {
  /** UTC day of the orders. */
  @key()
  @partition()
  day: Day;

  @key()
  store_id: Int32;
  orders: Int64;

  /** Tips included. */
  @unit("EUR")
  takings: Decimal<18, 2>;

  static query(o = columns(Orders)) {
    return sql`
      SELECT ${o.ordered_day} AS day, ${o.store_id}, count(*) AS orders, sum(${o.total}) AS takings
      FROM ${o} GROUP BY ALL`;
  }
}
