import { columns, materializedView, sql } from "neuralake";
import type { Int64, Text } from "neuralake";
import { Orders } from "./orders.ts";

/** Articles that are often bought together: too much work for one machine. */
@materializedView({ layer: "gold", refresh: "7d", engine: "spark" })
export class Pairs {
  first: Text;
  second: Text;
  times: Int64;

  static query(o = columns(Orders)) {
    return sql`
      SELECT one.line.article AS first, other.line.article AS second, count(*) AS times
      FROM (SELECT ${o.order_id} AS id, unnest(${o.lines}) AS line FROM ${o}) one
      JOIN (SELECT ${o.order_id} AS id, unnest(${o.lines}) AS line FROM ${o}) other ON one.id = other.id AND one.line.article < other.line.article
      GROUP BY 1, 2`;
  }
}
