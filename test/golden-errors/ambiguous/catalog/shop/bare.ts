import { sql, view } from "neuralake";

@view()
export class Bare {
  static query() {
    return sql`SELECT order_id FROM orders`;
  }
}
