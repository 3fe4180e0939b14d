import { columns, key, sql, view } from "neuralake";
import type { Decimal, Int64, Text } from "neuralake";
import { Customers } from "./customers.ts";
import { Orders } from "./orders.ts";

/** Who comes again and again. */
@view({ layer: "gold" })
export class Regulars {
  @key()
  customer_id: Int64;

  tier: Text;
  orders: Int64;

  /** All they ever paid. */
  total: Decimal<18, 2>;

  static query(c = columns(Customers), o = columns(Orders)) {
    return sql`
      SELECT ${c.customer_id}, ${c.tier}, count(*) AS orders, sum(${o.total}) AS total
      FROM ${o} JOIN ${c} ON ${o.customer_id} = ${c.customer_id}
      GROUP BY 1, 2 HAVING count(*) > 1`;
  }
}
