import { columns, database, sql, table } from "neuralake";
import type { Int32, Int64, Rows, Text } from "neuralake";
import { Orders } from "./orders.ts";

interface Shelf {
  number: Int32;
  room: Text;
}

/** A shop that sells things. */
@database({ owner: "shop" })
export class Shop {
  /** Where things stand. */
  @table({ input: "The plan on the wall." })
  static shelves(): Rows<Shelf> {
    return [{ number: 1, room: "front" }, { number: 2, room: "back" }];
  }

  /** Orders of customers who ordered before. */
  @table()
  static regulars() {
    const t = columns(Orders);
    return sql`SELECT ${t.customer_id}, count(*) AS orders FROM ${t} GROUP BY ${t.customer_id} HAVING count(*) > 1`;
  }

  /**
   * What one customer ordered.
   * @param customer number of the customer
   * @param newest how many orders at most
   */
  @table()
  static ordersOf(customer: Int64, newest: Int32 = 10) {
    const t = columns(Orders);
    return sql`SELECT ${t.order_id}, ${t.ordered_at} FROM ${t} WHERE ${t.customer_id} = ${customer} ORDER BY ${t.ordered_at} DESC LIMIT ${newest}`;
  }
}
